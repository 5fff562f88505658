/** How the layers on the stage hang together: branches above them, and lines over their maps. */

import {pointed} from "../shared/live/looking.mjs";
import {branchesDrawn, branchesOf} from "./branches.mjs";
import {focusOverlay} from "./focus.mjs";
import {overview} from "./overview.mjs";
import {shownGraph} from "./shown_graph.mjs";

/**
 * Draw on a sheet what the layers in its `list` have to do with each other.
 *
 * @param {HTMLElement} list
 * @returns {{root: HTMLElement, strip: HTMLElement, relate: (network: any, layers: Map<string, any>, isFlat: boolean)
 *   => void, leave: () => void}} `relate` is called whenever the layers have got their places
 */
export function relations(list) {
  const overlay = focusOverlay();
  const root = document.createElement("div");
  root.className = "sheet";
  root.append(list, overlay.root);
  const strip = overview(root);
  /** @type {any} */
  let stage = null; // {layers, graph, isFlat}
  let scheduled = 0;

  function show(spot) {
    scheduled = 0;
    if (!spot || !stage?.layers.has(spot.layer)) return overlay.hide();
    overlay.show(stage.layers, spot, stage.graph.around(spot), stage.isFlat);
  }

  const leave = pointed.subscribe(() => {
    scheduled ||= requestAnimationFrame(() => show(pointed.value));
  });

  return {
    root,
    strip: strip.root,
    leave() {
      leave();
      cancelAnimationFrame(scheduled);
    },
    relate(network, layers, isFlat) {
      const names = [...layers.keys()];
      const isKnown = names.every((name) => network.layers.some((layer) => layer.name === name));
      root.querySelector(".branches")?.remove();
      stage = isKnown ? {layers, graph: shownGraph(network, names), isFlat} : null;
      if (isKnown && !isFlat) showBranches(branchesOf(network, names), layers);
      if (isKnown) strip.show(network, layers);
      show(pointed.value);
    },
  };

  function showBranches(branches, layers) {
    if (!branches.edges.length) return;
    const {left: start} = list.getBoundingClientRect();
    const columns = [...layers.values()].map((layer) => {
      const {left, width} = layer.root.getBoundingClientRect();
      return {left: left - start, width};
    });
    list.before(branchesDrawn(branches, columns));
  }
}
