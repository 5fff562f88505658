/** The link to what is shown, as text and as a QR code that a class can photograph from the wall. */

import {element, setText, svgElement} from "../shared/dom.mjs";

const QUIET = 4; // modules of white around a QR code, as its standard wants them
const HERE = /^(localhost|127\.|\[::1\])/;

/**
 * Build the panel: {root, open, show(link, words)}; `asked()` wants the link of what is shown now.
 *
 * A link is {address, rows}: its text, and a row of the code as "0110…"; or {error}.
 */
export function linkPanel({asked}) {
  /** @type {any} */
  const self = {words: null};
  self.title = element("h3");
  self.close = element("button", {type: "button", className: "close"});
  self.code = element("div", {className: "code"});
  self.address = element("input", {
    type: "text",
    readOnly: true,
    onfocus: () => self.address.select(),
  });
  self.copy = element("button", {type: "button", className: "copy", onclick: () => copy(self)});
  self.said = element("p", {className: "said"});
  self.said.setAttribute("role", "status");
  self.root = element(
    "dialog",
    {className: "link", dataset: {testid: "link"}},
    element("header", {}, self.title, self.close),
    self.code,
    element("div", {className: "address"}, self.address, self.copy),
    self.said,
  );
  self.close.addEventListener("click", () => self.root.close());
  self.root.addEventListener("click", ({target}) => target === self.root && self.root.close());
  self.root.addEventListener("keydown", (event) => event.stopPropagation());
  return {
    root: self.root,
    open() {
      self.code.replaceChildren();
      self.address.value = "";
      setText(self.said, self.words.making);
      self.root.showModal();
      asked();
    },
    show(link, words) {
      self.words = words.link;
      setText(self.title, words.link.title);
      self.close.ariaLabel = self.close.title = words.link.close;
      self.address.ariaLabel = words.link.title;
      setText(self.copy, words.link.copy);
      if (link && self.root.open) paint(self, link);
    },
  };
}

function paint(self, {address, rows, error}) {
  self.address.value = address ?? "";
  self.copy.disabled = !address;
  self.code.replaceChildren(...(rows ? [codeOf(rows, self.words.code)] : []));
  setText(self.said, error ?? (HERE.test(location.host) ? self.words.only_here : ""));
}

/** Draw a QR code: black on white in any theme, for a camera has to read it. */
function codeOf(rows, name) {
  const side = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) =>
    [...row].flatMap((each, x) => (each === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : [])),
  );
  const image = svgElement(
    "svg",
    {viewBox: `0 0 ${side} ${side}`, role: "img", "shape-rendering": "crispEdges"},
    svgElement("rect", {width: side, height: side, fill: "#ffffff"}),
    svgElement("path", {d: dark.join(""), fill: "#000000"}),
  );
  image.setAttribute("aria-label", name);
  return image;
}

async function copy(self) {
  try {
    await navigator.clipboard.writeText(self.address.value);
  } catch {
    self.address.select(); // without HTTPS no page may write there: the visitor can
    return setText(self.said, self.words.copy_yourself);
  }
  return setText(self.said, self.words.copied);
}
