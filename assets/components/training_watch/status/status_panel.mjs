/** Each run on a line of its own: its state, how far it is, and which one the moments are of. */

import {element, setText} from "../../shared/dom.mjs";
import {fill} from "../../shared/format.mjs";
import {swatch} from "../swatch.mjs";
import {titled} from "../../shared/phrases.mjs";
import {factsOf, shareOf, stateKey, stateSentence} from "./progress.mjs";

const SELDOM = 30_000; // milliseconds between two announcements of how far a run is

/** Build the panel; `chosen(id)` is called with the run that the visitor turns to. */
export function statusPanel({chosen}) {
  const list = element("ol", {className: "runs"});
  const trouble = element("p", {className: "trouble"});
  const heard = element("p", {className: "spoken"});
  heard.setAttribute("role", "status");
  const root = element("div", {className: "status"}, list, trouble, heard);
  list.addEventListener("change", ({target}) => chosen(target.value));
  const self = {root, list, trouble, heard, lines: new Map(), states: "", announced: -Infinity};
  return {root, show: (runs, focus, words) => show(self, runs, focus, words)};
}

function show(self, runs, focus, words) {
  const {list, lines, trouble} = self;
  if (runs.some(({id}) => !lines.has(id)) || lines.size !== runs.length) {
    self.lines = new Map(runs.map((run) => [run.id, line(run)]));
    list.replaceChildren(...[...self.lines.values()].map(({item}) => item));
    list.classList.toggle("race", runs.length > 1);
  }
  list.ariaLabel = words.runs;
  const isRace = runs.length > 1; // each has a line's third, and all run on one machine
  for (const run of runs) showRun(self.lines.get(run.id), run, focus, isRace, words);
  setText(trouble, troubles(runs, words).join(" "));
  announce(self, runs, words);
}

/** Say what of the runs cannot be had, or be read. */
export function troubles(runs, words) {
  const missing = runs.find((run) => run.trouble);
  const damaged = runs.flatMap(({title, record}) =>
    damagesOf(record, words).map((said) => (runs.length > 1 ? titled(words, title, said) : said)),
  );
  return missing ? [words[missing.trouble]] : damaged;
}

function damagesOf(record, words) {
  const {pulses = false, snapshots = 0} = record?.damage ?? {};
  return [
    pulses ? words.damaged_pulses : "",
    snapshots ? fill(words.damaged_snapshots, {count: snapshots}) : "",
  ].filter(Boolean);
}

function line({id, order}) {
  const box = element("input", {type: "radio", name: "run", value: id});
  const title = element("b");
  const state = element("span", {className: "state"});
  const filled = element("span", {className: "filled"});
  const bar = element("div", {className: "progress"}, filled);
  bar.setAttribute("role", "progressbar");
  const facts = element("p", {className: "facts"});
  const label = element("label", {}, box, swatch(order), title);
  const item = element(
    "li",
    {dataset: {run: id}},
    element("div", {className: "head"}, label, state, facts),
    bar,
  );
  item.style.setProperty("--run", `var(--run${order})`);
  return {item, box, title, state, bar, filled, facts};
}

function showRun(
  {item, box, title, state, bar, filled, facts},
  {id, title: name, record},
  focus,
  isBrief,
  words,
) {
  box.checked = id === focus;
  setText(title, name || record?.title || id);
  bar.ariaLabel = title.textContent;
  if (!record) return;
  item.dataset.state = record.state;
  setText(state, stateSentence(record, words));
  const share = shareOf(record);
  filled.style.transform = `scaleX(${share})`;
  bar.ariaValueNow = String(Math.round(100 * share));
  const told = factsOf(record, words, isBrief);
  facts.replaceChildren(...told.map((fact) => element("span", {}, fact)));
}

/** Tell screen readers when a state changes at once, another epoch now and then. */
function announce(self, runs, words) {
  const known = runs.filter(({record}) => record);
  const states = known.map(({record}) => stateKey(record)).join();
  const now = performance.now();
  if (states === self.states && now - self.announced < SELDOM) return;
  Object.assign(self, {states, announced: now});
  const said = known.map(({title, record}) =>
    titled(words, title || record.title, stateSentence(record, words)),
  );
  setText(self.heard, said.join(" "));
}
