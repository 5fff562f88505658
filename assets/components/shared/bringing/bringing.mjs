/** The ways to bring a picture: choose a file, paste it, drop it; and its way to the server. */

import {element} from "../dom.mjs";
import {isWriting} from "../keys.mjs";

/**
 * Listen for pictures, wherever on the page they are pasted or dropped, until the signal.
 *
 * @param {AbortSignal} signal
 * @param {object} told
 * @param {(dataUrl: string) => void} told.brought gets a file, which need not be a picture
 * @param {(word: string) => void} told.failed gets which of the words says why there is none
 * @param {(isOver: boolean) => void} told.hovered whether a file is held over the page
 */
export function bringing(signal, {brought, failed, hovered}) {
  let mostBytes = Infinity;

  /** @param {Blob | null | undefined} file */
  function bring(file, otherwise = "no_file") {
    if (!file) return failed(otherwise);
    if (file.size > mostBytes) return failed("too_large");
    const reader = new FileReader();
    reader.onload = () => brought(String(reader.result));
    reader.onerror = () => failed("unreadable"); // a folder, or it is gone
    reader.readAsDataURL(file);
  }

  const picker = filePicker(bring);
  const listeners = listenersFor(bring, hovered);
  for (const [type, heard] of Object.entries(listeners))
    document.addEventListener(type, heard, {signal});

  return {
    picker,
    bring,
    choose: () => picker.click(),
    /** Take the picture on the clipboard, for whoever has no keys. */
    async paste() {
      try {
        bring(await copiedPicture(), "no_copy");
      } catch {
        failed("paste_refused");
      }
    },
    /** Refuse larger files from now on. */
    limit(bytes) {
      mostBytes = bytes;
    },
  };
}

function filePicker(bring) {
  const picker = element("input", {type: "file", accept: "image/*", hidden: true});
  picker.addEventListener("change", () => {
    const [file] = picker.files;
    if (file) bring(file);
    picker.value = ""; // or the same file could not be chosen again
  });
  return picker;
}

function listenersFor(bring, hovered) {
  return {
    paste(event) {
      const [file] = event.clipboardData?.files ?? [];
      if (file && !isWriting(event)) bring(file);
    },
    dragover(event) {
      if (!isFile(event)) return;
      event.preventDefault(); // a browser would leave the page for the file
      hovered(true);
    },
    dragleave(event) {
      if (!event.relatedTarget) hovered(false);
    },
    drop(event) {
      hovered(false);
      if (!isFile(event)) return;
      event.preventDefault();
      bring(event.dataTransfer.files[0]);
    },
  };
}

/** Tell whether a file is dragged, or the link to one. */
const isFile = ({dataTransfer}) =>
  dataTransfer.types.some((type) => type === "Files" || type === "text/uri-list");

/** Tell whether this browser lets a page look at the clipboard when it is asked to. */
export const canPaste = () => Boolean(navigator.clipboard?.read);

/** @returns {Promise<Blob | null>} */
async function copiedPicture() {
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((each) => each.startsWith("image/"));
    if (type) return item.getType(type);
  }
  return null;
}
