/** How Streamlit mounts a component, calls it again, and takes it away. */

/**
 * Give what Streamlit is to call when it takes a component away: `leave`, unless a later call of the
 * component has taken the place over.
 *
 * Streamlit loads modules while it goes on: where data comes meanwhile, it calls the component for
 * the old data and the new, and then takes the old call back.
 */
export function leaving(view, leave) {
  const call = (view.call = Symbol("call"));
  return () => {
    if (view.call === call) leave();
  };
}
