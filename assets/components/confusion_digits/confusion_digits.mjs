/**
 * A confusion matrix whose cells open the digits that they count; each digit can be chosen.
 *
 * data: a frame {words, counts: [[…]], cell: [label, prediction] or null for the hardest of all,
 * start, total, digits: [{index, label, prediction, probability}]} and 28 × 28 bytes for each digit
 * state: opened = {cell, start}
 * trigger: chosen = the index of a digit
 */

import {mountOnce} from "../shared/component.mjs";
import {unframe} from "../shared/live/frames.mjs";
import {css, sequential} from "../shared/color.mjs";
import {cellSentence, confusionMatrix} from "../shared/confusion_matrix.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill, percent} from "../shared/format.mjs";

const SIDE = 28;
const STEPS = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};

export default mountOnce({build, update});

function update(view, {data, setStateValue, setTriggerValue}) {
  view.open = (cell, start) => setStateValue("opened", {cell, start});
  view.choose = (index) => setTriggerValue("chosen", index);
  const {head, body} = unframe(data);
  paintMatrix(view, head);
  paintGallery(view, head, body);
}

function build() {
  const view = {};
  view.matrix = confusionMatrix((label, prediction) => cellButton(view, label, prediction));
  view.matrix.table.addEventListener("keydown", (event) => keyPressed(view, event));
  view.title = element("h3");
  view.hint = element("p", {className: "hint"});
  view.all = element("button", {type: "button", className: "plain"});
  view.digits = element("div", {className: "digits"});
  view.digits.setAttribute("role", "group");
  view.digits.addEventListener("keydown", (event) => tilePressed(view, event));
  view.before = element("button", {type: "button", className: "plain"});
  view.after = element("button", {type: "button", className: "plain"});
  view.place = element("span", {className: "place"});
  view.pages = element("nav", {}, view.before, view.place, view.after);
  view.root = element(
    "div",
    {className: "confusion", dataset: {testid: "confusion-digits"}},
    element("div", {className: "matrix"}, view.matrix.table),
    element(
      "section",
      {},
      element("header", {}, view.title, view.all),
      view.hint,
      view.digits,
      view.pages,
    ),
  );
  return view;
}

function paintMatrix(view, {words, counts, cell: opened}) {
  view.opened = opened;
  view.matrix.show({counts, words});
  counts.forEach((row, label) =>
    row.forEach((count, read) => {
      const button = view.matrix.cells[label][read];
      const said = cellSentence(words, [label, read], count);
      Object.assign(button, {title: said, ariaLabel: said, disabled: !count, tabIndex: -1});
      button.ariaPressed = String(isAt(opened, label, read));
    }),
  );
  const [row, column] = opened ?? view.focused ?? [0, 0];
  view.matrix.cells[row][column].tabIndex = 0;
}

function cellButton(view, label, prediction) {
  const place = [label, prediction];
  return element("button", {
    type: "button",
    dataset: {cell: String(place)},
    onclick: () => view.open(isAt(view.opened, label, prediction) ? null : place, 0),
    onfocus: () => (view.focused = place),
  });
}

function isAt(opened, label, prediction) {
  return Boolean(opened) && opened[0] === label && opened[1] === prediction;
}

function keyPressed(view, event) {
  const step = STEPS[event.key];
  const name = event.target.dataset?.cell;
  if (!step || !name) return;
  event.preventDefault();
  const next = nextCell(name.split(",").map(Number), step, (cell) => {
    const button = view.matrix.cells[cell[0]]?.[cell[1]];
    return button && !button.disabled;
  });
  if (!next) return;
  event.target.tabIndex = -1;
  const button = view.matrix.cells[next[0]][next[1]];
  button.tabIndex = 0;
  button.focus();
}

/** Find the next cell in a direction that counts anything, null where there is none. */
export function nextCell([row, column], [down, right], counts) {
  for (let step = 1; step < 10; step++) {
    const cell = [row + step * down, column + step * right];
    if (counts(cell)) return cell;
  }
  return null;
}

function paintGallery(view, head, body) {
  const {words, cell, start, total, digits} = head;
  setText(view.title, cell ? cellSentence(words, cell, total) : words.hardest);
  setText(view.hint, cell ? words.order : words.begin);
  setText(view.all, words.all);
  view.all.hidden = !cell;
  view.all.onclick = () => view.open(null, 0);
  view.digits.ariaLabel = view.title.textContent;
  const focused = view.digits.getRootNode().activeElement?.dataset.index;
  const tiles = digits.map((digit, place) =>
    tile(view, words, digit, body.subarray(place * SIDE * SIDE, (place + 1) * SIDE * SIDE)),
  );
  view.digits.replaceChildren(...tiles);
  const kept = tiles.find(({dataset}) => dataset.index === focused);
  if (tiles.length) (kept ?? tiles[0]).tabIndex = 0;
  kept?.focus({preventScroll: true});
  const many = digits.length < total;
  view.pages.hidden = !many;
  setText(view.before, words.previous);
  setText(view.after, words.next);
  view.before.disabled = start === 0;
  view.after.disabled = start + digits.length >= total;
  view.before.onclick = () => view.open(cell, Math.max(0, start - head.page));
  view.after.onclick = () => view.open(cell, start + head.page);
  setText(view.place, fill(words.place, {from: start + 1, to: start + digits.length, total}));
}

function tile(view, words, {index, label, prediction, probability}, pixels) {
  const said = fill(words.digit, {label, prediction, probability: percent(probability)});
  const canvas = element("canvas", {width: SIDE, height: SIDE});
  canvas.style.background = css(sequential[0]);
  const image = new ImageData(SIDE, SIDE);
  new Uint32Array(image.data.buffer).set(Array.from(pixels, (level) => sequential[level]));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return element(
    "button",
    {
      type: "button",
      title: said,
      ariaLabel: said,
      tabIndex: -1,
      className: label === prediction ? "digit" : "digit wrong",
      dataset: {index},
      onclick: () => view.choose(index),
    },
    canvas,
    element("span", {}, `${label} → ${prediction}`),
  );
}

function tilePressed(view, event) {
  const tiles = [...view.digits.children];
  const columns = tiles.filter(({offsetTop}) => offsetTop === tiles[0].offsetTop).length;
  const next =
    tiles[nextTile(tiles.indexOf(event.target), event.key, {count: tiles.length, columns})];
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** Find the tile that a key leads to in rows of `columns`; undefined where there is none. */
export function nextTile(place, key, {count, columns}) {
  const [down, right] = STEPS[key] ?? [0, 0];
  const next = {Home: 0, End: count - 1}[key] ?? place + columns * down + right;
  return next >= 0 && next < count && next !== place ? next : undefined;
}
