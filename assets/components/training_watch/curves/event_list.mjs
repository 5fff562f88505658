/** What happened to a run while it trained, in the order of the numbers on the curves. */

import {element, setText} from "../../shared/dom.mjs";
import {counted, fill} from "../../shared/format.mjs";
import {titled} from "../../shared/phrases.mjs";
import {measured} from "../numbers.mjs";

/** Build the list: {root, show(events, words)}; it takes no room without events. */
export function eventList() {
  const root = element("ol", {className: "events"});
  return {root, show: (events, words) => show(root, events, words)};
}

function show(root, events, words) {
  root.hidden = events.length === 0;
  root.ariaLabel = words.happened;
  while (root.children.length > events.length) root.lastChild.remove();
  while (root.children.length < events.length) root.append(element("li"));
  events.forEach((event, i) => setText(root.children[i], eventSentence(event, words)));
}

/** Say what happened and where: "epoch 1.50, 15,000 images: learning rate 0.0002". */
export function eventSentence({kind, digits, epoch, learning_rate: rate, strength}, words) {
  const place = fill(words.event_place, {epoch: epoch.toFixed(2), digits: counted(digits)});
  const what = fill(words.events[kind] ?? kind, {
    rate: measured(rate),
    strength: words.strengths[strength ?? ""],
  });
  return titled(words, place, what);
}
