"""A visitor without a browser: Streamlit's own websocket protocol.

Depends on the protocol of the pinned Streamlit; where a page shows no canvas it fails loudly.
A drawing counts as kept when the session's mailbox has taken it; at the end `check` runs a script
and looks whether the session really has the last one. What a browser computes by itself costs the
server nothing, and is not done here.
"""

import asyncio
import base64
import contextlib
import gzip
import json
import math
import struct
from collections.abc import Coroutine
from dataclasses import dataclass

from streamlit.components.v2.bidi_component.constants import EVENT_DELIM
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
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

    def __init__(self, server: Server, number: int = 0) -> None:
        """`number` tells visitors apart: they sit in classes of twenty, each behind an address."""
        self.waits: list[Wait] = []
        self.exceptions = 0  # exception elements that the page showed
        self.runs = 0  # scripts that finished
        self.received = 0  # bytes
        self._server = server
        self._revision = 0
        self._page = asyncio.Event()
        self._canvas = self._fragment = self._script = self._mailbox = ""
        self._digit: dict | None = None  # what the session says is on the canvas
        self._address = f"127.0.1.{1 + number // 20 % 250}" if server.knows_visitors else None
        self._connection = Connection(server, self._address)
        self._turn = asyncio.Lock()  # one drawing after the other, as the browser leaves them
        self._sending: set[asyncio.Task] = set()

    async def open(self) -> float:
        """Open the page; gives the seconds until its script has finished."""
        begun = _now()
        host = f"{self._server.host}:{self._server.port}"
        if self._server.knows_visitors:
            await self._connection.request("GET", "/", headers={"accept": "text/html"})
        self._socket: ClientConnection = await connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=f"http://{host}",
            additional_headers=self._connection.kept,
            local_addr=(self._address, 0) if self._address else None,
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
        )
        self._listening = asyncio.create_task(self._listen())
        await self._socket.send(self._rerun().SerializeToString())
        await asyncio.wait_for(self._page.wait(), PATIENCE)
        if not self._canvas:
            raise RuntimeError("The page has no canvas: has Streamlit's protocol changed?")
        return _now() - begun

    def draw(self, due: float, drawing: Drawing) -> None:
        """Lift the pen: leave a drawing for the session."""
        self._revision += 1
        wait = Wait(due, self._revision)
        self.waits.append(wait)
        self._begin(self._leave(wait, drawing))

    async def _leave(self, wait: Wait, drawing: Drawing) -> None:
        body = json.dumps(self._state(wait.revision, drawing)).encode()
        async with self._turn:
            answer = await self._connection.request("POST", f"/live/drawings/{self._mailbox}", body)
        if not answer:  # a refusal says why
            wait.kept = _now() - wait.due

    async def check(self) -> bool:
        """Run a script and return whether the session has the last drawing that it took."""
        runs = self.runs
        await self._socket.send(self._rerun().SerializeToString())
        while self.runs == runs:
            await asyncio.sleep(0.01)
        taken = [wait.revision for wait in self.waits if wait.kept != math.inf]
        return not taken or (self._digit or {}).get("revision", 0) >= taken[-1]

    def lift_again(self, drawing: Drawing) -> None:
        """Set the canvas's state, which runs a script, with a revision that nobody waits for."""
        self._revision += 1
        message = self._rerun()
        widget = message.rerun_script.widget_states.widgets.add()
        state = {"drawing": self._state(self._revision, drawing)}
        widget.id, widget.json_value = self._canvas, json.dumps(state)
        self._begin(self._socket.send(message.SerializeToString()))

    @staticmethod
    def _state(revision: int, drawing: Drawing) -> dict:
        return {"revision": revision, "strokes": drawing, "picture": None}

    async def bring(self, picture: bytes) -> float:
        """Bring a picture, and wait until it is on the canvas; gives the seconds."""
        runs, begun = self.runs, _now()
        self._revision += 1
        file = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
        brought = {"revision": self._revision, "file": file, "state": "raw"}
        message = self._rerun()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{self._canvas}{EVENT_DELIM}events"
        widget.json_trigger_value = json.dumps([{"event": "brought", "value": brought}])
        await self._socket.send(message.SerializeToString())
        while self.runs == runs:
            await asyncio.sleep(0.01)
        if not (self._digit or {}).get("picture"):
            raise RuntimeError("The picture is not on the canvas.")
        return _now() - begun

    def clear_caches(self) -> None:
        """Send what the menu's "Clear cache" sends."""
        self._begin(self._socket.send(BackMsg(clear_cache=True).SerializeToString()))

    async def close(self) -> None:
        """Leave."""
        self._listening.cancel()
        self._connection.close()
        await self._socket.close()

    def _rerun(self) -> BackMsg:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.widget_states.SetInParent()
        rerun.fragment_id, rerun.page_script_hash = self._fragment, self._script
        rerun.context_info.locale, rerun.context_info.url = "en-US", self._server.url
        return message

    def _begin(self, sending: Coroutine) -> None:
        task = asyncio.create_task(sending)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

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
            head = head_of(element.bidi_component.bytes)
            self._mailbox, self._digit = head["mailbox"], head["digit"]


class Connection:
    """An HTTP/1.1 connection that stays open, as cheap as it can be."""

    def __init__(self, server: Server, address: str | None = None) -> None:
        """`address` is that of the visitor, where it is not any of this machine."""
        self._server = server
        self._from = (address, 0) if address else None
        self._reader: asyncio.StreamReader | None = None
        self.kept: dict[str, str] = {}  # headers: the cookie

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> bytes:
        """Send a request with the headers of a browser, and give the body of the response.

        A server closes a connection that has been idle for some seconds; as browsers do, what
        was just being sent there goes out once more over a new one.
        """
        lines = {"host": "127.0.0.1", "accept-encoding": "gzip, deflate, br, zstd"}
        lines |= {"content-length": str(len(body)), **self.kept, **(headers or {})}
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        message = f"{method} {path} HTTP/1.1\r\n{text}\r\n".encode() + body
        if self._reader is not None and not self._reader.at_eof():
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                return await self._exchange(message)
        self.close()
        self._reader, self._writer = await asyncio.open_connection(
            self._server.host, self._server.port, local_addr=self._from
        )
        return await self._exchange(message)

    async def _exchange(self, message: bytes) -> bytes:
        self._writer.write(message)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if line]
        found = {name.lower(): value for name, value in lines}
        if "set-cookie" in found:
            self.kept["cookie"] = found["set-cookie"].partition(";")[0]
        answer = await self._reader.readexactly(int(found.get("content-length", 0)))
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
