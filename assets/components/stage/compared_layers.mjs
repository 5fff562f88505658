/** The layers of two readings as the stage paints them: one, the other, both, or what lies between. */

import {scaleOf} from "../shared/color.mjs";
import {element, setText} from "../shared/dom.mjs";
import {domainAt, domainOf, domainsOf, mosaic} from "../shared/mosaic.mjs";

/**
 * @typedef {object} ShownLayer
 * @property {string} name
 * @property {number[]} shape
 * @property {Float32Array} values channels last
 * @property {ArrayLike<number>} domains the low and high of each channel, as its color is to fit them
 * @property {boolean} [isSigned] whether zero is in the middle of its colors
 * @property {Float32Array} [beside] what is shown beside it
 */

/**
 * Put layers beside those of another reading, as one of them, both, or what lies between is shown.
 *
 * @param {ShownLayer[]} layers
 * @param {ShownLayer[]} theirs in the same order
 * @param {"a" | "b" | "both" | "difference"} shown
 * @returns {ShownLayer[]}
 */
export function comparedLayers(layers, theirs, shown) {
  return layers.map((layer, i) => ({
    ...layer,
    ...comparedLayer(layer.values, theirs[i].values, layer.shape[2], shown),
  }));
}

function comparedLayer(values, theirs, count, shown) {
  if (shown === "difference") {
    const difference = values.map((value, i) => value - theirs[i]);
    return {values: difference, domains: domainsOf(difference, count), isSigned: true};
  }
  const domains = union(domainsOf(values, count), domainsOf(theirs, count));
  if (shown === "b") return {values: theirs, domains};
  return {values, domains, beside: shown === "both" ? theirs : undefined};
}

/** Join the domains of channels, so that both readings have the same colors. */
function union(one, other) {
  return one.map((value, i) => (i % 2 ? Math.max(value, other[i]) : Math.min(value, other[i])));
}

/** Give the scale of each channel of a layer: its own, the layer's, or the network's. */
export function scalesOf(scope, {domains, isSigned}, network) {
  if (scope === "map") return (channel) => scaleOf(domainAt(domains, channel), isSigned);
  const shared = scaleOf(scope === "layer" ? domainOf([domains]) : network, isSigned);
  return () => shared;
}

/** Paint the other reading's maps below those of a layer's view; takes them away where there is none. */
export function paintBeside(view, {shape, beside, domains}, scaleFor, {title, silent}) {
  if (!beside) {
    view.beside?.root.remove();
    view.beside = null;
    return;
  }
  view.beside ??= besideView(view);
  setText(view.beside.title, title);
  view.beside.mosaic.follow(view.mosaic.plan);
  view.beside.mosaic.sort(Array.from({length: shape[2]}, (_, each) => view.mosaic.tileOf(each)));
  view.beside.mosaic.paint({shape, values: beside, domains}, scaleFor, silent);
}

function besideView({root}) {
  const canvas = element("canvas", {dataset: {testid: "beside"}});
  const title = element("figcaption");
  const made = element("figure", {className: "beside"}, title, canvas);
  root.append(made);
  return {root: made, title, mosaic: mosaic(canvas)};
}
