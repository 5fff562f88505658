/** Two answers beside each other: one map of each, and what lies between them. */

import {layerOf} from "../../shared/arithmetic/network.mjs";
import {scaleOf} from "../../shared/color.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {readable} from "../../shared/format.mjs";
import {drawMap, fit} from "../../shared/painting.mjs";
import {channelOf} from "../../shared/mosaic.mjs";
import {listed} from "../../shared/phrases.mjs";
import {domainOf, union} from "../tensors.mjs";

const SIDE = 70; // CSS pixels

/** Fill `place` with the map of each side and their difference; empties it where nothing is compared. */
export function pairPictures(place, {pair, network, words}, {layer, channel}) {
  place.hidden = !pair || layerOf(network, layer).output_shape.length === 1;
  if (place.hidden) return;
  const [height, width, count] = layerOf(network, layer).output_shape;
  const [a, b] = [pair.a, pair.b].map(({activations}) =>
    channelOf(activations.get(layer), [height, width, count], channel),
  );
  const difference = a.map((value, i) => value - b[i]);
  const maps = [a, b, difference].map((values) => ({values, height, width}));
  const both = union([domainOf(a), domainOf(b)]);
  const scales = [scaleOf(both), scaleOf(both), scaleOf(domainOf(difference), true)];
  if (!place.children.length) place.append(...maps.map(framed));
  maps.forEach((map, i) => {
    const title = words.sides[["a", "b", "difference"][i]];
    paint(place.children[i], map, scales[i], title, words);
  });
}

function framed() {
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  const said = element("figcaption", {}, element("b"), element("span"));
  return element("figure", {}, canvas, said);
}

function paint(figure, map, scale, title, words) {
  const [canvas, said] = figure.children;
  const zoom = Math.max(1, Math.floor((SIDE * devicePixelRatio) / Math.max(map.width, map.height)));
  const [wide, high] = [map.width, map.height].map((side) => (side * zoom) / devicePixelRatio);
  if (canvas.style.width !== `${wide}px` || canvas.style.height !== `${high}px`)
    fit(canvas, wide, high);
  drawMap(canvas.getContext("2d"), map, scale, 0, 0, zoom);
  const [from, to] = scale.ends.map(readable);
  const label = listed(words, [title, `${from} – ${to}`]);
  if (canvas.ariaLabel !== label) canvas.ariaLabel = label;
  setText(said.firstChild, title);
  setText(said.lastChild, ` ${from} – ${to}`);
}
