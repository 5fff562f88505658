"""Live at a distance: digits drawn behind a network that delays every byte, and first visits on a
weak line.

One pointer event is sent for each displayed frame, as browsers deliver them. Times are taken
inside the page. `busy` is what the main thread worked for a frame, painting and all, less what it
works for a frame in which nothing is drawn.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.benchmarks.browser import (
    CANVAS_ELEMENT,
    CHROMIUM,
    FLAGS,
    PATIENCE,
    SCREEN,
    STOPWATCH,
    WATCHED,
    summary,
)
from tests.benchmarks.drawings import drawings
from tests.benchmarks.proxy import distant
from tests.benchmarks.server import Server, running

ROUND_TRIPS = (0.0, 0.05, 0.15)  # seconds
WEAK = (0.3, 1.5e6 / 8)  # round trip in seconds, bytes a second
HOME = (0.03, 10e6 / 8)
IDLE = 60  # frames

# Draws strokes of canvas units, a pointer event for each frame, and follows what is painted.
DRAW = """async (strokes) => {
  const roots = [document];
  for (const root of roots) {
    for (const each of root.querySelectorAll("*")) if (each.shadowRoot) roots.push(each.shadowRoot);
  }
  const all = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  const [canvas] = all('[data-testid="digit-canvas"]');
  const shown = [...all('[data-testid="prediction"]'), ...all('[data-testid="layer"]')];
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  canvas.setPointerCapture = () => {};
  const box = canvas.getBoundingClientRect();
  const fire = (type, stroke, place) => canvas.dispatchEvent(new PointerEvent(type, {
    bubbles: true, composed: true, isPrimary: true, pointerId: 1, button: 0, buttons: 1,
    clientX: box.left + stroke.points[2 * place] / 280 * box.width,
    clientY: box.top + stroke.points[2 * place + 1] / 280 * box.height,
  }));
  const painted = () => {
    const [first, ...others] = shown.map(({dataset}) => Number(dataset.revision));
    return others.every((revision) => revision === first) ? first : -1;
  };
  let [frames, updates, last, drawing] = [0, 0, painted(), true];
  const count = () => {
    if (!drawing) return;
    frames += 1;
    if (painted() !== -1 && painted() !== last) [last, updates] = [painted(), updates + 1];
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  let lifted = 0;
  for (const stroke of strokes) {
    fire("pointerdown", stroke, 0);
    for (let place = 1; place < stroke.points.length / 2; place++) {
      await frame();
      fire("pointermove", stroke, place);
    }
    await frame();
    drawing = stroke !== strokes.at(-1);
    lifted = performance.now();
    fire("pointerup", stroke, stroke.points.length / 2 - 1);
  }
  const patience = performance.now() + 10000;
  do await frame();
  while (painted() !== Number(canvas.dataset.revision) && performance.now() < patience);
  return {frames, updates, lift: performance.now() - lifted};
}"""
IDLING = """async (frames) => {
  for (let i = 0; i < frames; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
}"""


def measure(browser: Browser, server: Server, count: int) -> dict[str, dict[str, float]]:
    """Measure drawing at each distance and density of the screen, and visits over weak lines."""
    figures = {}
    for round_trip in ROUND_TRIPS:
        with distant(server, round_trip) as far:
            name = f"{1000 * round_trip:g} ms round trip"
            figures[name] = _drawing(browser, far, count, density=1)
    figures["two device pixels to a CSS pixel"] = _drawing(browser, server, count, density=2)
    with distant(server, *HOME) as far:
        figures["10 Mbit/s"] = _visits(browser, far)
    with distant(server, *WEAK) as far:
        figures["1.5 Mbit/s, 300 ms"] = _visits(browser, far)
    return figures


def _drawing(browser: Browser, server: Server, count: int, *, density: int) -> dict[str, float]:
    with _page(browser, device_scale_factor=density) as page:
        page.goto(server.url)
        page.wait_for_function("stopwatch.first.answer", timeout=PATIENCE)
        page.locator("#early").wait_for(state="detached", timeout=PATIENCE)
        page.wait_for_timeout(2000)
        requests, messages = [], []

        def asked(request: Request) -> None:
            (messages if "/live/drawings/" in request.url else requests).append(request.url)

        page.on("request", asked)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        session.send("Network.enable")
        session.on("Network.webSocketFrameSent", lambda sent: messages.append(sent))
        busy = _worked(session, lambda: page.evaluate(IDLING, IDLE)) / IDLE
        drawn, work, lifts = [], [], 0
        for drawing in drawings(count):
            lifts += len(drawing) + 1  # Clear is told as well
            took = _worked(session, lambda drawing=drawing: drawn.append(_draw(page, drawing)))
            work.append(took / drawn[-1]["frames"] - busy)
            page.wait_for_timeout(400)
            page.get_by_role("button", name="Clear").click()
            page.wait_for_timeout(400)
        seconds = [lift["lift"] for lift in drawn]
        frames = sum(each["frames"] for each in drawn)
        return {
            "frames": frames,
            "updates_a_frame": round(sum(each["updates"] for each in drawn) / frames, 3),
            "lift_median_ms": summary(seconds)["median"],
            "lift_p95_ms": summary(seconds)["p95"],
            "busy_median_ms": summary(work)["median"],
            "requests": len(requests),
            "messages_a_lift": round(len(messages) / lifts, 2),
        }


def _draw(page: Page, drawing: list[dict]) -> dict[str, float]:
    return page.evaluate(DRAW, drawing)


def _worked(session, action) -> float:
    """Return the milliseconds that the page's main thread worked during an action."""

    def task_ms() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    before = task_ms()
    action()
    return task_ms() - before


def _visits(browser: Browser, server: Server) -> dict[str, float]:
    """Open the first page with an empty cache, and again with what that left; in seconds."""
    figures = {}
    with _page(browser) as page:
        for visit in ("first", "second"):
            begun = time.monotonic()
            page.goto(server.url, wait_until="commit")
            page.wait_for_selector(CANVAS_ELEMENT, timeout=PATIENCE)
            canvas = time.monotonic()
            page.wait_for_function("stopwatch.first.answer", timeout=PATIENCE)
            figures[f"{visit}_canvas_s"] = round(canvas - begun, 2)
            figures[f"{visit}_answer_after_canvas_s"] = round(time.monotonic() - canvas, 2)
            page.wait_for_load_state("networkidle")
    return figures


@contextmanager
def _page(browser: Browser, **options: object) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(viewport=SCREEN, **WATCHED, **options)
    context.add_init_script(path=STOPWATCH)
    try:
        yield context.new_page()
    finally:
        context.close()


def main() -> int:
    """Measure and print every figure."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.distance", description=__doc__
    )
    parser.add_argument("--drawings", type=int, default=12, help="at each distance (default 12)")
    parser.add_argument("--chromium", default=CHROMIUM, help=f"default {CHROMIUM}")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    with sync_playwright() as playwright, running() as server:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=FLAGS)
        figures = measure(browser, server, asked.drawings)
        browser.close()
    if asked.json:
        print(json.dumps({"load_average": round(load, 2), **figures}))
        return 0
    print(f"load average before: {load:.2f}")
    for name, row in figures.items():
        print(f"{name:34}", "  ".join(f"{key} {value:g}" for key, value in row.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
