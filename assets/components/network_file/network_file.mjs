/**
 * Take a file of a network, chosen or dropped, and send it to the server beside the page.
 *
 * data: {words: {choose, drop, sending, too_large, failed}, address, most, holds} with `most` in
 *   bytes; `holds` tells whether the page still looks at the file that was sent
 * trigger: sent = the name of the file that lies at the address now
 */

import {mountOnce} from "../shared/component.mjs";
import {element, icon, setText} from "../shared/dom.mjs";

const SIGN = "M10 13V3M6 7l4-4 4 4M3 13v4h14v-4";

export default mountOnce({build, update, leave: (view) => view.request?.abort()});

function build() {
  const picker = element("input", {type: "file", hidden: true});
  const label = element("span");
  const button = element("button", {type: "button", onclick: () => picker.click()});
  button.append(icon(SIGN), label);
  const hint = element("span", {className: "hint"});
  const state = element("p", {role: "status"});
  const bar = element("progress", {max: 1, hidden: true});
  const root = element("div", {className: "place"}, picker, button, hint, bar, state);
  const request = /** @type {XMLHttpRequest | null} */ (null); // that sends a file now
  const view = {root, picker, label, hint, state, bar, call: null, request, held: false};
  picker.addEventListener("change", () => {
    send(view, picker.files[0]);
    picker.value = ""; // or the same file could not be chosen again
  });
  listenForDrops(view);
  return view;
}

function update(view, call) {
  view.call = call;
  setText(view.label, call.data.words.choose);
  setText(view.hint, call.data.words.drop);
  if (view.held && !call.data.holds) setText(view.state, ""); // it was added
  view.held = call.data.holds;
}

function listenForDrops(view) {
  const {root} = view;
  root.addEventListener("dragover", (event) => {
    event.preventDefault(); // a browser would leave the page for the file
    root.classList.add("over");
  });
  root.addEventListener("dragleave", () => root.classList.remove("over"));
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    root.classList.remove("over");
    send(view, event.dataTransfer.files[0]);
  });
}

/** Send a file, unless there is none or it is too large to be taken. */
function send(view, file) {
  if (!file) return;
  const {words, address, most} = view.call.data;
  if (file.size > most) {
    const size = (file.size / 1e6).toFixed(1);
    setText(view.state, words.too_large.replace("{size}", size).replace("{most}", most / 1e6));
    return;
  }
  view.request?.abort();
  const request = new XMLHttpRequest(); // fetch does not say how far it has come
  view.request = request;
  request.upload.onprogress = ({loaded, total}) => show(view, file.name, loaded / total);
  request.onload = () => ended(view, request.status === 204 ? "" : words.failed, file.name);
  request.onerror = () => ended(view, words.failed, file.name);
  request.open("POST", new URL(address, document.baseURI));
  request.setRequestHeader("content-type", "application/octet-stream");
  show(view, file.name, 0);
  request.send(file);
}

function show(view, name, share) {
  view.bar.hidden = false;
  view.bar.value = share;
  setText(view.state, view.call.data.words.sending.replace("{name}", name));
}

function ended(view, sentence, name) {
  view.request = null;
  view.bar.hidden = true;
  setText(view.state, sentence || name);
  if (!sentence) view.call.setTriggerValue("sent", name);
}
