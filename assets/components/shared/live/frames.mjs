/** A frame: a JSON head and a body of numbers in one piece of bytes (model/inference/frames.py). */

/**
 * Split a frame into its JSON head and its body, which begins at a multiple of four bytes.
 *
 * @param {Uint8Array} frame
 * @returns {{head: any, body: Uint8Array}}
 */
export function unframe(frame) {
  // Streamlit's bytes may begin anywhere; a Float32Array may not.
  const aligned = frame.byteOffset % 4 ? frame.slice() : frame;
  const view = new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(aligned.subarray(4, 4 + length)));
  return {head, body: aligned.subarray(4 + length)};
}
