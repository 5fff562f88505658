/** Build elements; whatever comes as data goes in as text, never as HTML. */

/**
 * Make an element: properties are assigned, `dataset` and `aria…` become attributes.
 *
 * element("button", {type: "button", ariaLabel: "Undo", onclick: undo}, "Undo")
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  const {dataset, style, ...rest} = properties;
  Object.assign(made, rest);
  Object.assign(made.dataset, dataset);
  Object.assign(made.style, style);
  made.append(...children);
  return made;
}

/** Make an SVG element; its attributes are written as SVG writes them. */
export function svgElement(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Make an SVG icon of 20 × 20 from the outline of one path. */
export function icon(path) {
  return svgElement(
    "svg",
    {viewBox: "0 0 20 20", "aria-hidden": "true"},
    svgElement("path", {d: path}),
  );
}

/**
 * Write a text where it differs from what stands there: writing costs layout, and WebKit and Firefox
 * lose the click on a button whose text is written while it is pressed.
 */
export function setText(node, text) {
  const {firstChild: only} = node; // to ask it is quicker than to ask for textContent
  if (only?.nodeType === Node.TEXT_NODE && only === node.lastChild) {
    if (only.data !== text) only.data = text; // and quicker to write than another node
  } else if (node.textContent !== text) node.textContent = text;
}
