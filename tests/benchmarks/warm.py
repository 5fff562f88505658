"""How soon the training room and Keras answer: `python -m tests.benchmarks.warm`.

In each round a fresh server and Chromium, on the same cores: from Start, and from Resume, until the
page changes and until the first number is painted, once the visitor has been in the room for so
long that a trainer waits with Keras loaded (told is how long that was); and the first "Check
against Keras" ten seconds after a map was opened. Medians of all rounds.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from pages.visitor.links import encode_strokes
from tests.benchmarks.browser import CHROMIUM, FLAGS, PATIENCE, SCREEN, WATCHED
from tests.benchmarks.server import Server, cpu_of, running

ROUNDS = 5
TRAINER = b"model.training.trainer\0"  # the end of the command of one that waits
WARM_WITHIN = 180.0  # seconds
CALM = 0.02  # seconds of CPU in a second, below which a process waits
IN_THE_PAGE = 10.0  # seconds before Keras is asked
DIGIT = encode_strokes([{"width": 20, "points": [140, 40, 140, 240]}])
WARMED = "in the room until a trainer waits"
GOALS: dict[str, float | None] = {
    WARMED: None,
    "start: acknowledged": 0.2,
    "start: first number": 2.0,
    "resume: acknowledged": 0.2,
    "resume: first number": 2.0,
    "first check against Keras": 1.0,
}
expect.set_options(timeout=PATIENCE)


def until(seen: Locator, begun: float) -> float:
    """Wait until something is seen; the seconds since `begun`."""
    seen.wait_for(timeout=PATIENCE)
    return time.perf_counter() - begun


def trainer_waits(server: Server) -> float:
    """Wait until a trainer of the server has loaded Keras and waits; the seconds that it took."""
    begun = time.perf_counter()
    while time.perf_counter() < begun + WARM_WITHIN:
        before = _waiting_trainers(server)
        time.sleep(1)
        after = _waiting_trainers(server)
        if any(after[pid] - cpu < CALM for pid, cpu in before.items() if pid in after):
            return time.perf_counter() - begun
    raise TimeoutError("No trainer is kept warm.")


def _waiting_trainers(server: Server) -> dict[int, float]:
    """Return the seconds of CPU of each trainer without a run that this server started."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server.pid and (folder / "cmdline").read_bytes().endswith(TRAINER):
                found[int(folder.name)] = cpu_of(int(folder.name))
    return {pid: cpu for pid, cpu in found.items() if cpu > 1}  # Keras takes more to load


def start(page: Page, server: Server) -> dict[str, float]:
    """Start a training that nobody waits for the end of."""
    page.goto(f"{server.url}train")
    page.get_by_role("radio", name="Build your own").click()
    page.get_by_role("slider", name="Epochs").press("End")
    warm = trainer_waits(server)
    begun = time.perf_counter()
    page.get_by_role("button", name="Start training").click()
    acknowledged = until(page.get_by_role("button", name="Pause"), begun)
    first = until(page.locator("[data-testid=training-watch][data-digits]"), begun)
    return {WARMED: warm, "start: acknowledged": acknowledged, "start: first number": first}


def resume(page: Page, server: Server) -> dict[str, float]:
    """Pause the training, and take it up again after a while."""
    page.get_by_role("button", name="Pause").click()
    button = page.get_by_role("button", name="Resume", exact=True)
    button.wait_for(timeout=PATIENCE)
    trainer_waits(server)
    begun = time.perf_counter()
    button.click()
    acknowledged = until(page.get_by_role("button", name="Pause"), begun)
    trains = page.get_by_test_id("training-watch").get_by_text("Training, epoch").first
    return {
        "resume: acknowledged": acknowledged,
        "resume: first number": until(trains, begun),
    }


def check(page: Page, address: str) -> dict[str, float]:
    """Ask Keras for a sum for the first time."""
    page.goto(f"{address}?digit={DIGIT}&layer=conv2&channel=1&cell=7,6")
    button = page.get_by_role("button", name="Check against Keras")
    button.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(1000 * IN_THE_PAGE)
    begun = time.perf_counter()
    button.click()
    answer = page.locator("[data-testid=keras][data-value]")
    return {"first check against Keras": until(answer, begun)}


def measured() -> dict[str, float]:
    """Measure all of it once, training and Keras's check with a server of their own."""
    found: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with running() as server:
            page = browser.new_context(viewport=SCREEN, locale="en-US", **WATCHED).new_page()
            found |= start(page, server) | resume(page, server)
            page.get_by_role("button", name="Discard").click()
            page.get_by_role("button", name="Cancel and discard").click()
            page.get_by_role("heading", name="Train a network").wait_for(timeout=PATIENCE)
        with running() as server:
            page = browser.new_context(viewport=SCREEN, locale="en-US", **WATCHED).new_page()
            found |= check(page, server.url)
        browser.close()
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a row for each median."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.warm")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rounds = []
    for _ in range(options.rounds):
        rounds.append(measured())
        print(f"load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    for name, goal in GOALS.items():
        times = sorted(each[name] for each in rounds)
        median = statistics.median(times)
        if options.json:
            print(json.dumps({"what": name, "median": median, "all": times, "goal": goal}))
        else:
            spread = ", ".join(f"{each:.2f}" for each in times)
            said = "" if goal is None else f"goal {goal}; "
            print(f"{name:34s} {median:6.2f} s ({said}{spread})")


if __name__ == "__main__":
    main()
