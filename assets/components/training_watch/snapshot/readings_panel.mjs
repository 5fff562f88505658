/** What each of the runs that race makes of the visitor's digit at the same moment. */

import {element} from "../../shared/dom.mjs";
import {counted, fill, percent} from "../../shared/format.mjs";
import {swatch} from "../swatch.mjs";

/** Build the panel: {root, show(readings, words)}; it shows only where there are several. */
export function readingsPanel() {
  const root = element("ol", {className: "readings", dataset: {testid: "moment-readings"}});
  return {root, show: (readings, words) => show(root, readings, words)};
}

/** Show `readings`: [{run, digits, reading, focused}]; a run that has not begun has none. */
function show(root, readings, words) {
  const here = readings.find(({focused}) => focused);
  root.hidden = readings.length < 2 || !here.reading;
  if (root.hidden) return;
  root.ariaLabel = words.readings;
  root.replaceChildren(...readings.map((reading) => line(reading, here.digits, words)));
}

function line({run, digits, reading, focused}, now, words) {
  const {id, title, order} = run;
  const {label = null, probability, verdict} = reading ?? {};
  const shown = label ?? "–";
  const sure = sureness(verdict, probability, words);
  const when = digits === now ? "" : fill(words.moment, {digits: counted(digits)});
  const said = element("span", {className: "sure"}, [sure, when].filter(Boolean).join(" · "));
  const name = element(
    "span",
    {className: `name run${order}`},
    swatch(order),
    element("b", {}, title || id),
  );
  const item = element(
    "li",
    {dataset: {run: id, label: shown, probability: probability ?? ""}},
    element("span", {className: "digit"}, String(shown)),
    name,
    said,
  );
  item.ariaCurrent = String(focused);
  return item;
}

function sureness(verdict, probability, words) {
  if (verdict === "diverged") return words.diverged;
  return probability ? fill(words.sure, {probability: percent(probability)}) : "";
}
