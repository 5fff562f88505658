/** A picture of what the camera sees, taken where the picture is to be shown. */

import {element, setText} from "../dom.mjs";

const WANTED = {
  video: {facingMode: {ideal: "environment"}, width: {ideal: 1280}, height: {ideal: 960}},
};
const MOST = 1280; // pixels a side of a picture
const QUALITY = 0.92; // of a JPEG

/** The word for each way in which a camera cannot be had, by the browser's name of the error. */
const FAILURES = {
  NotAllowedError: "camera_refused",
  SecurityError: "camera_refused",
  NotFoundError: "camera_missing",
  OverconstrainedError: "camera_missing",
  NotReadableError: "camera_busy",
  AbortError: "camera_busy",
};

/** Return which of the words says why there is no camera. */
export const failureOf = (error) => FAILURES[error?.name] ?? "camera_failed";

/**
 * Build the camera. It films while it is open, and only then.
 *
 * @param {object} told
 * @param {(picture: Blob | null) => void} told.taken gets a JPEG of what was in view
 * @param {(word: string) => void} told.failed gets which of the words says why there is none
 * @param {() => void} told.closed
 * @param {boolean} [told.isSquare] whether only the square in the middle is in view
 */
export function camera({taken, failed, closed, isSquare = true}) {
  const {root, film, take, label} = finder(takePicture, close);
  let opened = 0; // how often: a camera that comes too late is not wanted any more
  /** @type {MediaStream | null} */
  let stream = null;

  async function open() {
    if (!root.hidden) return close();
    const here = ++opened;
    if (!navigator.mediaDevices?.getUserMedia) return failed("camera_insecure");
    root.hidden = false;
    take.disabled = true;
    try {
      const came = await navigator.mediaDevices.getUserMedia(WANTED);
      if (here !== opened) return stop(came);
      film.srcObject = stream = came;
      for (const track of came.getTracks())
        track.addEventListener("ended", () => stream === came && fail("camera_busy"));
    } catch (error) {
      if (here === opened) fail(failureOf(error));
    }
  }

  function fail(word) {
    close();
    failed(word);
  }

  function takePicture() {
    const picture = stillOf(film, isSquare);
    close();
    picture.toBlob(taken, "image/jpeg", QUALITY);
  }

  function close() {
    if (root.hidden) return;
    opened += 1;
    stop(stream);
    film.srcObject = stream = null;
    root.hidden = true;
    closed();
  }

  return {root, open, close, label};
}

/** Build what shows the film, with the buttons below it. */
function finder(takePicture, close) {
  const film = element("video", {muted: true, autoplay: true, playsInline: true});
  const hint = element("p");
  const take = element("button", {type: "button", className: "take", onclick: takePicture});
  const leave = element("button", {type: "button", onclick: close});
  const shutter = element("div", {className: "shutter"}, take, leave);
  const root = element("div", {className: "camera", hidden: true}, film, hint, shutter);
  root.setAttribute("role", "group");
  film.addEventListener("loadeddata", () => {
    take.disabled = false;
    take.focus({preventScroll: true});
  });
  root.addEventListener("keydown", ({key}) => key === "Escape" && close());

  /** @param {Record<string, string>} words */
  function label(words) {
    root.ariaLabel = words.camera;
    setText(hint, words.camera_aim);
    setText(take, words.camera_take);
    setText(leave, words.camera_close);
  }

  return {root, film, take, label};
}

/** @param {MediaStream | null} stream */
function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Paint a film as it is in view. */
function stillOf(film, isSquare) {
  const {videoWidth, videoHeight} = film;
  const shorter = Math.min(videoWidth, videoHeight);
  const [wide, high] = isSquare ? [shorter, shorter] : [videoWidth, videoHeight];
  const scale = Math.min(1, MOST / Math.max(wide, high));
  const canvas = element("canvas", {width: wide * scale, height: high * scale});
  const [left, top] = [(videoWidth - wide) / 2, (videoHeight - high) / 2];
  const {width, height} = canvas;
  canvas.getContext("2d").drawImage(film, left, top, wide, high, 0, 0, width, height);
  return canvas;
}
