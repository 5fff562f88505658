"""A network as the browser needs it: its layers and their weights."""

from starlette.requests import Request
from starlette.responses import Response

from model.base.errors import UserError
from model.inference import descriptions
from pages import services
from pages.server.routes.responses import refuse, unless_known


async def describe(request: Request) -> Response:
    """Describe a network to the browser: its layers, and the weights of each as float32."""
    network_id = request.path_params["network_id"]
    try:
        # The tag first: what has changed since is asked for once more.
        tag = descriptions.version(services.tag(network_id))
        content = _description(network_id)
    except UserError as error:
        return refuse(404, error)
    return unless_known(request, tag, content)


def _description(network_id: str) -> bytes:
    card, network = services.card(network_id), services.network(network_id)
    return descriptions.describe(card.id, card.title, network)
