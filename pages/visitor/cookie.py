"""Who a visitor is: a random id in a cookie, which the browser gets with its first page.

The cookie is signed: an id that somebody made up is none. The key lies in the folder that all web
processes of a server share, so that each knows the visitors of the others.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model.base.home import home
from model.runs.owners import new_owner
from pages import services

COOKIE = "convscope_visitor"
_VALID = re.compile(r"([A-Za-z0-9_-]{30})\.([A-Za-z0-9_-]{43})")  # the id and its signature
_KEPT = 365 * 24 * 3600  # seconds


def new_id(address: str) -> str:
    """Return a new id, for a visitor from this address, that nobody can guess."""
    return new_owner(services.visitors_key(home()), address)


def signed(visitor: str) -> str:
    """Return what the cookie of a visitor holds."""
    key = services.visitors_key(home())
    digest = hmac.digest(key, f"visitor {visitor}".encode(), hashlib.sha256)
    return f"{visitor}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def visitor_id(cookies: Mapping[str, str]) -> str | None:
    """Return the visitor's id in a browser's cookies, None where there is none of ours."""
    found = _VALID.fullmatch(str(cookies.get(COOKIE, "")))  # a test of pages may hold anything
    if not found:
        return None
    return found[1] if hmac.compare_digest(found[0], signed(found[1])) else None


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
                MutableHeaders(scope=message).append("set-cookie", _cookie(request))
            await send(message)

        return await self._app(scope, receive, sent)


def _cookie(request: HTTPConnection) -> str:
    address = request.client.host if request.client else ""
    cookie = SimpleCookie({COOKIE: signed(new_id(address))})
    given = cookie[COOKIE]
    given["path"], given["max-age"] = "/", _KEPT
    given["httponly"], given["samesite"] = True, "Lax"
    given["secure"] = request.url.scheme == "https"
    return given.OutputString()
