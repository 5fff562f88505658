/** All layers of a network that is wider than the screen, in one strip, to jump by. */

import {layerOf} from "../shared/arithmetic/network.mjs";
import {element} from "../shared/dom.mjs";

const LOW = 6; // CSS pixels of a layer with one channel
const STEP = 2.5; // more for each doubling

/**
 * Build the strip; it is hidden while all layers are in view.
 *
 * @param {HTMLElement} scroller what is pushed sideways
 * @returns {{root: HTMLElement, show: (network: any, layers: Map<string, any>) => void}}
 */
export function overview(scroller) {
  const seen = element("span", {className: "seen"});
  const strip = element("div", {className: "strip"});
  const root = element("nav", {className: "overview", hidden: true}, strip, seen);
  root.dataset.testid = "overview";

  function follow() {
    const {scrollLeft, scrollWidth, clientWidth} = scroller;
    seen.style.left = `${(100 * scrollLeft) / scrollWidth}%`;
    seen.style.width = `${(100 * clientWidth) / scrollWidth}%`;
  }

  scroller.addEventListener("scroll", () => requestAnimationFrame(follow), {passive: true});
  strip.addEventListener("keydown", (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    const next = step && strip.children[[...strip.children].indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    for (const each of strip.children) each.tabIndex = each === next ? 0 : -1;
    next.focus();
    next.click();
  });

  return {
    root,
    show(network, layers) {
      root.hidden = scroller.scrollWidth <= scroller.clientWidth + 1;
      if (root.hidden) return strip.replaceChildren();
      strip.replaceChildren(...[...layers.values()].map((layer) => mark(scroller, network, layer)));
      strip.firstElementChild?.setAttribute("tabindex", "0");
      return follow();
    },
  };
}

/** Draw a layer as a bar, the higher the more channels it has; a click brings it into view. */
function mark(scroller, network, {root: column, form}) {
  const {layer: name} = column.dataset;
  const {width, left} = column.getBoundingClientRect();
  const start = left - scroller.getBoundingClientRect().left + scroller.scrollLeft;
  const height = LOW + STEP * Math.log2(form.isLong ? form.count : form.shape[2]);
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  return element(
    "button",
    {
      type: "button",
      tabIndex: -1,
      title: name,
      ariaLabel: name,
      dataset: {family: layerOf(network, name).family},
      style: {flexGrow: String(width)},
      onclick: () =>
        scroller.scrollTo({
          left: start - (scroller.clientWidth - width) / 2,
          behavior: calm() ? "auto" : "smooth",
        }),
    },
    element("i", {style: {height: `${height}px`}}),
  );
}
