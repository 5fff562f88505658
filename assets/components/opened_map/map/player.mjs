/** A clock for things that go cell by cell: play, pause, step, speed, skip. No document in here. */

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];
const CELLS_A_SECOND = 24; // at speed 1: a map of 14 × 14 in eight seconds

/**
 * Make a player over `count` cells; `changed({at, playing, speed})` is called after each change.
 *
 * `request` and `cancel` are the browser's animation frames.
 */
export function player({changed, request = requestAnimationFrame, cancel = cancelAnimationFrame}) {
  const state = {at: 0, count: 1, playing: false, speed: 1};
  /** @type {{frame: number | null, before: number | null}} */
  const clock = {frame: null, before: null}; // the next frame; time of the last, milliseconds
  let place = 0; // where between two cells

  function tick(now) {
    const passed = clock.before === null ? 0 : Math.min(100, now - clock.before);
    clock.before = now;
    place += (passed / 1000) * CELLS_A_SECOND * state.speed;
    const at = Math.min(state.count - 1, Math.floor(place));
    const moved = at !== state.at;
    state.at = at;
    if (at === state.count - 1) return pause();
    clock.frame = request(tick);
    if (moved) changed(state);
  }

  function pause() {
    if (clock.frame !== null) cancel(clock.frame);
    clock.frame = clock.before = null;
    state.playing = false;
    changed(state);
  }

  function seek(at) {
    if (state.playing) pause();
    state.at = place = Math.max(0, Math.min(state.count - 1, at));
    changed(state);
  }

  return {
    state,
    pause,
    seek,
    step: (by) => seek(state.at + by),
    skip: () => seek(state.count - 1),
    /** Begin again with another number of cells, standing still on `at`. */
    reset(count, at = count - 1) {
      state.count = count;
      seek(at);
    },
    play() {
      if (state.playing) return;
      if (state.at >= state.count - 1) state.at = 0;
      place = state.at;
      state.playing = true;
      clock.frame = request(tick);
      changed(state);
    },
    /** Choose the next speed up or down; tells it. */
    hasten(by) {
      const next = SPEEDS.indexOf(state.speed) + by;
      state.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, next))];
      changed(state);
      return state.speed;
    },
  };
}
