"""Pages that have moved: their addresses lead to where they are now, with all that they hold."""

from starlette.requests import Request
from starlette.responses import RedirectResponse


def to_front(request: Request) -> RedirectResponse:
    """Lead to the front page, which shows what the layers' own page once did."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./", 308)
