"""A network as the browser needs it: its layers and their weights."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from model.base.errors import UserError
from model.inference import descriptions
from pages import services
from pages.server.routes.responses import cache_control, not_found, too_often

_COST = 5  # tokens: half a megabyte is put together


async def describe(request: Request) -> Response:
    """Describe a network to the browser: its layers, and the weights of each as float32.

    The browser keeps it for good where it asks for the version of now. Compressing weights would
    take longer than the 7 % of them that it saves.
    """
    if refused := too_often(request, _COST):
        return refused
    network_id, version = request.path_params["network_id"], request.path_params["version"]
    try:
        content = await asyncio.to_thread(_description, network_id)
        kept = cache_control(network_id, version)
    except UserError as error:
        return not_found(network_id, error)
    headers = {"cache-control": kept, "content-encoding": "identity"}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _description(network_id: str) -> bytes:
    card, network = services.card(network_id), services.network(network_id)
    return descriptions.describe(card.id, card.title, network)
