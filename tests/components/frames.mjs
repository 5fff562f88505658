/** Pack a frame as model/inference/frames.py describes it: length, JSON head, padding, body. */
export function framed(head, body = []) {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const padded = text.length + (-text.length & 3);
  const bytes = new Uint8Array(4 + padded + body.length).fill(32);
  new DataView(bytes.buffer).setUint32(0, padded, true);
  bytes.set(text, 4);
  bytes.set(body, 4 + padded);
  return bytes;
}
