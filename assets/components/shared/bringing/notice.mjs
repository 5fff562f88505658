/** Says why a picture was not taken, where it was given: at the foot of the canvas. */

import {element, icon, setText} from "../dom.mjs";

const CROSS = "M5 5l10 10M15 5L5 15";

/** Build the notice; it stays until it is closed, or the next thing is tried. */
export function notice() {
  const sentence = element("p");
  const close = element("button", {type: "button", onclick: () => say("")}, icon(CROSS));
  const root = element("div", {className: "notice", hidden: true}, sentence, close);
  root.setAttribute("role", "alert");

  /** Say a sentence; "" says no more. */
  function say(text) {
    setText(sentence, text);
    root.hidden = !text;
  }

  return {
    root,
    say,
    /** @param {{dismiss: string}} words */
    label({dismiss}) {
      close.ariaLabel = close.title = dismiss;
    },
  };
}
