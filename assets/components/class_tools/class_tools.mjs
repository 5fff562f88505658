/**
 * What a teacher needs in front of a class: guess first, the forward pass step by step, the input as
 * numbers, a QR code of the view, the keys.
 *
 * data: {words, guess_first, link}; __init__.py beside this says what they are
 * state: guess_first = whether predictions are hidden until somebody asks
 * trigger: link_asked = the page's address, of which a link and its QR code are wanted
 */

import {mountOnce} from "../shared/component.mjs";
import {element, icon, setText} from "../shared/dom.mjs";
import {isWriting} from "../shared/keys.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {guessing, isHidden, numbersShown, reveal} from "../shared/live/teaching.mjs";
import {keysPanel} from "./keys_panel.mjs";
import {linkPanel} from "./link_panel.mjs";
import {numbersPanel} from "./numbers_panel.mjs";
import {passPlayer} from "./pass_player.mjs";

const ICONS = {
  guess: "M3 10s2.5-4.5 7-4.5S17 10 17 10s-2.5 4.5-7 4.5S3 10 3 10zM4 16L16 4",
  pass: "M5 4v12M8 5l8 5-8 5z",
  numbers: "M4 7h12M4 13h12M8 3L6 17M14 3l-2 14",
  link: "M4 4h4v4H4zM12 4h4v4h-4zM4 12h4v4H4zM12 12h1v1h-1zM15 15h1v1h-1zM12 16h1M16 12v1",
  keys: "M3 6h14v9H3zM6 9h.1M10 9h.1M14 9h.1M7 12h6",
};

export default mountOnce({build, update, leave});

function build() {
  /** @type {any} */
  const view = {answer: null};
  view.player = passPlayer();
  view.numbers = numbersPanel();
  view.link = linkPanel({asked: () => view.setTriggerValue("link_asked", location.href)});
  view.keys = keysPanel();
  view.buttons = Object.fromEntries(
    Object.entries(ICONS).map(([name, path]) => [name, tool(view, name, path)]),
  );
  view.title = element("h2");
  const row = element("div", {className: "row"}, view.title, ...Object.values(view.buttons));
  const panels = [view.player, view.numbers, view.link, view.keys].map(({root}) => root);
  view.root = element("section", {className: "class"}, row, ...panels);
  view.pressed = (event) => keyPressed(view, event);
  document.addEventListener("keydown", view.pressed);
  view.endings = [
    subscribe((answer) => answered(view, answer)),
    guessing.subscribe(({isOn}) => (view.buttons.guess.ariaPressed = String(isOn))),
    numbersShown.subscribe((shown) => (view.buttons.numbers.ariaExpanded = String(shown))),
  ];
  return view;
}

function tool(view, name, path) {
  const onclick = () => ACTIONS[name](view);
  return element(
    "button",
    {type: "button", dataset: {tool: name}, onclick},
    icon(path),
    element("span"),
  );
}

const ACTIONS = {
  guess(view) {
    const isOn = !guessing.value.isOn;
    guessing.publish({isOn, shownFor: null});
    view.setStateValue("guess_first", isOn);
  },
  pass: (view) => view.player.begin(view.answer),
  numbers: () => numbersShown.publish(!numbersShown.value),
  link: (view) => view.link.open(),
  keys: (view) => view.keys.open(),
};

function update(view, {data, setStateValue, setTriggerValue}) {
  const {words, guess_first: isOn, link} = data;
  Object.assign(view, {words, setStateValue, setTriggerValue});
  setText(view.title, words.title);
  for (const [name, button] of Object.entries(view.buttons)) {
    setText(button.lastChild, words.tools[name]);
    button.title = words.hints[name];
  }
  if (!view.isSettled) guessing.publish({...guessing.value, isOn});
  view.isSettled = true;
  for (const part of [view.player, view.numbers, view.keys]) part.say(words);
  view.link.show(link, words);
}

function answered(view, answer) {
  view.answer = answer;
  view.buttons.pass.disabled = !answer.activations;
  view.player.answered(answer);
}

function leave(view) {
  document.removeEventListener("keydown", view.pressed);
  for (const end of view.endings) end();
  view.player.end();
  view.numbers.leave();
}

/** Keys that are meant for the whole page, and not for what one types in. */
function keyPressed(view, event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isWriting(event)) return;
  if (event.key === "?") view.keys.open();
  else if (event.key === "g" && view.answer && isHidden(view.answer)) reveal(view.answer.revision);
  else if (event.key === "Escape" && view.player.isOpen()) view.player.end();
  else return;
  event.preventDefault();
}
