"""Responses of all routes: errors, rate limits, and what a browser keeps by its tag."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model.base.errors import N_, UserError
from pages.server.rate_limit import RateLimit

# A canvas asks as often as the pointer moves: up to 144 times a second on a fast screen.
_visitors = RateLimit(per_second=150, burst=300, most=20_000)
# A class of thirty may sit behind one address.
_addresses = RateLimit(per_second=1500, burst=3000, most=20_000)


def too_often(request: Request) -> Response | None:
    """Take one from the visitor's rate limit; return the error response where it is used up."""
    address = request.client.host if request.client else ""
    visitor = address + request.headers.get("x-visitor", "")[:40]
    if _addresses.take(address) and _visitors.take(visitor):
        return None
    return refuse(429, UserError(N_("Too many requests: wait a moment.")))


def unless_known(request: Request, tag: str, content: bytes) -> Response:
    """Send what changes with its tag, unless the browser has it."""
    headers = {"etag": f'"{tag}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/octet-stream", headers=headers)


def refuse(status: int, error: UserError) -> JSONResponse:
    """Return an error as JSON, its sentence in English."""
    return JSONResponse({"error": str(error)}, status, headers={"cache-control": "no-store"})
