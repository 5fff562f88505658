"""The drawing of a lifted pen, left for the session that it belongs to."""

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response

from model.base.errors import N_, UserError
from pages.server.routes.responses import refuse, too_often
from pages.visitor import mailbox

_BYTES_A_TOKEN = 1000  # ten thousand points take 20 ms of a core
MOST_BYTES = 1_000_000  # the largest drawing that is taken has a quarter of it


async def keep(request: Request) -> Response:
    """Put a drawing into the mailbox that the address names; the session looks at it when it runs.

    Whoever knows the address is that session's page: it is as secret as a cookie, and no other
    site's page can learn it.
    """
    if refused := too_often(request):
        return refused
    found = mailbox.find(request.path_params["address"])
    if found is None:
        return refuse(404, UserError(N_("This page is no longer connected: reload it.")))
    try:
        body = await _body(request)
        if refused := too_often(request, len(body) // _BYTES_A_TOKEN):
            return refused
        found.put(await asyncio.to_thread(lambda: mailbox.drawing_from(_parsed(body))))
    except UserError as error:
        return refuse(400, error)
    return Response(status_code=204, headers={"cache-control": "no-store"})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise UserError(N_("A drawing may take at most {most} bytes."), most=MOST_BYTES)
    return bytes(body)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # which is no drawing
