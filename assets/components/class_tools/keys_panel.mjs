/** The keys that this page knows, in one list; "?" opens it. */

import {element, setText} from "../shared/dom.mjs";
import {keyHint} from "../shared/keys.mjs";

/** Build the panel: {root, say, open}. */
export function keysPanel() {
  const title = element("h3");
  const close = element("button", {type: "button", className: "close"});
  const list = element("dl");
  const root = element(
    "dialog",
    {className: "keys", dataset: {testid: "keys"}},
    element("header", {}, title, close),
    list,
  );
  close.addEventListener("click", () => root.close());
  root.addEventListener("click", ({target}) => target === root && root.close());
  root.addEventListener("keydown", (event) => event.stopPropagation());
  return {
    root,
    say({keys: words}) {
      setText(title, words.title);
      close.ariaLabel = close.title = words.close;
      list.replaceChildren(...words.groups.flatMap(groupOf));
    },
    open: () => root.open || root.showModal(),
  };
}

/** @param {{title: string, keys: [string, string][]}} group keys, and what they do */
function groupOf({title, keys}) {
  const rows = keys.map(([pressed, does]) =>
    element(
      "div",
      {},
      element("dt", {}, ...pressed.split(" ").map((key) => element("kbd", {}, keyHint(key)))),
      element("dd", {}, does),
    ),
  );
  return [element("h4", {}, title), ...rows];
}
