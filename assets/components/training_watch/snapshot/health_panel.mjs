/** How training goes in each layer: gradient norm, dead units, size of the steps. */

import {element, setText} from "../../shared/dom.mjs";
import {counted, fill} from "../../shared/format.mjs";
import {HEALTHY_UPDATE, judged, lastOf, worst} from "./health.mjs";
import {measured} from "../numbers.mjs";
import {powerScale} from "../curves/scales.mjs";

/** Build the panel: {root, show(scene)}. */
export function healthPanel() {
  const title = element("h3");
  const badge = element("span", {className: "badge"});
  const rule = element("p", {className: "rule"});
  const note = element("p", {className: "note"});
  const head = element("tr", {}, ...Array.from({length: 4}, () => element("th", {scope: "col"})));
  const body = element("tbody");
  const table = element("table", {}, element("thead", {}, head), body);
  const header = element("header", {}, title, badge);
  const root = element(
    "section",
    {className: "health", dataset: {testid: "moment-health"}},
    header,
    rule,
    element("div", {className: "rows"}, table),
    note,
  );
  const self = {root, title, badge, rule, note, head, body, table, rows: new Map()};
  return {root, show: (scene) => show(self, scene)};
}

/**
 * Show `scene`: {layers, record, others: [{order, title, layers}], order, words}; `others` are the
 * runs that race against this one, at the same moment.
 */
function show(self, {layers: told, record, others, order, words}) {
  const {root, title, badge, rule, note, head, table} = self;
  setText(title, words.health);
  const columns = [words.layer, words.gradient, words.dead, words.update];
  columns.forEach((name, place) => setText(head.children[place], name));
  const layers = judged(told);
  const found = worst(layers);
  table.hidden = !layers.length;
  badge.hidden = !found;
  setText(badge, found ? words.badges[found.badge] : "");
  badge.dataset.badge = root.dataset.badge = found?.badge ?? "";
  setText(rule, layers.length ? ruleSentence(found, layers, words) : words.not_measured);
  const explained = layers.length ? [words.band, others.length ? words.rivals : ""] : [];
  setText(note, explained.filter(Boolean).join(" "));
  const scales = scalesOf([record, ...others.map((other) => other.record)]);
  if ([...self.rows.keys()].join() !== layers.map(({name}) => name).join()) {
    self.rows = new Map(layers.map(({name}) => [name, row(name)]));
    self.body.replaceChildren(...[...self.rows.values()].map((each) => each.root));
  }
  for (const layer of layers)
    showRow(self.rows.get(layer.name), layer, {scales, others, order, words});
}

/** Span the scales over the whole history, so that bars of two moments can be compared. */
function scalesOf(records) {
  const all = records.flatMap(({pulses}) =>
    pulses.flatMap(({layers}) => Object.values(layers ?? {})),
  );
  return {
    gradient: powerScale(all.map(({gradient}) => gradient)),
    update: powerScale([1e-5, ...all.map(({update}) => update)]),
  };
}

/** Say which rule a network has fallen under, or that it has not. */
export function ruleSentence(found, layers, words) {
  const last = lastOf(layers);
  if (!found) return last ? words.rules.healthy : words.not_measured;
  const {name: layer, rule, gradient, dead, update} = found;
  return fill(words.rules[rule], {
    layer,
    last: last?.name,
    times: rule === "times" ? counted(Number((last.gradient / gradient).toPrecision(2))) : "",
    norm: measured(gradient),
    share: `${Math.round(100 * (rule === "units" ? dead : update))}%`,
  });
}

function row(name) {
  const badge = element("span", {className: "badge"});
  const gradient = gauge();
  const dead = element("td", {className: "dead"});
  const update = gauge();
  const root = element(
    "tr",
    {dataset: {layer: name}},
    element("th", {scope: "row"}, name, " ", badge),
    gradient.root,
    dead,
    update.root,
  );
  return {root, badge, gradient, dead, update};
}

function gauge() {
  const filled = element("span", {className: "filled"});
  const band = element("span", {className: "band"});
  const rivals = element("span", {className: "rivals"});
  const value = element("span", {className: "value"});
  const root = element(
    "td",
    {className: "gauge"},
    element("span", {className: "scale"}, band, filled, rivals),
    value,
  );
  return {root, filled, band, rivals, value};
}

function showRow({root, badge, gradient, dead, update}, layer, {scales, others, order, words}) {
  root.dataset.badge = badge.dataset.badge = layer.badge;
  root.style.setProperty("--run", `var(--run${order})`);
  setText(badge, layer.badge ? words.badges[layer.badge] : "");
  setText(gradient.value, measured(layer.gradient, 0));
  gradient.filled.style.width = share(scales.gradient.place(layer.gradient ?? 0));
  gradient.rivals.replaceChildren(
    ...others
      .filter(({layers}) => layers[layer.name]?.gradient > 0)
      .map(({order: other, title, layers}) => {
        const left = share(scales.gradient.place(layers[layer.name].gradient));
        return element("i", {className: `run${other}`, title, style: {left}});
      }),
  );
  setText(dead, Number.isFinite(layer.dead) ? `${Math.round(100 * layer.dead)}%` : "–");
  setText(update.value, measured(layer.update, 0));
  const [low, high] = HEALTHY_UPDATE.map((value) => scales.update.place(value));
  Object.assign(update.band.style, {left: share(low), width: share(high - low)});
  update.filled.style.left = share(scales.update.place(layer.update ?? 0));
  update.filled.hidden = !layer.update;
}

function share(place) {
  return `${(100 * place).toFixed(2)}%`;
}
