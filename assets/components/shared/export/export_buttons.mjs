/** Take it along: a panel as PNG or SVG, its numbers as CSV or NPZ. */

import {element, setText} from "../dom.mjs";
import {csv} from "./csv.mjs";
import {npz} from "./npz.mjs";
import {save} from "./save.mjs";
import {pngOf, svgOf} from "./svg_picture.mjs";

/**
 * Build the buttons of a panel. `offer()` gives {name, picture: element, rows, tensors}: rows for
 * CSV, tensors for NPZ; what is missing has no button.
 */
export function exportButtons(offer) {
  const root = element("div", {className: "along", dataset: {testid: "take-along"}});
  const label = element("span", {className: "asks"});
  const kinds = {
    PNG: async ({name, picture}) => save(`${name}.png`, await pngOf(svgOf(picture()))),
    SVG: ({name, picture}) =>
      save(`${name}.svg`, new Blob([svgOf(picture()).text], {type: "image/svg+xml"})),
    CSV: ({name, rows}) => save(`${name}.csv`, new Blob([csv(rows())], {type: "text/csv"})),
    NPZ: ({name, tensors}) =>
      save(`${name}.npz`, new Blob([npz(tensors())], {type: "application/zip"})),
  };
  const link = element("button", {type: "button", dataset: {kind: "link"}});
  const done = element("output");
  root.append(
    label,
    ...Object.keys(kinds).map((kind) => element("button", {type: "button", dataset: {kind}}, kind)),
    link,
    done,
  );
  root.addEventListener("click", ({target}) => {
    if (target === link) copyAddress(done, root.words);
    else kinds[target.dataset.kind]?.(offer());
  });
  return Object.assign(root, {
    say(words) {
      root.words = words;
      setText(label, words.along);
      setText(link, words.link);
    },
  });
}

/** Copy the page's address, which holds the digit and what is open. */
async function copyAddress(done, words) {
  try {
    await navigator.clipboard.writeText(location.href);
    setText(done, words.link_copied);
  } catch {
    setText(done, words.link_address); // only pages that came safely may use the clipboard
  }
}
