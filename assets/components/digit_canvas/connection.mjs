/** Says when Streamlit has found its server again. */

const STATE = "data-test-connection-state";

/**
 * Call `back()` whenever the connection is there again, until the signal.
 *
 * Streamlit runs no script then: a server that was started anew knows of nobody.
 *
 * @param {AbortSignal} signal
 * @param {() => void} back
 */
export function whenConnectedAgain(signal, back) {
  const observer = new MutationObserver((changes) => {
    const [{target, oldValue}] = changes.slice(-1);
    const now = target instanceof Element && target.getAttribute(STATE);
    if (now === "CONNECTED" && oldValue !== now) back();
  });
  observer.observe(document.documentElement, {
    subtree: true,
    attributeFilter: [STATE],
    attributeOldValue: true,
  });
  signal.addEventListener("abort", () => observer.disconnect());
}
