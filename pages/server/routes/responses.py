"""Responses of all routes: errors, rate limits, and how long a browser keeps what it gets."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model.base.errors import N_, UserError
from pages import services
from pages.server.rate_limit import RateLimit

# A class of thirty may sit behind one address, each of them moving through a training's moments.
# A token is about a fifth of a millisecond of a core.
_addresses = RateLimit(per_second=1500, burst=3000, most=20_000)


def too_often(request: Request, cost: float = 1) -> Response | None:
    """Take from the address's rate limit; return the error response where it is used up."""
    if _addresses.take(request.client.host if request.client else "", cost):
        return None
    return refuse(429, UserError(N_("Too many requests: wait a moment.")))


def cache_control(network_id: str, version: str) -> str:
    """Return how long a browser keeps what changes with a network and was asked for by a version.

    For good where that is the version of now, which is to be asked after the content was read: so
    nothing newer is kept under it.
    """
    known = services.network_address(network_id)["version"] == version
    return "private, max-age=31536000, immutable" if known else "no-store"


def not_found(network_id: str, error: UserError) -> Response:
    """Return the error of a network that is not there; no content for a snapshot that gave way.

    A run thins its snapshots out as it goes on, so that a browser may ask for one too late. It
    would note a 404 as an error of the page.
    """
    if services.gave_way(network_id):
        return Response(status_code=204, headers={"cache-control": "no-store"})
    return refuse(404, error)


def refuse(status: int, error: UserError) -> JSONResponse:
    """Return an error as JSON, its sentence in English."""
    return JSONResponse({"error": str(error)}, status, headers={"cache-control": "no-store"})
