"""One server and one browser for all; each test is a visit, and so a session, of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import programs
import pytest
from desk import Desk
from handwritten import on_canvas
from playwright.sync_api import sync_playwright
from published import copy_default

from tests.benchmarks.browser import FLAGS

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60  # seconds, on a machine that is busy with other things


@dataclass(frozen=True)
class Server:
    """The app as its users start it, and what it wrote."""

    url: str
    log: Path
    home: Path


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Run `streamlit run app.py` on a free port; Python notes every module it imports."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log, home = folder / "log.txt", folder / "home"
    command = [sys.executable, "-X", "importtime", "-m", "streamlit", "run", "app.py"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, f"--server.port={port}"],
            cwd=ROOT,
            env={**os.environ, "CONVSCOPE_HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_it_serves(url, process, log)
        yield Server(url, log, home)
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert "Traceback" not in log.read_text()


def _wait_until_it_serves(url, process, log):
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-3000:]
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health"):
            return
        time.sleep(0.05)
    pytest.fail(f"The server does not answer after {STARTS_WITHIN} seconds.")


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests."""
    path = programs.require("chromium")
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--use-fake-device-for-media-stream"]  # a camera that films a test card
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desks(chromium, server):
    """A window for each kind of visitor, or several; opening the app in it begins a session."""
    kinds = {}

    def desk(number=0, *, width=1400, height=900, locale="en-US", color_scheme="light", **options):
        options |= {"viewport": {"width": width, "height": height}, "locale": locale}
        kind = repr((number, sorted(options.items()), color_scheme))
        if kind not in kinds:
            context = chromium.new_context(color_scheme=color_scheme, **options)
            kinds[kind] = Desk(context, server.url, color_scheme)
        return kinds[kind]

    yield desk
    for each in kinds.values():
        each.context.close()


@pytest.fixture
def visit(desks):
    """Come to the app as a visitor of some kind; what the page complained of fails the test."""
    visiting = []

    def visitor(**options):
        desk = desks(**options)
        if desk in visiting:
            desk = desks(len(visiting), **options)  # somebody else of the same kind
        desk.forget()
        visiting.append(desk)
        return desk

    yield visitor
    for desk in visiting:
        desk.page.unroute_all()
    assert [trouble for desk in visiting for trouble in desk.troubles] == []


@pytest.fixture
def desk(visit):
    """A visitor with a mouse who has just come."""
    return visit().open()


@pytest.fixture
def phone(visit):
    """A visitor with a telephone who has just come."""
    return visit(width=390, height=844, has_touch=True, is_mobile=True).open()


@pytest.fixture
def second(server):
    """A network called "Second" that somebody saves while the server runs."""
    card = copy_default(server.home, "second", "Second")
    yield "second"
    card.unlink()


@pytest.fixture(scope="session")
def written():
    """Write a digit plainly: its lines in canvas units."""
    return on_canvas
