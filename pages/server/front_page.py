"""The HTML page that Streamlit's browser side starts from, with what it would ask for first.

Streamlit fetches its host configuration before it opens its websocket; told beforehand, it does
so meanwhile, which saves a round trip of every visit. Where the app lies is told as well, or below
a page's address it would look there first, in vain.
"""

import json
import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.server.protection import content_security_policy

_TITLE = re.compile(rb"<title>[^<]*</title>")
# A font is needed last of all: where it is loaded first, everything else waits for it.
_FONT = re.compile(rb'<link\s+rel="preload"[^>]*as="font"[^>]*>')
_HEAD = """<title>Convscope</title>
    <script>
      window.__streamlit = {{
        BACKEND_BASE_URL: new URL(".", location.href).href,
        HOST_CONFIG: {config},
      }};
    </script>"""


class FrontPage:
    """Complete Streamlit's HTML page; ASGI middleware."""

    def __init__(self, app: ASGIApp, allowed_origins: Sequence[str]) -> None:
        """`allowed_origins` is Streamlit's option client.allowedOrigins."""
        config = {"allowedOrigins": list(allowed_origins), "useExternalAuthToken": False}
        self._app = app
        self._head = _HEAD.format(config=json.dumps(config)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; an HTML page comes back completed."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            return await self._app(scope, receive, send)
        # The page comes as it is: what Streamlit has compressed could not be completed.
        plain = [each for each in scope["headers"] if each[0] != b"accept-encoding"]
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
                page = self._completed(bytes(body))
                headers = MutableHeaders(raw=start["headers"])
                headers["content-length"] = str(len(page))
                host = Headers(scope=scope).get("host", "")
                headers["content-security-policy"] = content_security_policy(page, host)
                await send(start)
                await send({"type": "http.response.body", "body": page})

        return await self._app({**scope, "headers": plain}, receive, complete)

    def _completed(self, page: bytes) -> bytes:
        return _FONT.sub(b"", _TITLE.sub(lambda _: self._head, page))


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return message["status"] == 200 and headers.get("content-type", "").startswith("text/html")
