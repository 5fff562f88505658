/** Sees to it that a server that was started anew gets to know the page. */

const STATE = "data-test-connection-state";

/**
 * Have the page run whenever the connection is there again, until the signal.
 *
 * Streamlit does not by itself, and a new session knows no fragment of the page that it could run:
 * the whole page is run as if somebody had come back to it.
 *
 * @param {AbortSignal} signal
 * @param {() => boolean} isWanted whether there is anything that the session should know
 */
export function runWhenConnectedAgain(signal, isWanted) {
  const observer = new MutationObserver((changes) => {
    const [{target, oldValue}] = changes.slice(-1);
    const now = target instanceof Element && target.getAttribute(STATE);
    if (now === "CONNECTED" && oldValue !== now && isWanted())
      dispatchEvent(new PopStateEvent("popstate", {state: history.state}));
  });
  observer.observe(document.documentElement, {
    subtree: true,
    attributeFilter: [STATE],
    attributeOldValue: true,
  });
  signal.addEventListener("abort", () => observer.disconnect());
}
