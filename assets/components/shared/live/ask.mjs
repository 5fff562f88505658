/** Ask the live route: one request in flight, the newest drawing next. */

// Tells visitors behind one address apart when requests are counted; lives as long as the tab.
const visitor = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
  byte.toString(16).padStart(2, "0"),
).join("");

/** Give the address of something beside the pages, wherever the app is mounted. */
export function beside(path) {
  return new URL(path, document.baseURI).href;
}

/**
 * Make an asker: `ask(drawing)` sends it, or keeps it until the answer to the last has come.
 *
 * `answered(bytes)` gets each answer; `failed(sentence)` what went wrong, "" when the server
 * was not reached. After a failure the newest drawing is sent again, later each time.
 *
 * @param {object} parts
 * @param {(bytes: any) => void} parts.answered
 * @param {(error: any) => void} parts.failed
 * @param {(drawing: any) => Promise<{bytes?: any, error?: any, retry?: boolean}>} [parts.send]
 * @param {(milliseconds: number) => Promise<unknown>} [parts.wait] before asking once more
 */
export function asker({
  answered,
  failed,
  send = post,
  wait = (ms) => new Promise((done) => setTimeout(done, ms)),
}) {
  let waiting = null;
  let busy = false;
  return async function ask(drawing) {
    waiting = drawing;
    if (busy) return;
    busy = true;
    for (let pause = 250; waiting;) {
      const asked = waiting;
      waiting = null;
      const {bytes, error, retry} = await send(asked);
      if (bytes) {
        pause = 250;
        answered(bytes);
        continue;
      }
      failed(error);
      if (!retry) continue;
      await wait(pause);
      pause = Math.min(4000, 2 * pause);
      waiting ??= asked;
    }
    busy = false;
  };
}

/**
 * Send a drawing, once: {bytes} of the answer, or {error, retry}, the error "" when the server was
 * not reached.
 */
export async function post(drawing) {
  try {
    const response = await fetch(beside("live/answer"), {
      method: "POST",
      headers: {"content-type": "application/json", "x-visitor": visitor},
      body: JSON.stringify(drawing),
    });
    if (response.ok) return {bytes: new Uint8Array(await response.arrayBuffer())};
    const {error} = await response.json();
    return {error, retry: response.status === 429 || response.status >= 500};
  } catch {
    return {error: "", retry: true};
  }
}
