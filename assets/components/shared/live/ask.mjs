/** Asks one thing after the other: one request in flight, the newest wish next. */

/**
 * Make an asker: `ask(wish)` sends it, or keeps it until the answer to the last has come.
 *
 * `answered(bytes)` gets each answer; `failed(sentence)` what went wrong, "" when the server
 * was not reached. After a failure the newest wish is sent again, later each time.
 *
 * @param {object} parts
 * @param {(bytes: any) => void} parts.answered
 * @param {(error: any) => void} parts.failed
 * @param {(wish: any) => Promise<{bytes?: any, error?: any, retry?: boolean}>} parts.send
 * @param {(milliseconds: number) => Promise<unknown>} [parts.wait] before asking once more
 */
export function asker({
  answered,
  failed,
  send,
  wait = (ms) => new Promise((done) => setTimeout(done, ms)),
}) {
  let waiting = null;
  let busy = false;
  return async function ask(wish) {
    waiting = wish;
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
