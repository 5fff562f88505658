"""Who a visitor is: a random id in a cookie, which the browser gets with its first page."""

import re
import secrets
from collections.abc import Mapping
from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "convscope_visitor"
_VALID = re.compile(r"[A-Za-z0-9_-]{22,64}")
_KEPT = 365 * 24 * 3600  # seconds


def new_id() -> str:
    """Return a new id that nobody can guess."""
    return secrets.token_urlsafe(16)


def visitor_id(cookies: Mapping[str, str]) -> str | None:
    """Return the visitor's id in a browser's cookies, None where there is none."""
    found = str(cookies.get(COOKIE, ""))  # a test of pages may hold anything there
    return found if _VALID.fullmatch(found) else None


class VisitorCookie:
    """Gives the cookie to each browser that asks for a page and has none; ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and the cookie back with its response."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = HTTPConnection(scope)
        # Only what shows a page: files and live answers come many at once, each with its own.
        wanted = "text/html" in request.headers.get("accept", "") and not visitor_id(
            request.cookies
        )

        async def sent(message: Message) -> None:
            if wanted and message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _cookie(request.url.scheme))
            await send(message)

        return await self._app(scope, receive, sent)


def _cookie(scheme: str) -> str:
    cookie = SimpleCookie({COOKIE: new_id()})
    given = cookie[COOKIE]
    given["path"], given["max-age"] = "/", _KEPT
    given["httponly"], given["samesite"] = True, "Lax"
    given["secure"] = scheme == "https"
    return given.OutputString()
