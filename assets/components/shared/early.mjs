/** Mounts the components that the HTML page came with, while Streamlit is still to come. */

for (const host of document.querySelectorAll("[data-early]")) mount(/** @type {any} */ (host));

/** @param {HTMLElement} host with the component's name, its data, and its style in a shadow root */
async function mount(host) {
  if (!host.shadowRoot) return host.remove(); // an older browser
  const {early: name, frame, json} = host.dataset;
  const {default: component} = await import(`../${name}/${name}.mjs`);
  const data = frame === undefined ? JSON.parse(json ?? "null") : bytesOf(frame);
  /** @type {[string, unknown][]} */
  const triggers = [];
  component({
    data,
    parentElement: host.shadowRoot,
    setStateValue: () => {}, // nobody has a session yet
    setTriggerValue: (trigger, value) => triggers.push([trigger, value]),
    triggers,
  });
}

const bytesOf = (base64) => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
