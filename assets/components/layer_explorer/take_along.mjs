/** Take it along: a panel as PNG or SVG, its numbers as CSV or NPZ. */

import {element} from "../shared/dom.mjs";
import {csv, npz} from "./archives.mjs";

const SVG = "http://www.w3.org/2000/svg";
const SHARP = 2; // pixels of a PNG for each pixel of the page

/**
 * Build the buttons of a panel. `offer()` gives {name, picture: element, rows, tensors}: rows for
 * CSV, tensors for NPZ; what is missing has no button.
 */
export function takeAlong(offer) {
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
      label.textContent = words.along;
      link.textContent = words.link;
    },
  });
}

/** Copy the page's address, which holds the digit and what is open. */
async function copyAddress(done, words) {
  try {
    await navigator.clipboard.writeText(location.href);
    done.textContent = words.link_copied;
  } catch {
    done.textContent = words.link_address; // only pages that came safely may use the clipboard
  }
}

/** Give a blob to the visitor as a file. */
function save(name, blob) {
  const address = URL.createObjectURL(blob);
  element("a", {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Draw what an element shows, canvases, boxes and text, as SVG: {text, width, height}. */
export function svgOf(root) {
  const frame = root.getBoundingClientRect();
  const width = Math.max(frame.width, root.scrollWidth);
  const height = Math.max(frame.height, root.scrollHeight);
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({width, height, viewBox: `0 0 ${width} ${height}`}))
    svg.setAttribute(name, value);
  const {backgroundColor} = getComputedStyle(root);
  add(svg, "rect", {width, height, fill: seen(backgroundColor) ? backgroundColor : paper(root)});
  drawNode(svg, root, {left: frame.left - root.scrollLeft, top: frame.top - root.scrollTop});
  return {text: new XMLSerializer().serializeToString(svg), width, height};
}

function drawNode(svg, node, origin) {
  if (node.nodeType === Node.TEXT_NODE) return drawText(svg, node, origin);
  if (
    node.nodeType !== Node.ELEMENT_NODE ||
    node.matches(".along, .buttons, .switch, .cursor, input, [hidden]")
  )
    return;
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden") return;
  drawBox(svg, node, style, origin);
  if (node instanceof HTMLCanvasElement) return;
  for (const child of node.childNodes) drawNode(svg, child, origin);
}

function drawBox(svg, node, style, {left, top}) {
  const box = node.getBoundingClientRect();
  const place = {x: box.left - left, y: box.top - top, width: box.width, height: box.height};
  if (node instanceof HTMLCanvasElement) {
    if (node.width && node.height)
      add(svg, "image", {
        ...place,
        href: node.toDataURL(),
        preserveAspectRatio: "none",
        style: "image-rendering: pixelated",
      });
    return;
  }
  const lined = parseFloat(style.borderTopWidth) > 0 && seen(style.borderTopColor);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  if (!seen(style.backgroundColor) && !lined && !outlined && !node.matches(".padded")) return;
  add(svg, "rect", {
    ...place,
    rx: parseFloat(style.borderTopLeftRadius) || 0,
    fill: seen(style.backgroundColor) ? style.backgroundColor : "none",
    stroke: outlined ? style.outlineColor : lined ? style.borderTopColor : "none",
    "stroke-width": outlined ? parseFloat(style.outlineWidth) : 1,
    "stroke-dasharray": node.matches(".padded") ? "3 3" : "none",
  });
}

/** Write a text node line by line, as the page broke it. */
function drawText(svg, node, {left, top}) {
  const style = getComputedStyle(node.parentElement);
  const size = parseFloat(style.fontSize);
  for (const {text, box, right} of linesOf(node)) {
    const line = add(svg, "text", {
      x: box.left - left,
      y: (box.top + box.bottom) / 2 - top + 0.35 * size,
      fill: style.color,
      opacity: style.opacity,
      "font-size": size,
      "font-weight": style.fontWeight,
      "font-family": style.fontFamily,
      // The page's font may be missing where the picture is opened; its widths are kept.
      textLength: right - box.left,
      lengthAdjust: "spacingAndGlyphs",
    });
    line.textContent = text;
  }
}

function linesOf(node) {
  const lines = [];
  for (const {0: word, index} of node.data.matchAll(/\S+/g)) {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (!box.width) continue;
    if (last && Math.abs(last.box.top - box.top) < 2)
      Object.assign(last, {text: `${last.text} ${word}`, right: box.right});
    else lines.push({text: word, box, right: box.right});
  }
  return lines;
}

function add(svg, name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  svg.append(made);
  return made;
}

function seen(colour) {
  return colour !== "transparent" && !/,\s*0\)$|\/\s*0\)$/.test(colour);
}

function paper(node) {
  return getComputedStyle(node).getPropertyValue("--st-background-color") || "white";
}

async function pngOf({text, width, height}) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], {type: "image/svg+xml"}));
  await image.decode();
  URL.revokeObjectURL(image.src);
  const canvas = element("canvas", {width: width * SHARP, height: height * SHARP});
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
