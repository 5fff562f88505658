"""What a browser is told to refuse on the pages' behalf, and what the server itself refuses.

The policy is CSP level 3 (https://www.w3.org/TR/CSP3/): scripts come from this server alone.
"""

import base64
import hashlib
import ipaddress
import os
import re
import socket
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_POLICY = {
    "default-src": "'self'",
    # Streamlit imports a component's loader from a blob; the engine is WebAssembly.
    "script-src": "'self' blob: 'wasm-unsafe-eval' {scripts}",
    "style-src": "'self' 'unsafe-inline'",  # Streamlit styles its elements as it makes them
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' blob:",
    "connect-src": "'self' {sockets}",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
_UPLOADS = "/_stcore/upload_file/"  # Streamlit keeps what is sent there, however much; no page asks
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
}


def content_security_policy(page: bytes, host: str) -> str:
    """Return the policy of an HTML page: of inline scripts, those run that the page came with."""
    digests = [hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page)]
    scripts = " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in digests)
    sockets = f"ws://{host} wss://{host}"  # older browsers do not count them to 'self'
    directives = [f"{name} {sources}" for name, sources in _POLICY.items()]
    return "; ".join(directives).format(scripts=scripts, sockets=sockets)


def named_hosts() -> set[str]:
    """Return the names that the operator gave this server: `CONVSCOPE_HOSTS`, with commas."""
    return {name.strip().lower() for name in os.environ.get("CONVSCOPE_HOSTS", "").split(",")}


class Protection:
    """Refuses what is asked under a stranger's name, and adds security headers; ASGI middleware.

    Another site can have its own name lead to this server and read it with a visitor's browser
    (DNS rebinding). Addresses in digits and this machine's own names cannot be used for that.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        """`hosts` are names besides those that are always answered to."""
        self._app = app
        machine = socket.gethostname().lower()
        self._hosts = {"localhost", machine, f"{machine}.local", *hosts} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is asked under a name of this server."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        if not self._answers_to(Headers(scope=scope).get("host", "")):
            refusal = PlainTextResponse("This server does not answer to that name.", 421)
            return await refusal(scope, receive, send)
        if _UPLOADS in scope["path"]:
            refusal = PlainTextResponse("Nothing is uploaded here.", 403)
            return await refusal(scope, receive, send)

        async def protect(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        return await self._app(scope, receive, protect)

    def _answers_to(self, host: str) -> bool:
        name = re.sub(r":\d*$", "", host.lower())
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return name in self._hosts
        return True
