/** Two answers beside each other: one map of each, and what lies between them. */

import {layerOf} from "../../shared/arithmetic/network.mjs";
import {scaleOf} from "../../shared/color.mjs";
import {element} from "../../shared/dom.mjs";
import {readable} from "../../shared/format.mjs";
import {drawMap, fit} from "../../shared/painting.mjs";
import {channelOf} from "../../shared/mosaic.mjs";
import {listed} from "../../shared/phrases.mjs";
import {domainOf, union} from "../tensors.mjs";

const SIDE = 84; // CSS pixels: 3 for each of 28 cells

/** Fill `place` with the map of each side and their difference; empties it where nothing is compared. */
export function pairPictures(place, {pair, network, words}, {layer, channel}) {
  place.hidden = !pair || layerOf(network, layer).output_shape.length === 1;
  if (place.hidden) return place.replaceChildren();
  const [height, width, count] = layerOf(network, layer).output_shape;
  const [a, b] = [pair.a, pair.b].map(({activations}) =>
    channelOf(activations.get(layer), [height, width, count], channel),
  );
  const difference = a.map((value, i) => value - b[i]);
  const maps = [a, b, difference].map((values) => ({values, height, width}));
  const both = union([domainOf(a), domainOf(b)]);
  const scales = [scaleOf(both), scaleOf(both), scaleOf(domainOf(difference), true)];
  return place.replaceChildren(
    ...maps.map((map, i) =>
      framed(map, scales[i], words.sides[["a", "b", "difference"][i]], words),
    ),
  );
}

function framed(map, scale, title, words) {
  const canvas = element("canvas");
  const zoom = Math.max(1, Math.floor((SIDE * devicePixelRatio) / Math.max(map.width, map.height)));
  fit(canvas, (map.width * zoom) / devicePixelRatio, (map.height * zoom) / devicePixelRatio);
  drawMap(canvas.getContext("2d"), map, scale, 0, 0, zoom);
  const [low, high] = scale.ends.map(readable);
  canvas.setAttribute("role", "img");
  canvas.ariaLabel = listed(words, [title, `${low} – ${high}`]);
  return element(
    "figure",
    {},
    canvas,
    element("figcaption", {}, element("b", {}, title), ` ${low} – ${high}`),
  );
}
