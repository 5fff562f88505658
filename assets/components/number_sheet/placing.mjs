/** Boxes on the screen: which mark an element shows, and where it stands. */

/** Return the id of the mark that an element of this layer belongs to; null for none. */
export function idOf(target) {
  const button = target.closest?.(".box");
  return button ? Number(button.dataset.id) : null;
}

/** Put a box where it belongs, in shares of the picture. */
export function placeBox({style}, [x, y, wide, high], [width, height]) {
  style.left = `${(100 * x) / width}%`;
  style.top = `${(100 * y) / height}%`;
  style.width = `${(100 * wide) / width}%`;
  style.height = `${(100 * high) / height}%`;
}
