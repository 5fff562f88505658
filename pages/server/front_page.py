"""The HTML page that Streamlit's browser side starts from, with what it would ask for first.

Streamlit fetches its host configuration before it opens its websocket; told beforehand, it does
so meanwhile, which saves a round trip of every visit. Where the app lies is told as well, or below
a page's address it would look there first, in vain. What else the first page brings along is
handed in.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.server.protection import content_security_policy
from pages.visitor import language

_TITLE = re.compile(r"<title>[^<]*</title>")
# A font is needed last of all: where it is loaded first, everything else waits for it.
_FONT = re.compile(r'<link\s+rel="preload"[^>]*as="font"[^>]*>')
_CONDITIONS = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
_PLAIN = {language.PARAMETER}  # parameters that change nothing on the first page
_HEAD = """<title>Convscope</title>
    <script>
      window.__streamlit = {{
        BACKEND_BASE_URL: new URL(".", location.href).href,
        HOST_CONFIG: {config},
      }};
    </script>
    """


class FirstPage(Protocol):
    """What the page at the app's own address has besides."""

    def opening(self) -> str:
        """Return the head's first lines."""

    def closing(self) -> str:
        """Return the head's last lines."""

    def body(self, spoken: str) -> str:
        """Return the body's last lines, in a language."""


class FrontPage:
    """Complete Streamlit's HTML page; ASGI middleware."""

    def __init__(
        self,
        app: ASGIApp,
        allowed_origins: Sequence[str],
        base_path: str = "",
        first_page: Callable[[], FirstPage] | None = None,
    ) -> None:
        """`allowed_origins` and `base_path` are Streamlit's options of these names.

        `first_page` is called once the server runs.
        """
        config = {"allowedOrigins": list(allowed_origins), "useExternalAuthToken": False}
        self._app = app
        self._head = _HEAD.format(config=json.dumps(config))
        self._first_path = base_path.strip("/")
        self._first_page = first_page
        self._made: dict[tuple[bytes, str | None], bytes] = {}  # by page, language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; an HTML page comes back completed, unless the browser has it so."""
        if scope["type"] != "http":  # the server's start and end have no headers
            return await self._app(scope, receive, send)
        asked = Headers(scope=scope)
        if "text/html" not in asked.get("accept", ""):
            return await self._app(scope, receive, send)
        # The page comes as it is: what Streamlit compresses or leaves out could not be completed.
        plain = [each for each in scope["headers"] if each[0] not in _CONDITIONS]
        start: Message | None = None  # of a page that is being collected
        body = bytearray()

        async def complete(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            if start is None:
                return await send(message)
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                page = self._completed(bytes(body), self._spoken(scope, asked))
                await _answer(page, start, asked, send)

        return await self._app({**scope, "headers": plain}, receive, complete)

    def _spoken(self, scope: Scope, asked: Headers) -> str | None:
        """Return the language of the first page, None for any other."""
        parameters = parse_qs(scope["query_string"].decode("latin-1"))
        is_first = scope["path"].strip("/") == self._first_path and parameters.keys() <= _PLAIN
        if self._first_page is None or not is_first:
            return None
        (parameter,) = parameters.get(language.PARAMETER, [""])[-1:]
        return language.asked_for(parameter, asked.get("accept-language", ""))

    def _completed(self, page: bytes, spoken: str | None) -> bytes:
        if (page, spoken) not in self._made:
            self._made[page, spoken] = self._complete(page, spoken)
        return self._made[page, spoken]

    def _complete(self, page: bytes, spoken: str | None) -> bytes:
        text = _FONT.sub("", page.decode("utf-8"))
        opening = closing = body = ""
        if self._first_page is not None and spoken is not None:
            first = self._first_page()
            opening, closing, body = first.opening(), first.closing(), first.body(spoken)
        text = _TITLE.sub(lambda _: self._head + opening, text)
        text = text.replace("</head>", closing + "</head>", 1)
        before, end, after = text.rpartition("</body>")
        return (before + body + end + after).encode()


async def _answer(page: bytes, start: Message, asked: Headers, send: Send) -> None:
    headers = MutableHeaders(raw=start["headers"])
    etag = f'"{hashlib.sha256(page).hexdigest()[:32]}"'
    headers["etag"] = etag
    headers["content-security-policy"] = content_security_policy(page, asked.get("host", ""))
    headers.add_vary_header("accept-language")
    if asked.get("if-none-match") == etag:
        start, page = {**start, "status": 304}, b""
        del headers["content-length"]
    else:
        headers["content-length"] = str(len(page))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": page})


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return message["status"] == 200 and headers.get("content-type", "").startswith("text/html")
