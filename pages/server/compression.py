"""Static files travel compressed: a weak line loads a third of the bytes.

Streamlit serves its scripts, 2.9 MB for a first page, as they lie on disk, and our modules come
beside them. Both never change while the server runs, so each is compressed once and kept. What is
answered live is left alone.
"""

import asyncio
import zlib
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = ("/static/", "/live/components/")
_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")
_LEAST = 500  # bytes; below, a header costs what compression saves
_MOST_KEPT = 64_000_000  # bytes of compressed files in memory; all of Streamlit's take 7 MB


class StaticCompression:
    """Compress static files with gzip, each of them once; ASGI middleware."""

    def __init__(self, app: ASGIApp, prefixes: Sequence[str] = STATIC) -> None:
        self._app = app
        self._prefixes = tuple(prefixes)
        self._kept: dict[tuple[str, str], bytes] = {}  # (path, etag) -> gzip
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a static file's response comes back compressed."""
        if scope["type"] != "http" or not self._wants(scope):
            return await self._app(scope, receive, send)
        head: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = message
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._send(scope["path"], head, bytes(body), send)

        return await self._app(scope, receive, collect)

    def _wants(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        return (
            scope["method"] == "GET"
            and scope["path"].startswith(self._prefixes)
            and "gzip" in headers.get("accept-encoding", "")
            and "range" not in headers
        )

    async def _send(self, path: str, head: Message, body: bytes, send: Send) -> None:
        headers = MutableHeaders(raw=head["headers"])
        kind = headers.get("content-type", "")
        packed = "content-encoding" in headers or not kind.startswith(_TYPES)
        if head["status"] == 200 and len(body) >= _LEAST and not packed:
            body = await self._compressed(path, headers.get("etag", ""), body)
            headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(body))
            headers.add_vary_header("accept-encoding")
        await send(head)
        await send({"type": "http.response.body", "body": body})

    async def _compressed(self, path: str, etag: str, body: bytes) -> bytes:
        found = self._kept.get((path, etag))
        if found is None:
            found = await asyncio.to_thread(_gzip, body)
            if etag and self._size + len(found) <= _MOST_KEPT:
                self._kept[path, etag] = found
                self._size += len(found)
        return found


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)  # 31: with gzip's header
    return packer.compress(body) + packer.flush()
