/** What can be undone, and done again. */

/**
 * Keep what was there, step by step. Contents are never changed, only replaced.
 *
 * @template Content
 * @param {Content} content what is there at first
 * @param {number} most steps that can be undone
 */
export function history(content, most = 200) {
  /** @type {Content[]} */
  let past = [];
  /** @type {Content[]} */
  let future = [];
  return {
    get content() {
      return content;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
    /** Replace the content so that undo brings the old one back. */
    replace(next) {
      past = [...past, content].slice(-most);
      future = [];
      content = next;
    },
    undo() {
      const before = past.pop();
      if (before === undefined) return false;
      future.push(content);
      content = before;
      return true;
    },
    redo() {
      const after = future.pop();
      if (after === undefined) return false;
      past.push(content);
      content = after;
      return true;
    },
  };
}
