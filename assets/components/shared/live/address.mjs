/**
 * What the browser itself keeps in the address of a page, whatever the server says of it: the server
 * hears of a drawing later than the address is to show it.
 */

/** @type {Map<string, {page: string, value: string}>} */
const owned = new Map();

/**
 * Keep a parameter in the address of this page from now on; with "" its absence.
 *
 * @param {string} name
 * @param {string} value
 */
export function keepInAddress(name, value) {
  owned.set(name, {page: location.pathname, value});
  const here = new URL(location.href);
  const there = withKept(here);
  if (there.href === here.href) return;
  try {
    history.replaceState(history.state, "", there);
  } catch {
    // Safari allows a hundred changes in half a minute; the next one brings it up to date.
  }
}

/** Leave a parameter of this page's address to the server again. */
export function releaseAddress(name) {
  owned.delete(name);
}

/**
 * Return an address with what the browser keeps in that of its page.
 *
 * @param {URL} address
 */
export function withKept(address) {
  const whole = new URL(address);
  for (const [name, {page, value}] of owned) {
    if (whole.pathname !== page) continue;
    if (value) whole.searchParams.set(name, value);
    else whole.searchParams.delete(name);
  }
  return whole;
}
