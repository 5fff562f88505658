"""Pen lift to painted: Chromium and the server on the same cores, people's strokes by mouse.

Times are taken inside the page (stopwatch.js), from the moment the mouse button went up until the
browser had painted the prediction and every layer of the last drawing. A start is cold as far as
processes and the browser's cache go; the disk's cache is warm.
"""

import argparse
import json
import math
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.drawings import CANVAS, Drawing, drawings
from tests.benchmarks.server import Server, running, started, wait_until_open

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREEN = {"width": 1400, "height": 900}
WATCHED = {"bypass_csp": True}  # Playwright waits by evaluating strings, which the pages forbid
STOPWATCH = Path(__file__).with_name("stopwatch.js")
CANVAS_ELEMENT = '[data-testid="digit-canvas"]'
PATIENCE = 60_000  # milliseconds
PAUSE = 400  # milliseconds between two drawings
RATE = 60  # moves of the mouse a second
LONG_STROKE = 2.0  # seconds


def measure(server: Server, browser: Browser, count: int) -> dict:
    """Measure one page on a server that runs: pen lifts, updates, and opening it again."""
    context = browser.new_context(viewport=SCREEN, **WATCHED)
    context.add_init_script(path=STOPWATCH)
    page = context.new_page()
    opened = [_opened(page, server.url) for _ in range(4)]
    _settled(page)
    lifts = [_draw_and_wait(page, drawing) for drawing in drawings(count + 2)]
    lifts = lifts[2:]  # the first two warm the page up
    rates = [_updates_a_second(page) for _ in range(5)]
    context.close()
    warm = opened[1:]
    return {
        "drawings": len(lifts),
        "lift_to_painted_ms": summary([lift["painted"] - lift["lifted"] for lift in lifts]),
        "lift_to_prediction_ms": summary([lift["predicted"] - lift["lifted"] for lift in lifts]),
        "updates_a_second": summary(rates),
        "warm_page_ms": summary([first["canvas"] for first in warm]),
        "warm_answer_ms": summary([first["answer"] for first in warm]),
    }


def measure_start(browser: Browser) -> dict[str, float]:
    """Start a server and draw as soon as there is a canvas; gives seconds since its start."""
    (drawing,) = drawings(1)
    begun = time.time()
    with started() as server:
        wait_until_open(server)
        listening = time.time() - begun
        context = browser.new_context(viewport=SCREEN, **WATCHED)
        context.add_init_script(path=STOPWATCH)
        page = context.new_page()
        page.goto(server.url, wait_until="commit")
        page.wait_for_selector(CANVAS_ELEMENT, timeout=PATIENCE)
        _draw(page, drawing[:1])
        page.wait_for_function("stopwatch.first.digit", timeout=PATIENCE)
        first = page.evaluate("stopwatch.first")
        origin = page.evaluate("performance.timeOrigin") / 1000 - begun
        context.close()
    painted = {name: origin + moment / 1000 for name, moment in first.items()}
    return {"listening": listening, **painted}


def _opened(page: Page, url: str) -> dict[str, float]:
    page.goto(url, wait_until="commit")
    page.wait_for_function("stopwatch.first.answer && stopwatch.first.canvas", timeout=PATIENCE)
    return page.evaluate("stopwatch.first")


def _settled(page: Page) -> None:
    page.wait_for_load_state("load")
    page.locator("#early").wait_for(state="detached", timeout=PATIENCE)
    page.wait_for_timeout(1500)


def _draw_and_wait(page: Page, drawing: Drawing) -> dict[str, float]:
    """Draw one digit on an empty canvas; gives the times of the last pen lift."""
    _draw(page, drawing)
    page.wait_for_function("stopwatch.lifts.at(-1)?.painted", timeout=PATIENCE)
    lift = page.evaluate("stopwatch.lifts.at(-1)")
    page.wait_for_timeout(PAUSE)
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(PAUSE)
    return lift


def _draw(page: Page, drawing: Drawing) -> None:
    for stroke in drawing:
        places = _on_screen(page, stroke["points"])
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in _paced(places[1:], RATE):
            page.mouse.move(*place)
        page.mouse.up()


def _updates_a_second(page: Page) -> float:
    """Draw one long stroke and count how often the prediction changes meanwhile."""
    moves = round(LONG_STROKE * RATE)
    turns = [6 * math.pi * move / moves for move in range(moves)]
    middle = CANVAS / 2
    points = [
        middle + (40 + turn * 3) * side(turn) for turn in turns for side in (math.cos, math.sin)
    ]
    places = _on_screen(page, points)
    page.mouse.move(*places[0])
    page.mouse.down()
    since = page.evaluate("performance.now()")
    for place in _paced(places, RATE):
        page.mouse.move(*place)
    until = page.evaluate("performance.now()")
    page.mouse.up()
    updates = page.evaluate("stopwatch.updates")
    page.wait_for_timeout(PAUSE)
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(PAUSE)
    return 1000 * sum(since <= moment <= until for moment in updates) / (until - since)


