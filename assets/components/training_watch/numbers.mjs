/** How the watch writes its numbers. */

import {readable} from "../shared/format.mjs";

/** Write what was measured: as people read it, very small and large ones by powers of ten. */
export function measured(value, decimals = 1) {
  if (!Number.isFinite(value)) return "–";
  return isExtreme(value) ? powered(value, decimals) : readable(value);
}

/** Write the round number of a tick: "0.05", "1e4". */
export function round(value) {
  return isExtreme(value) ? powered(value, 0) : String(value);
}

/** Write a share of digits: with a decimal where the last errors count. */
export function percentage(share) {
  if (!Number.isFinite(share)) return "–";
  return `${(100 * share).toFixed(share > 0.9 && share < 1 ? 1 : 0)}%`;
}

function isExtreme(value) {
  return value >= 1e4 || (value > 0 && value < 1e-3);
}

function powered(value, decimals) {
  return value.toExponential(decimals).replace("e+", "e").replace("-", "−");
}
