/** How far a training is, in words. */

import {counted, fill, percent} from "../../shared/format.mjs";
import {secondsLeft, speedOf} from "../record.mjs";
import {titled} from "../../shared/phrases.mjs";

/** Say the state of a run: "Training, epoch 2 of 3", "Failed: the disk is full." */
export function stateSentence(record, words) {
  const {place, reason} = record;
  const state = finerState(record);
  const said = fill(words.states[state] ?? state, {
    place,
    epoch: epochOf(record),
    epochs: record.epochs,
  });
  return reason
    ? titled(words, said, fill(words.reasons[reason.code] ?? reason.template, reason.values))
    : said;
}

/** Tell what changes with a run's state, and not with how far it is. */
export function stateKey(record) {
  return [finerState(record), record.place, record.reason?.code ?? ""].join("/");
}

function finerState({state, place, pulses, device}) {
  if (state === "queued" && !place) return "waiting";
  // A training that is taken up has pulses already, but no device before Keras is loaded again.
  return state === "running" && (!device || !pulses.length) ? "starting" : state;
}

/** List what else there is to know: digits, time and, where it is not brief, speed and device. */
export function factsOf(record, words, isBrief = false) {
  const {state, digits, total, seconds, device} = record;
  const finer = finerState(record);
  const left = finer === "running" ? secondsLeft(record) : null;
  const hasSpeed = digits && !isBrief && finer !== "starting";
  return [
    total ? fill(words.seen, {seen: counted(digits), total: counted(total)}) : "",
    hasSpeed ? fill(words.speed, {speed: counted(Math.round(speedOf(record)))}) : "",
    left === null ? "" : fill(words.left, {time: duration(roughly(left), words)}),
    state === "done" ? fill(words.took, {time: duration(seconds, words)}) : "",
    device && !isBrief ? deviceName(device, words) : "",
    resumption(record, words),
    expectation(record, words),
  ].filter(Boolean);
}

/** Say when a run that waits is likely to begin; "" where it does not wait. */
function expectation({state, wait = null}, words) {
  if (state !== "queued" || wait === null) return "";
  return fill(words.begins, {time: duration(roughly(wait), words)});
}

/** Say from where a run at rest goes on; "" where it is not at rest. */
function resumption({resumes = null}, words) {
  if (resumes === null) return "";
  return resumes ? fill(words.resumes, {digits: counted(resumes)}) : words.begins_again;
}

function deviceName({kind, cores, name, count = 1}, words) {
  if (kind === "cpu") return fill(words.cores, {count: cores});
  return count > 1 ? `${count} × ${name}` : name;
}

/**
 * Say which moment of a training it is: {written: [when, how far], spoken}, the last for those who
 * do not see what is shown. `title` is the run's where there are others, else "".
 */
export function momentSentences(pulse, reading, title, words) {
  const {digits, epoch, seconds, validation_accuracy: accuracy} = pulse;
  const [when, far] = digits
    ? [
        fill(words.moment, {digits: counted(digits)}),
        fill(words.moment_time, {epoch: epoch.toFixed(2), time: duration(seconds, words)}),
      ]
    : [words.beginning, words.beginning_means];
  const written = [when, title ? `${title} · ${far}` : far];
  const both = fill(words.spoken_moment, {when, far});
  const spoken = [title ? titled(words, title, both) : both];
  if (Number.isInteger(reading?.label)) {
    const {label: digit, probability} = reading;
    spoken.push(fill(words.spoken_digit, {digit, probability: percent(probability)}));
  }
  if (Number.isFinite(accuracy))
    spoken.push(fill(words.spoken_accuracy, {accuracy: percent(accuracy)}));
  return {written, spoken: spoken.join(" ")};
}

/** Tell the share of a training that is done, 0 to 1. */
export function shareOf({digits, total}) {
  return total > 0 ? Math.min(1, digits / total) : 0;
}

/** Tell which epoch a training is in, from 1. */
export function epochOf({digits, total, epochs}) {
  return total > 0 ? Math.max(1, Math.min(epochs, Math.floor((digits / total) * epochs) + 1)) : 1;
}

/** Round an estimate to what it is worth: one that changed each second could not be read. */
function roughly(seconds) {
  return seconds < 20 ? seconds : 5 * Math.round(seconds / 5);
}

/** Write a time as people say it: "8 s", "12 min", "1 h 5 min". */
export function duration(seconds, words) {
  if (seconds < 90) return fill(words.seconds, {n: Math.max(1, Math.round(seconds))});
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return fill(words.minutes, {n: minutes});
  return fill(words.hours, {h: Math.floor(minutes / 60), n: minutes % 60});
}
