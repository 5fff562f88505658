"""A drawing goes in, what the network made of it comes out; nothing of it is kept."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from model.base.errors import N_, UserError
from model.inference.answers import KINDS, encode
from model.inference.catalogue import DEFAULT
from model.inference.explorations import explore
from model.inference.network import Network
from model.inference.reading import Reading, read
from model.pixels.drawings import DRAWING_STEPS
from model.pixels.preprocessing import PICTURE_STEPS
from model.pixels.strokes import Stroke, strokes_from
from pages import services
from pages.server.routes.responses import refuse, too_often
from pages.visitor import links

MOST_BYTES = 200_000  # of a request; a drawing of 10,000 points is about 100,000


@dataclass(frozen=True)
class Asked:
    """One drawing as it was asked about, and read."""

    network: Network
    reading: Reading
    revision: int
    film: bool
    kinds: Collection[str]  # of layers that the answer holds


async def answer(request: Request) -> Response:
    """Answer one drawing: `{"network", "revision", "strokes", "skip", "film", "layers"}` as JSON.

    A digit that came as a picture is asked about by its `"pixels"`, a code of links.py, in place
    of strokes. `"layers"` is "maps", "none", or "all" for the units of dense layers as well.
    """
    return await _respond(
        request,
        lambda asked: encode(
            asked.network, asked.reading, asked.revision, film=asked.film, kinds=asked.kinds
        ),
    )


async def exploration(request: Request) -> Response:
    """Answer one drawing, the same JSON, with the exact activations of all layers."""
    return await _respond(
        request, lambda asked: explore(asked.network, asked.reading, asked.revision)
    )


async def _respond(request: Request, pack: Callable[[Asked], bytes]) -> Response:
    if refused := too_often(request):
        return refused
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        return refuse(415, UserError(N_("A drawing must be sent as application/json.")))
    body = await _bounded_body(request)
    if body is None:
        return refuse(
            413, UserError(N_("A drawing may have at most {most} bytes."), most=MOST_BYTES)
        )
    try:
        # Named so, the bytes are not compressed on the way: that takes as long as the answer.
        plain = {"content-encoding": "identity"}
        return Response(pack(_asked(body)), media_type="application/octet-stream", headers=plain)
    except UserError as error:
        return refuse(400, error)


def _asked(body: bytes) -> Asked:
    try:
        drawing = json.loads(body)
        revision = min(int(drawing["revision"]), 2**53)
        source, skip = _digit(drawing)
        network = services.network(str(drawing.get("network", DEFAULT)))
        film = bool(drawing.get("film", True))
        kinds = KINDS[drawing.get("layers", "maps")]
    except UserError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise UserError(
            N_(
                "A drawing is an object with the keys revision, strokes or pixels, network, skip, "
                "film and layers; layers is maps, all or none."
            )
        ) from None
    reading = read(network, source, skip, film=film)
    if reading.trace is not None and not np.isfinite(reading.trace.logits).all():
        raise UserError(N_("This network has diverged: its output is NaN."))
    return Asked(network, reading, revision, film, kinds)


def _digit(drawing: Mapping[str, Any]) -> tuple[Sequence[Stroke] | np.ndarray, Collection[str]]:
    """Return the strokes or pixels of a drawing, and the steps of preprocessing to skip."""
    if "pixels" in drawing:
        return links.decode_pixels(drawing["pixels"]), PICTURE_STEPS
    skip = {step for step in drawing.get("skip", []) if step in DRAWING_STEPS}
    return strokes_from(drawing["strokes"]), skip


async def _bounded_body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body
