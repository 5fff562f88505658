"""A visitor without a browser: Streamlit's own websocket protocol, and the live route beside it.

Depends on the protocol of the pinned Streamlit; where a page shows no canvas it fails loudly.
A drawing counts as answered when the live route gave a label and every layer for its revision,
and as kept when the session gave its revision back in the canvas's data.
"""

import asyncio
import contextlib
import gzip
import json
import math
import secrets
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
    """One drawing that is due, and how many seconds later it was answered and kept."""

    due: float  # on the event loop's clock
    revision: int
    answered: float = math.inf  # superseded and forgotten drawings stay here
    kept: float = math.inf
    is_kept: bool = True  # whether the session is to keep it; not while the pen moves

    @property
    def whole(self) -> float:
        """Seconds until all that was asked for had come."""
        return max(self.answered, self.kept) if self.is_kept else self.answered


class Visitor:
    """One person with the page open: a session, and a connection for answers."""

    def __init__(self, server: Server, layers: list[str]) -> None:
        self.waits: list[Wait] = []
        self.exceptions = 0  # exception elements that the page showed
        self.runs = 0  # scripts that finished
        self.refusals = 0  # answers of the live route that were none
        self.received = 0  # bytes
        self._server = server
        self._asker = _Asker(server, layers, self)
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
        self._asker.open()
        return _now() - begun

    def draw(self, due: float, drawing: Drawing, *, lifted: bool = True) -> None:
        """Ask for an answer, and where the pen is lifted give the drawing to the session."""
        self._revision += 1
        wait = Wait(due, self._revision, is_kept=lifted)
        self.waits.append(wait)
        self._asker.ask(wait, drawing)
        if lifted:
            self.commit(drawing)

    def commit(self, drawing: Drawing) -> None:
        """Set the canvas's state, as the browser does once the pen is lifted."""
        state = {"revision": self._revision, "strokes": drawing, "picture": None}
        message = self._rerun()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id, widget.json_value = self._canvas, json.dumps({"drawing": state})
        self._send(message)

    def lift_again(self, drawing: Drawing) -> None:
        """Set the state with a new revision without asking for an answer: a bare event."""
        self._revision += 1
        self.commit(drawing)

    def clear_caches(self) -> None:
        """Send what the menu's "Clear cache" sends."""
        self._send(BackMsg(clear_cache=True))

    async def close(self) -> None:
        """Leave."""
        self._listening.cancel()
        self._asker.close()
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


class _Asker:
    """Asks the live route as the canvas does: one request in flight, the newest drawing next."""

    def __init__(self, server: Server, layers: list[str], visitor: Visitor) -> None:
        self._server = server
        self._layers = layers
        self._visitor = visitor
        self._newest: tuple[Wait, Drawing] | None = None
        self._asked = asyncio.Event()
        self._headers = {"content-type": "application/json", "x-visitor": secrets.token_hex(12)}

    def open(self) -> None:
        self._connection = Connection(self._server)
        self._asking = asyncio.create_task(self._ask_for_ever())

    def ask(self, wait: Wait, drawing: Drawing) -> None:
        self._newest = (wait, drawing)
        self._asked.set()

    def close(self) -> None:
        self._asking.cancel()
        self._connection.close()

    async def _ask_for_ever(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            wait, drawing = self._newest
            asked = {"network": "default", "revision": wait.revision, "strokes": drawing}
            body = json.dumps({**asked, "skip": [], "film": wait.is_kept}).encode()
            answer = await self._connection.request("POST", "/live/answer", body, self._headers)
            self._visitor.received += len(answer)
            if self._is_whole(answer, wait.revision):
                wait.answered = _now() - wait.due
            else:
                self._visitor.refusals += 1

    def _is_whole(self, answer: bytes, revision: int) -> bool:
        try:
            head = head_of(answer)
            layers = [layer["name"] for layer in head["layers"]]
            answers = head["revision"] == revision and head["label"] in range(10)
        except (KeyError, ValueError, struct.error):
            return False
        return answers and layers == self._layers


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


async def mapped_layers(server: Server) -> list[str]:
    """Ask the live route which layers an answer must hold: every convolution and pool."""
    connection = Connection(server)
    described = head_of(await connection.request("GET", "/live/networks/default/1"))
    connection.close()
    kinds = ("Conv2D", "Pooling2D")
    return [
        layer["name"]
        for layer in described["layers"]
        if layer["kind"].endswith(kinds) and not layer["kind"].startswith("Global")
    ]


def head_of(frame: bytes) -> dict:
    """Read the JSON head of a frame (model/inference/answers.py)."""
    (length,) = struct.unpack_from("<I", frame)
    return json.loads(frame[4 : 4 + length])


def _now() -> float:
    return asyncio.get_running_loop().time()
