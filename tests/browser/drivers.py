"""Firefox and WebKit, driven by what they bring along themselves: WebDriver in its two versions.

Playwright drives browsers of its own making; these are Debian's, as people have them.
"""

import contextlib
import json
import os
import socket as sockets
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import programs
from websockets.sync.client import ClientConnection, connect

STARTS_WITHIN = 60  # seconds, on a machine that is busy with other things
WIDTH, HEIGHT = 1400, 900
Actions = Sequence[dict[str, Any]]  # as both versions of WebDriver take them


class Browser(Protocol):
    """One window of a browser."""

    def go(self, url: str) -> None:
        """Open an address."""

    def evaluate(self, expression: str) -> Any:
        """Return what an expression of JavaScript comes to, as JSON has it."""

    def perform(self, actions: Actions) -> None:
        """Move, press and lift the mouse."""


class Firefox:
    """A window of Firefox, by WebDriver BiDi."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self._ask("session.new", capabilities={})
        tree = self._ask("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]
        size = {"width": WIDTH, "height": HEIGHT}
        self._ask("browsingContext.setViewport", context=self._context, viewport=size)

    def _ask(self, method: str, **params: Any) -> Any:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv())).get("id") != self._sent:
            pass  # an event
        assert answer["type"] == "success", answer
        return answer["result"]

    def go(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        found = self._ask(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._context},
            awaitPromise=False,
        )
        assert found["type"] == "success", found
        return json.loads(found["result"].get("value", "null"))

    def perform(self, actions: Actions) -> None:
        source = {"type": "pointer", "id": "mouse", "actions": actions}
        self._ask("input.performActions", context=self._context, actions=[source])


class WebKit:
    """A window of WebKitGTK's MiniBrowser, by classic WebDriver."""

    def __init__(self, driver: str, program: Path) -> None:
        options = {"binary": str(program), "args": ["--automation"]}
        always = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        self._session = f"{driver}/session"
        opened = self._ask("", capabilities={"alwaysMatch": always})
        self._session += f"/{opened['sessionId']}"
        self._ask("/window/rect", x=0, y=0, width=WIDTH, height=HEIGHT)

    def _ask(self, path: str, **params: Any) -> Any:
        data = json.dumps(params).encode()
        with urllib.request.urlopen(self._session + path, data) as answer:
            return json.load(answer)["value"]

    def go(self, url: str) -> None:
        self._ask("/url", url=url)

    def evaluate(self, expression: str) -> Any:
        script = f"return JSON.stringify({expression})"
        return json.loads(self._ask("/execute/sync", script=script, args=[]) or "null")

    def perform(self, actions: Actions) -> None:
        parameters = {"pointerType": "mouse"}
        source = {"type": "pointer", "id": "mouse", "parameters": parameters, "actions": actions}
        self._ask("/actions", actions=[source])


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Browser]:
    """Open Firefox with a profile in a folder of its own; skip the test where there is none."""
    program = programs.require("firefox-esr")
    command = [program, "--headless", "--no-remote", "--profile", str(folder)]
    with _running([*command, "--remote-debugging-port", "0"], folder / "log.txt"):
        server = folder / "WebDriverBiDiServer.json"
        _until(lambda: server.exists() and server.stat().st_size)
        at = json.loads(server.read_text("utf-8"))
        address = f"ws://{at['ws_host']}:{at['ws_port']}/session"
        with connect(address, max_size=None) as socket:
            yield Firefox(socket)


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[Browser]:
    """Open WebKit on a screen that nobody sees; skip the test where there is none."""
    driver, screen = programs.require("WebKitWebDriver"), programs.require("Xvfb")
    found = sorted(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"))
    programs.require_file(found[-1] if found else Path("MiniBrowser"), "MiniBrowser")
    number, port = _screen_number(), _free_port()
    size = f"{WIDTH + 200}x{HEIGHT + 300}x24"
    with (
        _running(
            [screen, f":{number}", "-screen", "0", size, "-nolisten", "tcp"], folder / "x.txt"
        ),
        _running([driver, f"--port={port}"], folder / "log.txt", DISPLAY=f":{number}"),
    ):
        _until(lambda: Path(f"/tmp/.X11-unix/X{number}").exists() and _answers(port))
        yield WebKit(f"http://127.0.0.1:{port}", found[-1])


@contextlib.contextmanager
def _running(command: Sequence[str], log: Path, **environment: str) -> Iterator[None]:
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not condition():
        assert time.monotonic() < deadline, "The browser does not start."
        time.sleep(0.05)


def _free_port() -> int:
    with sockets.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), sockets.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _screen_number() -> int:
    """Choose a number that no screen has, another one in each process."""
    taken = {path.name for path in Path("/tmp/.X11-unix").glob("X*")}
    return next(n for n in range(100 + os.getpid() % 1000, 2000) if f"X{n}" not in taken)
