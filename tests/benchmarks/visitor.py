"""A visitor without a browser: Streamlit's own websocket protocol.

Depends on the protocol of the pinned Streamlit; where a page shows no canvas it fails loudly.
A drawing counts as kept when the session gave its revision back in the canvas's data. What a
browser computes by itself costs the server nothing, and is not done here.
"""

import asyncio
import contextlib
import gzip
import json
import math
import struct
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests.benchmarks.drawings import Drawing
from tests.benchmarks.server import Server

PATIENCE = 60  # seconds for a first page


@dataclass
class Wait:
    """One drawing that is due, and how many seconds later the session had it."""

    due: float  # on the event loop's clock
    revision: int
    kept: float = math.inf  # superseded and forgotten drawings stay here


class Visitor:
    """One person with the page open: a session."""

    def __init__(self, server: Server) -> None:
        self.waits: list[Wait] = []
        self.exceptions = 0  # exception elements that the page showed
        self.runs = 0  # scripts that finished
        self.received = 0  # bytes
        self._server = server
        self._revision = 0
        self._page = asyncio.Event()
        self._canvas = self._fragment = self._script = ""

    async def open(self) -> float:
        """Open the page; gives the seconds until its script has finished."""
        begun = _now()
        host = f"{self._server.host}:{self._server.port}"
        self._socket: ClientConnection = await connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=f"http://{host}",
            compression=None,
            max_size=None,
        )
        self._listening = asyncio.create_task(self._listen())
        await self._socket.send(self._rerun().SerializeToString())
        await asyncio.wait_for(self._page.wait(), PATIENCE)
        if not self._canvas:
            raise RuntimeError("The page has no canvas: has Streamlit's protocol changed?")
        return _now() - begun

    def draw(self, due: float, drawing: Drawing) -> None:
        """Lift the pen: give a drawing to the session."""
        self._revision += 1
        self.waits.append(Wait(due, self._revision))
        self.commit(drawing)

    def commit(self, drawing: Drawing) -> None:
        """Set the canvas's state, as the browser does once the pen is lifted."""
        state = {"revision": self._revision, "strokes": drawing, "picture": None}
        message = self._rerun()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id, widget.json_value = self._canvas, json.dumps({"drawing": state})
        self._send(message)

    def lift_again(self, drawing: Drawing) -> None:
        """Set the state with a new revision that nobody waits for: a bare event."""
        self._revision += 1
        self.commit(drawing)

    def clear_caches(self) -> None:
        """Send what the menu's "Clear cache" sends."""
        self._send(BackMsg(clear_cache=True))

    async def close(self) -> None:
        """Leave."""
        self._listening.cancel()
        await self._socket.close()

    def _rerun(self) -> BackMsg:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.widget_states.SetInParent()
        rerun.fragment_id, rerun.page_script_hash = self._fragment, self._script
        rerun.context_info.locale, rerun.context_info.url = "en-US", self._server.url
        return message

    def _send(self, message: BackMsg) -> None:
        self._sending = asyncio.create_task(self._socket.send(message.SerializeToString()))

    async def _listen(self) -> None:
        async for data in self._socket:
            self.received += len(data)
            message = ForwardMsg()
            message.ParseFromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._take_delta(message)
            elif kind == "navigation":
                self._script = message.navigation.page_script_hash
            elif kind == "script_finished":
                self.runs += 1
                self._page.set()

    def _take_delta(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.exceptions += 1
        elif kind == "bidi_component" and element.bidi_component.id.endswith("-canvas"):
            self._canvas, self._fragment = element.bidi_component.id, message.delta.fragment_id
            digit = head_of(element.bidi_component.bytes)["digit"]
            if digit is not None:
                self._take_back(digit["revision"])

    def _take_back(self, revision: int) -> None:
        for wait in reversed(self.waits):
            if wait.revision < revision:
                return
            if wait.revision == revision and wait.kept == math.inf:
                wait.kept = _now() - wait.due


class Connection:
    """An HTTP/1.1 connection that stays open, as cheap as it can be."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._reader: asyncio.StreamReader | None = None

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> bytes:
        """Send a request with the headers of a browser, and give the body of the response.

        A server closes a connection that has been idle for some seconds; as browsers do, what
        was just being sent there goes out once more over a new one.
        """
        lines = {"host": "127.0.0.1", "accept-encoding": "gzip, deflate, br, zstd"}
        lines |= {"content-length": str(len(body)), **(headers or {})}
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        message = f"{method} {path} HTTP/1.1\r\n{text}\r\n".encode() + body
        if self._reader is not None and not self._reader.at_eof():
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                return await self._exchange(message)
        self.close()
        self._reader, self._writer = await asyncio.open_connection(
            self._server.host, self._server.port
        )
        return await self._exchange(message)

    async def _exchange(self, message: bytes) -> bytes:
        self._writer.write(message)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        found = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        answer = await self._reader.readexactly(int(found["content-length"]))
        return gzip.decompress(answer) if found.get("content-encoding") == "gzip" else answer

    def close(self) -> None:
        """Hang up."""
        if self._reader is not None:
            self._writer.close()


def head_of(frame: bytes) -> dict:
    """Read the JSON head of a frame (model/inference/frames.py)."""
    (length,) = struct.unpack_from("<I", frame)
    return json.loads(frame[4 : 4 + length])


def _now() -> float:
    return asyncio.get_running_loop().time()
