"""The door of a server that is not for everybody: whoever comes in knows the operator's code."""

import hashlib
import hmac
import os
from html import escape
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, parse_qsl, urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from model.base.events import note
from model.base.home import home
from pages import services
from pages.server.plain_page import language_of, plain_page
from pages.server.rate_limit import RateLimit
from pages.visitor import language
from pages.visitor.language import _

COOKIE = "convscope_code"
PARAMETER = "code"
_KEPT = 30 * 24 * 3600  # seconds
_HEALTH = "/_stcore/health"  # for whoever looks after the server
_MOST_BYTES = 2000  # of a form


def access_code() -> str:
    """Return the code without which nobody comes in: `CONVSCOPE_CODE`; "" where all may."""
    return os.environ.get("CONVSCOPE_CODE", "").strip()


class Entrance:
    """Lets in who has the code: typed once, or in a link as `?code=`; ASGI middleware."""

    def __init__(self, app: ASGIApp, code: str) -> None:
        self._app = app
        self._code = code
        self._tries = RateLimit(per_second=0.2, burst=10, most=20_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from somebody who has the code."""
        if not self._code or scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        asked = HTTPConnection(scope)
        if scope["path"].endswith(_HEALTH) or self._is_known(asked):
            return await self._app(scope, receive, send)
        if scope["type"] == "websocket":
            await receive()  # the request to connect
            return await send({"type": "websocket.close", "code": 1008})
        if "text/html" not in asked.headers.get("accept", ""):
            return await PlainTextResponse("Forbidden", 403)(scope, receive, send)
        return await (await self._answer(Request(scope, receive)))(scope, receive, send)

    async def _answer(self, asked: Request) -> Response:
        given = asked.query_params.get(PARAMETER, "")
        if asked.method == "POST":
            given = await _typed(asked)
        if not given:
            return _door(asked)
        if not self._tries.take(asked.client.host if asked.client else ""):
            return _door(asked, too_often=True)
        if not hmac.compare_digest(given.strip().encode(), self._code.encode()):
            note("code_refused")
            return _door(asked, wrong=True)
        response = RedirectResponse(_without_code(asked), 303)
        response.headers.append("set-cookie", self._cookie(asked.url.scheme))
        return response

    def _is_known(self, asked: HTTPConnection) -> bool:
        return hmac.compare_digest(asked.cookies.get(COOKIE, "").encode(), self._proof().encode())

    def _proof(self) -> str:
        """Return what the cookie holds; another code makes all of them worthless."""
        key = services.visitors_key(home())
        return hmac.digest(key, f"code {self._code}".encode(), hashlib.sha256).hex()

    def _cookie(self, scheme: str) -> str:
        cookie = SimpleCookie({COOKIE: self._proof()})
        given = cookie[COOKIE]
        given["path"], given["max-age"] = "/", _KEPT
        given["httponly"], given["samesite"] = True, "Lax"
        given["secure"] = scheme == "https"
        return given.OutputString()


async def _typed(asked: Request) -> str:
    body = bytearray()
    async for part in asked.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get(PARAMETER, [""])[0]


def _without_code(asked: Request) -> str:
    """Return the address that was asked for, which others may see without the code."""
    kept = [(name, value) for name, value in parse_qsl(asked.url.query) if name != PARAMETER]
    # A path of two slashes would lead to another server.
    return "/" + asked.url.path.lstrip("/") + (f"?{urlencode(kept)}" if kept else "")


def _door(asked: Request, *, wrong: bool = False, too_often: bool = False) -> HTMLResponse:
    spoken = language_of(asked)
    with language.speaking(spoken):
        title, label, button = _("Access code"), _("The code you were given"), _("Enter")
        problem = ""
        if wrong:
            problem = _("This is not the code.")
        elif too_often:
            problem = _("Too many tries: wait a moment.")
    body = (
        '<form method="post">'
        f'<label for="code">{escape(label)}</label>'
        f'<input id="code" name="{PARAMETER}" autocomplete="off" autofocus required>'
        f"<button>{escape(button)}</button></form>"
        f'<p role="alert">{escape(problem)}</p>'
    )
    return plain_page(spoken, title, body, 429 if too_often else 401)
