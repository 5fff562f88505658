/**
 * How Streamlit mounts a component, calls it again for each new data, and takes it away.
 *
 * @typedef {object} Call what Streamlit calls a component with
 * @property {ParentNode & Node} parentElement where the component is shown; the same for all calls
 * @property {any} data what the page sends: each component says what it is
 * @property {(name: string, value: unknown) => void} setStateValue keep a value for the page
 * @property {(name: string, value: unknown) => void} setTriggerValue tell the page once
 * @property {[string, unknown][]} [triggers] of a call before Streamlit came (early.mjs): what it
 *   told the page, which is to hear it once it is there
 */

/**
 * Make a component that is built once for each place and updated with every call.
 *
 * What was there before its page goes to the page's place as it is: whoever draws draws on.
 *
 * @template {{root: Element}} View
 * @param {object} parts
 * @param {() => View} parts.build make what never changes, and listen
 * @param {(view: View, call: Call) => unknown} parts.update paint what the page sends
 * @param {(view: View) => void} [parts.leave] end what goes on beside the page: clocks, observers
 * @returns {(call: Call) => () => void} what Streamlit calls; it calls the result at the end
 */
export function mountOnce({build, update, leave = () => {}}) {
  /** @type {WeakMap<Node, {view: View}>} */
  const mounted = new WeakMap(); // the last call of each place
  /** @type {{view: View, place: ParentNode & Node, triggers: [string, unknown][]} | null} */
  let early = null;

  return (call) => {
    const place = call.parentElement;
    const before = mounted.get(place) ?? early;
    const now = {view: before?.view ?? build()};
    if (!mounted.has(place)) place.append(now.view.root);
    mounted.set(place, now);
    update(now.view, call);
    if (early) handOver(early, call);
    early = call.triggers ? {view: now.view, place, triggers: call.triggers} : null;
    return () => {
      // Streamlit loads modules while it goes on: where data comes meanwhile, it calls the component
      // for the old data and the new, and then takes the old call back.
      if (mounted.get(place) !== now) return;
      leave(now.view);
      now.view.root.remove();
      mounted.delete(place);
    };
  };
}

/** Let the page hear what was there before it, whose place is empty now. */
function handOver({place, triggers}, {setTriggerValue}) {
  const page = place.host.closest("#early");
  place.host.remove();
  if (!page.querySelector("[data-early]")) page.remove();
  for (const [name, value] of triggers) setTriggerValue(name, value);
}
