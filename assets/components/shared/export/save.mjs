/** Files for the visitor. */

import {element} from "../dom.mjs";

/**
 * Give a blob to the visitor as a file.
 *
 * @param {string} name
 * @param {Blob} blob
 */
export function save(name, blob) {
  const address = URL.createObjectURL(blob);
  element("a", {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