def _on_screen(page: Page, points: list[float]) -> list[tuple[float, float]]:
    box = page.locator(CANVAS_ELEMENT).bounding_box()
    scale = box["width"] / CANVAS
    return [
        (box["x"] + x * scale, box["y"] + y * scale)
        for x, y in zip(points[::2], points[1::2], strict=True)
    ]


def _paced(places: list[tuple[float, float]], rate: float) -> Iterator[tuple[float, float]]:
    """Give places no faster than `rate` a second."""
    begun = time.monotonic()
    for number, place in enumerate(places):
        time.sleep(max(0, begun + number / rate - time.monotonic()))
        yield place


def summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(p95, 2),
        "least": round(ordered[0], 2),
        "most": round(ordered[-1], 2),
    }


# What is promised (row of the table, figure, which of its numbers, at most or at least, unit).
GOALS = (
    ("pen lift → prediction and all maps painted", "lift_to_painted_ms", "median", "≤", 100, "ms"),
    ("the same", "lift_to_painted_ms", "p95", "≤", 200, "ms"),
    ("updates while the pen moves", "updates_a_second", "median", "≥", 15, "a second"),
    ("server start → first page painted", "start_to_page_s", "median", "≤", 3, "s"),
    ("server start → first prediction of a stroke", "start_to_digit_s", "median", "≤", 4, "s"),
    ("pen lift → prediction changed", "lift_to_prediction_ms", "median", "", None, "ms"),
    ("server start → listening", "start_to_listening_s", "median", "", None, "s"),
    ("opening the page again → canvas painted", "warm_page_ms", "median", "", None, "ms"),
    ("opening the page again → answer painted", "warm_answer_ms", "median", "", None, "ms"),
)


def main() -> int:
    """Measure and print the table; the status is 1 where a goal is not reached."""
    asked = _arguments()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=FLAGS)
        figures = {"load_average": [round(load, 2) for load in os.getloadavg()]}
        if asked.starts and not asked.url:
            starts = [measure_start(browser) for _ in range(asked.starts)]
            for name, key in (("listening", "listening"), ("canvas", "page"), ("digit", "digit")):
                figures[f"start_to_{key}_s"] = summary([start[name] for start in starts])
        if asked.drawings:
            with _server(asked) as server:
                figures |= measure(server, browser, asked.drawings)
        browser.close()
    print(json.dumps(figures) if asked.json else _table(figures))
    return 0 if all(_reached(goal, figures) for goal in GOALS) else 1


def _table(figures: dict) -> str:
    rows = [f"load average before: {figures['load_average'][0]:g}"]
    for goal in GOALS:
        name, figure, number, comparison, limit, unit = goal
        if figure not in figures:
            continue
        promised = f"{comparison} {limit:g}" if comparison else ""
        verdict = "" if _reached(goal, figures) else "  NOT REACHED"
        measured = figures[figure][number]
        extent = f"({figures[figure]['least']:g} to {figures[figure]['most']:g})"
        rows.append(f"{name:46} {number:7} {promised:6} {measured:8g} {unit:9} {extent}{verdict}")
    return "\n".join(rows)


def _reached(goal: tuple, figures: dict) -> bool:
    _, figure, number, comparison, limit, _ = goal
    if not comparison or figure not in figures:
        return True
    measured = figures[figure][number]
    return measured <= limit if comparison == "≤" else measured >= limit


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.browser", description=__doc__)
    parser.add_argument("--drawings", type=int, default=40, help="how many to draw (default 40)")
    parser.add_argument("--starts", type=int, default=5, help="cold starts (default 5)")
    parser.add_argument("--port", type=int, help="for the server; by default any free one")
    parser.add_argument("--url", help="measure a server that runs already; no cold starts then")
    parser.add_argument("--chromium", default=CHROMIUM, help=f"default {CHROMIUM}")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextmanager
def _server(asked: argparse.Namespace) -> Iterator[Server]:
    if asked.url:
        parts = urlsplit(asked.url)
        yield Server(parts.hostname, parts.port or 80)
        return
    with running(asked.port) as server:
        yield server


if __name__ == "__main__":
    sys.exit(main())
