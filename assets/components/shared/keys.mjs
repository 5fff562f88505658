/** The names of keys on the visitor's keyboard. */

/** What a Mac's own programs write, the longest first. */
const MAC_NAMES = {"Ctrl+Y": "⇧⌘Z", "Ctrl+": "⌘"};

/**
 * Return a hint with the keys that this computer has: "Undo (Ctrl+Z)" is "Undo (⌘Z)" on a Mac.
 *
 * @param {string} hint
 * @param {{platform?: string, userAgentData?: {platform: string}}} computer
 */
export function keyHint(hint, computer = navigator) {
  const platform = computer.userAgentData?.platform ?? computer.platform ?? "";
  if (!/^(mac|iphone|ipad)/i.test(platform)) return hint;
  return Object.entries(MAC_NAMES).reduce((text, [from, to]) => text.replaceAll(from, to), hint);
}

const WRITTEN_IN =
  "input:not([type=range], [type=checkbox], [type=radio], [type=file]), textarea, [contenteditable]";

/** Tell whether somebody is writing where an event happened, so that its keys are for the text. */
export function isWriting(event) {
  return Boolean(event.composedPath()[0]?.matches?.(WRITTEN_IN));
}
