/**
 * Times the page from inside; loaded before anything else of it.
 *
 * stopwatch.lifts: [{revision, lifted, predicted, layered, painted}] in performance.now()'s
 *   milliseconds, one for each time the pen was lifted. `lifted` is when the mouse button went up,
 *   `predicted` when the prediction carried the canvas's revision, `layered` when every layer did
 *   as well, and `painted` when the browser had painted the frame after that.
 * stopwatch.updates: when the prediction changed to another revision.
 * stopwatch.first: {canvas, answer, digit}, when each was painted first.
 */
(() => {
  const attach = Element.prototype.attachShadow;
  const roots = new Set();
  const stopwatch = (globalThis.stopwatch = {lifts: [], updates: [], first: {}});

  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    roots.add(root);
    watch(root);
    return root;
  };

  const watch = (root) =>
    new MutationObserver(changed).observe(root, {
      subtree: true,
      childList: true,
      attributeFilter: ["data-revision", "data-verdict"],
    });

  watch(document);

  /** Watch the places that the HTML page came with as well. */
  const watchEarly = () => {
    for (const {shadowRoot} of document.querySelectorAll("[data-early]")) {
      if (!shadowRoot || roots.has(shadowRoot)) continue;
      roots.add(shadowRoot);
      watch(shadowRoot);
    }
  };

  const all = (name) =>
    [document, ...roots]
      .flatMap((root) => [...root.querySelectorAll(`[data-testid="${name}"]`)])
      .filter((each) => each.isConnected);
  let seen = {};
  const found = (name) => {
    if (!seen[name]?.length || !seen[name].every((each) => each.isConnected))
      seen[name] = all(name);
    return seen[name];
  };

  /** Call back once the browser has painted the next frame. */
  const painted = (then) =>
    requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(null);
    });

  let shown;
  function changed(records) {
    const now = performance.now();
    if (records.some(({type}) => type === "childList")) {
      seen = {};
      watchEarly();
    }
    const [canvas] = found("digit-canvas");
    const [prediction] = found("prediction");
    if (canvas) first("canvas");
    if (prediction?.dataset.verdict) first("answer");
    if (prediction?.dataset.label) first("digit");
    const revision = prediction?.dataset.revision;
    if (revision !== shown) {
      shown = revision;
      stopwatch.updates.push(now);
    }
    const lift = stopwatch.lifts.at(-1);
    if (!lift || lift.layered) return;
    if (revision === lift.revision) lift.predicted ??= now;
    const layers = found("layer");
    const behind = layers.some(({dataset}) => dataset.revision !== lift.revision);
    if (!lift.predicted || !layers.length || behind) return;
    lift.layered = now;
    painted((moment) => (lift.painted = moment));
  }

  function first(name) {
    if (name in stopwatch.first) return;
    stopwatch.first[name] = null;
    painted((moment) => (stopwatch.first[name] = moment));
  }

  // Reaches the window after the canvas itself has taken the event and counted on.
  addEventListener("pointerup", (event) => {
    const [canvas] = found("digit-canvas");
    if (canvas && event.composedPath().includes(canvas)) {
      stopwatch.lifts.push({revision: canvas.dataset.revision, lifted: event.timeStamp});
    }
  });
})();
