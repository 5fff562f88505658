/**
 * How Streamlit mounts a component, calls it again for each new data, and takes it away.
 *
 * @typedef {object} Call what Streamlit calls a component with
 * @property {ParentNode & Node} parentElement where the component is shown; the same for all calls
 * @property {any} data what the page sends: each component says what it is
 * @property {(name: string, value: unknown) => void} setStateValue keep a value for the page
 * @property {(name: string, value: unknown) => void} setTriggerValue tell the page once
 */

/**
 * Make a component that is built once for each place and updated with every call.
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

  return (call) => {
    const place = call.parentElement;
    const before = mounted.get(place);
    const now = {view: before?.view ?? build()};
    if (!before) place.append(now.view.root);
    mounted.set(place, now);
    update(now.view, call);
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
