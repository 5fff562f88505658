/**
 * The stage on a wall: it fills the screen, by the Fullscreen API where there is one, and words are
 * large enough to be read from the last row. page.css hides what is beside it while the document
 * has the class "wall".
 */

import {element, icon, setText} from "../shared/dom.mjs";

const KEY = "f";
const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";
const CORNERS = "M3 8V3h5M12 3h5v5M17 12v5h-5M8 17H3v-5";

/** Return whether the stage fills the screen. */
export const isOnWall = () => document.documentElement.classList.contains("wall");

/**
 * Build the button; the key F does the same, and Escape leaves.
 *
 * @param {() => void} changed is called whenever the stage has got another size
 * @returns {{root: HTMLElement, say: (words: any) => void, leave: () => void}}
 */
export function wall(changed) {
  const label = element("span");
  const root = element("button", {type: "button", className: "to-wall"}, icon(CORNERS), label);
  let words = {wall: "", leave_wall: "", wall_key: ""};

  function show(isOn) {
    if (isOn === isOnWall()) return;
    document.documentElement.classList.toggle("wall", isOn);
    say(words);
    changed();
  }

  async function enter() {
    show(true);
    // A browser without it, or one that refuses, still shows the stage in all of its window.
    await document.documentElement.requestFullscreen?.().catch(() => {});
  }

  function leave() {
    if (document.fullscreenElement) document.exitFullscreen();
    show(false);
  }

  function pressed(event) {
    const {key, ctrlKey, metaKey, altKey} = event;
    if (key === "Escape" && isOnWall()) return leave();
    if (key.toLowerCase() !== KEY || ctrlKey || metaKey || altKey) return undefined;
    if (event.composedPath()[0].matches?.(TYPING)) return undefined;
    return toggle();
  }

  function say(said) {
    words = said;
    setText(label, isOnWall() ? words.leave_wall : words.wall);
    root.title = words.wall_key;
  }

  const toggle = () => (isOnWall() ? leave() : enter());
  const left = () => document.fullscreenElement || show(false);
  root.addEventListener("click", toggle);
  document.addEventListener("keydown", pressed);
  document.addEventListener("fullscreenchange", left);
  return {
    root,
    say,
    leave() {
      document.removeEventListener("keydown", pressed);
      document.removeEventListener("fullscreenchange", left);
      leave();
    },
  };
}
