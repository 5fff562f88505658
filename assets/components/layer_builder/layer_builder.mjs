/**
 * The layers of a network, one below the other; where it is the visitor's own they can be changed.
 *
 * data: {words, editable, layers: [spec], kinds: {kind: {title, begin, settings: [{name,
 * label, options: [[value, text]], otherwise}]}}, rows: [{spec: index or null, name, look, title,
 * shape: [28, 28, 16] or null, settings, facts, refused}]}, with what silhouette.mjs draws as `look`
 * state: layers = the specs after a change
 */

import {mountOnce} from "../shared/component.mjs";
import {element, icon} from "../shared/dom.mjs";
import {titled} from "../shared/phrases.mjs";
import {silhouette} from "../shared/silhouette.mjs";

const UP = "M5 12l5-5 5 5";
const DOWN = "M5 8l5 5 5-5";
const AWAY = "M6 6l8 8M14 6l-8 8";

export default mountOnce({build, update});

function update(view, {data, setStateValue}) {
  view.change = (layers, focus) => {
    Object.assign(view, {layers, focus, awaited: JSON.stringify(layers)});
    view.rows.inert = true; // its places may be others by the time that the answer comes
    setStateValue("layers", layers);
  };
  paint(view, data);
}

function build() {
  const view = {focus: null, layers: [], awaited: null}; // layers: as last changed here
  view.rows = element("ol");
  view.offers = element("div", {className: "offers"});
  view.offers.setAttribute("role", "group");
  view.root = element(
    "div",
    {className: "builder", dataset: {testid: "layer-builder"}},
    view.rows,
    view.offers,
  );
  return view;
}

function paint(view, data) {
  const answered = !view.awaited || view.awaited === JSON.stringify(data.layers);
  if (answered) Object.assign(view, {layers: data.layers, awaited: null});
  view.rows.inert = !answered;
  view.root.classList.toggle("editable", data.editable);
  view.rows.ariaLabel = data.words.layers;
  view.rows.replaceChildren(...data.rows.map((row) => rowOf(view, data, row)));
  view.offers.hidden = !data.editable;
  view.offers.ariaLabel = data.words.add;
  view.offers.replaceChildren(
    element("span", {}, data.words.add),
    ...Object.entries(data.kinds).map(([kind, {title, begin}]) =>
      element(
        "button",
        {
          type: "button",
          dataset: {kind},
          onclick: () => view.change(added(view.layers, {kind, ...begin}), null),
        },
        title,
      ),
    ),
  );
  if (view.focus) view.rows.querySelector(view.focus)?.focus();
  view.focus = null;
}

function rowOf(view, data, {spec, name, look, title, shape, settings, facts, refused}) {
  const row = element(
    "li",
    {dataset: {layer: name}, className: refused ? "refused" : ""},
    element("span", {className: "look"}, silhouette(look, shape)),
    element("span", {className: "title"}, title, element("small", {}, name)),
  );
  const own = data.editable && spec !== null;
  row.append(
    own ? settingsOf(view, data, spec) : element("span", {className: "settings"}, settings),
    element("span", {className: "facts"}, facts),
  );
  if (own) row.append(toolsOf(view, data, spec, title));
  return row;
}

function settingsOf(view, data, index) {
  const spec = data.layers[index];
  const settings = data.kinds[spec.kind]?.settings ?? [];
  return element(
    "span",
    {className: "settings"},
    ...settings.map(({name, label, options, otherwise}) => {
      const chosen = spec[name] ?? otherwise;
      const known = options.some(([value]) => value === chosen);
      const choices = known ? options : [[chosen, String(chosen)], ...options];
      const select = element(
        "select",
        {ariaLabel: label, title: label, dataset: {setting: `${index}-${name}`}},
        ...choices.map(([value, text]) => element("option", {selected: value === chosen}, text)),
      );
      select.onchange = () =>
        view.change(
          changed(data.layers, index, name, choices[select.selectedIndex][0]),
          `[data-setting="${index}-${name}"]`,
        );
      return select;
    }),
  );
}

function toolsOf(view, data, index, title) {
  const {words, layers} = data;
  const tool = (name, drawing, place, layersThen, disabled = false) => {
    const button = element(
      "button",
      {
        type: "button",
        title: words[name],
        ariaLabel: titled(words, words[name], title),
        disabled,
        dataset: {tool: `${name}-${index}`},
        onclick: () => view.change(layersThen(), `[data-tool="${name}-${place}"]`),
      },
      icon(drawing),
    );
    return button;
  };
  const last = layers.length - 1;
  return element(
    "span",
    {className: "tools"},
    tool("up", UP, index - 1, () => moved(layers, index, -1), index === 0),
    tool("down", DOWN, index + 1, () => moved(layers, index, 1), index === last),
    tool("remove", AWAY, Math.min(index, last - 1), () => removed(layers, index)),
  );
}

/** Add a layer: one of units behind all others, any other behind the last that has maps. */
export function added(layers, spec) {
  const flat = layers.findIndex(({kind}) => kind === "dense" || kind === "flatten");
  const place = spec.kind === "dense" || spec.kind === "dropout" || flat < 0 ? layers.length : flat;
  return [...layers.slice(0, place), spec, ...layers.slice(place)];
}

/** Leave out the layer at a place. */
export function removed(layers, place) {
  return layers.filter((_, index) => index !== place);
}

/** Move a layer by one place. */
export function moved(layers, place, by) {
  const order = [...layers];
  [order[place], order[place + by]] = [order[place + by], order[place]];
  return order;
}

/** Change one setting of the layer at a place. */
export function changed(layers, place, name, value) {
  return layers.map((spec, index) => (index === place ? {...spec, [name]: value} : spec));
}
