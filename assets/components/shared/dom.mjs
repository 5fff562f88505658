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

/** Fill the braces of a sentence: fill("{n} maps", {n: 16}) is "16 maps". */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (brace, name) => values[name] ?? brace);
}

/** Write a number as people read it: 0 to 3 significant decimals, a true minus sign. */
export function readable(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 100 ? value.toFixed(0) : size >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
  return text.replaceAll("-", "−");
}

/** Write a probability as a percentage that never claims 100 or 0 by rounding. */
export function percent(probability) {
  if (probability === 0 || probability === 1) return `${100 * probability}%`;
  if (probability > 0.999) return "> 99.9%";
  if (probability < 0.001) return "< 0.1%";
  return `${(100 * probability).toFixed(1)}%`;
}

/**
 * Give what Streamlit is to call when it takes a component away: `leave`, unless a later call of the
 * component has taken the place over.
 *
 * Streamlit loads modules while it goes on: where data comes meanwhile, it calls the component for
 * the old data and the new, and then takes the old call back.
 */
export function leaving(view, leave) {
  const call = (view.call = Symbol("call"));
  return () => {
    if (view.call === call) leave();
  };
}
