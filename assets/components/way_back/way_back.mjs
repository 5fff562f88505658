/**
 * Keeps the visitor's network and language in the address of every page, and lets the browser's way
 * back lead from place to place. Says in which language the page is.
 *
 * data: {language} as a BCP 47 tag
 *
 * Streamlit drops them from the address with each page, and takes a step for each change that a page
 * makes to its own: the way back would lead from a page to itself.
 */

import {withKept} from "../shared/live/address.mjs";

const KEPT = ["network", "lang"];
// To the pages: in the header, and on a narrow screen in the menu that opens from it.
const LINKS = "[data-testid=stTopNavLink], [data-testid=stSidebarNavLink]";
const PLACES = ["run", "beside"]; // what is another place for the visitor, on the same page

export default function WayBack({data}) {
  document.documentElement.lang = data.language;
  const {history} = window;
  if (Object.hasOwn(history, "pushState")) return;
  let last = new URL(location.href);
  /** @type {URL | null} the place on this page that was just left, until the visitor acts again */
  let left = null;

  history.pushState = (state, title, url) => {
    const from = new URL(location.href);
    const to = withKept(kept(new URL(url ?? from, document.baseURI), last));
    const isStep = isElsewhere(to, from);
    // A page that opens another first takes that one's parameters into its own address, in one
    // change or in several.
    if (to.pathname !== from.pathname) {
      if (left) history.replaceState(history.state, "", left);
      left = null;
    } else if (isStep) left ??= from;
    History.prototype[isStep ? "pushState" : "replaceState"].call(history, state, title, to);
    last = to;
  };
  const acted = () => (left = null);
  for (const kind of ["pointerdown", "keydown", "popstate"]) addEventListener(kind, acted, true);

  addEventListener("popstate", () => {
    last = kept(new URL(location.href), last);
    history.replaceState(history.state, "", last);
  });

  addEventListener("click", (event) => linkClicked(event), true);
}

/** Leave a training by the header's link to its own page, which Streamlit takes for no step. */
function linkClicked(event) {
  const link = event.target.closest?.(LINKS);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const [to, from] = [new URL(link.href), new URL(location.href)];
  if (to.pathname !== from.pathname || !isElsewhere(to, from)) return;
  event.preventDefault();
  event.stopPropagation();
  history.pushState(history.state, "", to);
  dispatchEvent(new PopStateEvent("popstate", {state: history.state}));
}

/** Give an address with what the last one kept, where it does not say otherwise. */
export function kept(to, last) {
  const whole = new URL(to);
  for (const name of KEPT) {
    if (last.searchParams.has(name) && !to.searchParams.has(name))
      whole.searchParams.set(name, last.searchParams.get(name));
  }
  return whole;
}

/** Tell whether an address shows another place than the one that is open. */
export function isElsewhere(to, from) {
  return (
    to.pathname !== from.pathname ||
    PLACES.some((name) => to.searchParams.get(name) !== from.searchParams.get(name))
  );
}
