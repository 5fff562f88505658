"""The file of a network, left for the session that it belongs to."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from model.base.errors import N_, UserError
from model.imports.limits import MOST_BYTES
from pages.server.routes.responses import refuse, too_often
from pages.visitor import file_box

_AT_ONCE = 6  # files that are received at the same time
_WITHIN = 120.0  # seconds that one may take to arrive
_TOKENS = 50  # of the rate limit that one file takes
_receiving = asyncio.Semaphore(_AT_ONCE)


async def keep(request: Request) -> Response:
    """Put a file into the box that the address names; the session looks into it when it runs.

    Whoever knows the address is that session's page: it is as secret as a cookie, and no other
    site's page can learn it.
    """
    if refused := too_often(request, _TOKENS):
        return refused
    found = file_box.find(request.path_params["address"])
    if found is None:
        return refuse(404, UserError(N_("This page is no longer connected: reload it.")))
    try:
        async with _receiving, asyncio.timeout(_WITHIN):
            found.put(await _body(request))
    except TimeoutError:
        return refuse(408, UserError(N_("The file took too long to arrive.")))
    except UserError as error:
        return refuse(413, error)
    return Response(status_code=204, headers={"cache-control": "no-store"})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise UserError(N_("A file may take at most {most} MB."), most=round(MOST_BYTES / 1e6))
    return bytes(body)
