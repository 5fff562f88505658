/** What an element shows, as a picture: canvases, boxes and text as SVG, or painted as PNG. */

import {element, setText, svgElement} from "../../shared/dom.mjs";

const SHARP = 2; // pixels of a PNG for each pixel of the page

/** Draw what an element shows, canvases, boxes and text, as SVG: {text, width, height}. */
export function svgOf(root) {
  const frame = root.getBoundingClientRect();
  const width = Math.max(frame.width, root.scrollWidth);
  const height = Math.max(frame.height, root.scrollHeight);
  const svg = svgElement("svg", {width, height, viewBox: `0 0 ${width} ${height}`});
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
  if (node instanceof HTMLCanvasElement) drawCanvas(svg, node, place);
  else drawFrame(svg, place, style, node.matches(".padded"));
}

function drawCanvas(svg, canvas, place) {
  if (!canvas.width || !canvas.height) return;
  add(svg, "image", {
    ...place,
    href: canvas.toDataURL(),
    preserveAspectRatio: "none",
    style: "image-rendering: pixelated",
  });
}

function drawFrame(svg, place, style, dashed) {
  const filled = seen(style.backgroundColor);
  const line = lineOf(style);
  if (!filled && !line && !dashed) return;
  add(svg, "rect", {
    ...place,
    rx: parseFloat(style.borderTopLeftRadius) || 0,
    fill: filled ? style.backgroundColor : "none",
    stroke: line?.color ?? "none",
    "stroke-width": line?.width ?? 1,
    "stroke-dasharray": dashed ? "3 3" : "none",
  });
}

/** Give the line around a box, {color, width}: its outline before its border; null for none. */
function lineOf(style) {
  const outline = parseFloat(style.outlineWidth);
  if (style.outlineStyle !== "none" && outline > 0) {
    return {color: style.outlineColor, width: outline};
  }
  const lined = parseFloat(style.borderTopWidth) > 0 && seen(style.borderTopColor);
  return lined ? {color: style.borderTopColor, width: 1} : null;
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
    setText(line, text);
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
  const made = svgElement(name, attributes);
  svg.append(made);
  return made;
}

function seen(color) {
  return color !== "transparent" && !/,\s*0\)$|\/\s*0\)$/.test(color);
}

function paper(node) {
  return getComputedStyle(node).getPropertyValue("--st-background-color") || "white";
}

/** Paint an SVG picture as a PNG, twice as fine as the page. */
export async function pngOf({text, width, height}) {
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
