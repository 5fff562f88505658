/** Says that the network is still coming, or could not be had, and offers another try. */

import {element, setText} from "../shared/dom.mjs";
import {fill} from "../shared/format.mjs";

const PATIENCE = 500; // milliseconds for which a network may come without a word

/**
 * Build the line; `words` is {loading, not_loaded, retry}, to be set before it is needed.
 *
 * @param {() => void} retry
 */
export function networkState(retry) {
  const sentence = element("span");
  const button = element("button", {type: "button", hidden: true, onclick: retry});
  const root = element("p", {className: "network", hidden: true}, sentence, button);
  root.setAttribute("role", "status");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  let since = 0;

  function say(text) {
    clearTimeout(patience);
    root.hidden = !text;
    setText(sentence, text);
  }

  return {
    root,
    words: {loading: "", not_loaded: "", retry: ""},
    /** @param {import("./live_reading.mjs").Progress} progress */
    came(progress) {
      const {words} = this;
      button.hidden = !("failed" in progress);
      setText(button, words.retry);
      if ("failed" in progress) return say(words.not_loaded);
      if ("ready" in progress) {
        since = 0;
        return say("");
      }
      since ||= performance.now();
      const loading = fill(words.loading, {share: `${Math.round(100 * progress.share)}%`});
      if (performance.now() - since > PATIENCE) return say(loading);
      clearTimeout(patience);
      patience = setTimeout(() => say(loading), PATIENCE);
    },
  };
}
