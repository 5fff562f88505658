"""How many visitors there is room for, and the page that tells the next one that it is full."""

import os
from html import escape

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model.base.events import note
from pages.server.plain_page import language_of, plain_page
from pages.visitor import language
from pages.visitor.language import _

_USUAL = 1500  # visitors; each takes some 0.2 MB of the web process
_RETRY = 15  # seconds
_RELOADING = 1.1  # times the capacity may be connected: whoever has a page may keep it
_SESSION = "/_stcore/stream"
_TRY_AGAIN_LATER = 1013  # WebSocket close code (https://www.iana.org/assignments/websocket)


class Presence:
    """Counts the visitors who are connected."""

    def __init__(self) -> None:
        self.here = 0


PRESENCE = Presence()


def room_for() -> int:
    """Return how many visitors there is room for: `CONVSCOPE_VISITORS`, else the usual number."""
    asked = os.environ.get("CONVSCOPE_VISITORS", "")
    return int(asked) if asked.isdecimal() and int(asked) else _USUAL


class Capacity:
    """Counts sessions, and lets no more of them in than there is room for; ASGI middleware.

    A page is refused first, with a sentence and before it costs anything. The page of somebody who
    reloads, or whose connection was lost, may connect even then.
    """

    def __init__(self, app: ASGIApp, most: int, presence: Presence = PRESENCE) -> None:
        self._app = app
        self._most = most
        self._presence = presence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what there is room for."""
        if scope["type"] == "websocket" and scope["path"].endswith(_SESSION):
            return await self._session(scope, receive, send)
        if self._presence.here >= self._most and _asks_for_page(scope):
            note("room_full", here=self._presence.here)
            return await _full_page(HTTPConnection(scope), self._most)(scope, receive, send)
        return await self._app(scope, receive, send)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        presence = self._presence
        if presence.here >= _RELOADING * self._most:
            note("session_refused", here=presence.here)
            await receive()  # the request to connect
            return await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
        is_open = False

        async def sent(message: Message) -> None:
            nonlocal is_open
            if message["type"] == "websocket.accept":
                is_open = True
                presence.here += 1
                note("session_opened", here=presence.here)
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            if is_open:
                presence.here -= 1
                note("session_closed", here=presence.here)


def _asks_for_page(scope: Scope) -> bool:
    return scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")


def _full_page(asked: HTTPConnection, most: int) -> HTMLResponse:
    spoken = language_of(asked)
    with language.speaking(spoken):
        title = _("The room is full")
        sentence = _(
            "This server has room for {most} people at a time, and all places are taken. The page "
            "tries again by itself every {seconds} seconds."
        ).format(most=f"{most:,}", seconds=_RETRY)
    return plain_page(spoken, title, f"<p>{escape(sentence)}</p>", 503, again=_RETRY)
