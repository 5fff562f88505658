"""What a frame costs the page itself while somebody draws: the handlers alone, no rasterizing.

A pen moves once a frame. Timed inside the page: the handler of that move, in which the pen is
rasterized, the network run and every map and bar painted, and the callbacks of the animation frame
after it. The larger part of a frame's 16.7 ms is to be left to the browser.
"""

import argparse
import json
import os
import sys

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.browser import CANVAS_ELEMENT, CHROMIUM, FLAGS, PATIENCE, SCREEN, summary
from tests.benchmarks.server import Server, running

RATIOS = (1, 2)  # device pixels of a CSS pixel
MOST_MS = 2.0  # the median of handler and callbacks together, with all 224 maps painted

# Callbacks of animation frames are timed from outside; the page need not know.
TIMED_FRAMES = """
(() => {
  const request = requestAnimationFrame;
  globalThis.frameCosts = [];
  globalThis.requestAnimationFrame = (act) => request((moment) => {
    const begun = performance.now();
    act(moment);
    frameCosts.push([moment, performance.now() - begun]);
  });
})();
"""

DRAW = """
async ([canvas], frames) => {
  const box = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};
  const fire = (type, turn) => canvas.dispatchEvent(new PointerEvent(type, {
    bubbles: true, composed: true, isPrimary: true, pointerId: 1, button: 0, buttons: 1,
    clientX: box.left + box.width * (0.5 + 0.3 * Math.cos(turn) * Math.cos(turn / 9)),
    clientY: box.top + box.height * (0.5 + 0.35 * Math.sin(turn)),
  }));
  // As with a real pen, the next move comes when the browser has laid out and painted the frame.
  const frame = () => new Promise((done) => requestAnimationFrame(() => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(null);
  }));
  fire("pointerdown", 0);
  await frame();
  await frame();
  const costs = [];
  for (let i = 1; i <= frames; i++) {
    const first = frameCosts.length;
    const begun = performance.now();
    fire("pointermove", i / 20);
    const handler = performance.now() - begun;
    await frame();
    const callbacks = frameCosts.slice(first).reduce((sum, [, cost]) => sum + cost, 0);
    costs.push({handler, both: handler + callbacks});
  }
  fire("pointerup", frames / 20);
  return costs;
}
"""


def measure(server: Server, browser: Browser, ratio: float, frames: int) -> dict:
    """Draw on a page with `ratio` device pixels to a CSS pixel; gives milliseconds a frame."""
    context = browser.new_context(viewport=SCREEN, device_scale_factor=ratio)
    context.add_init_script(TIMED_FRAMES)
    page = context.new_page()
    page.goto(server.url)
    page.wait_for_selector('[data-testid="prediction"][data-revision]', timeout=PATIENCE)
    canvas = page.locator(CANVAS_ELEMENT)
    for _ in range(2):  # the first stroke warms the page up
        costs = canvas.evaluate_all(DRAW, frames)
        page.get_by_role("button", name="Clear").click()
    context.close()
    return {part: summary([cost[part] for cost in costs]) for part in ("handler", "both")}


def main() -> int:
    """Measure and print the table; the status is 1 where a goal is not reached."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.handlers", description=__doc__
    )
    parser.add_argument("--frames", type=int, default=120, help="a pen moves (default 120)")
    parser.add_argument("--chromium", default=CHROMIUM, help=f"default {CHROMIUM}")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    with sync_playwright() as playwright, running() as server:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=FLAGS)
        measured = {ratio: measure(server, browser, ratio, asked.frames) for ratio in RATIOS}
        browser.close()
    if asked.json:
        print(json.dumps({"load_average": load, "milliseconds": measured}))
    else:
        print(f"load average before: {load:g}; milliseconds a frame (goal: median ≤ {MOST_MS:g})")
        for ratio, parts in measured.items():
            for part, said in (("handler", "handler"), ("both", "handler and callbacks")):
                figures = "  ".join(f"{name} {ms:g}" for name, ms in parts[part].items())
                print(f"{ratio} device pixels: {said:22} {figures}")
    return 0 if all(parts["both"]["median"] <= MOST_MS for parts in measured.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
