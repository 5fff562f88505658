"""The live path beside the pages: a drawing goes in, what the network made of it comes out.

Stateless and read-only: nothing that arrives here is kept, but for how much of its allowance a
visitor has used.
"""

import asyncio
import contextlib
import gc
import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assets import components
from model.base.errors import N_, UserError
from model.experiments import shapes
from model.inference import descriptions
from model.inference.answers import KINDS, encode
from model.inference.catalogue import DEFAULT
from model.inference.explorations import explore
from model.inference.frames import frame
from model.inference.layer_kinds import layer_kind
from model.inference.layers import INPUT, Layer, weight_name
from model.inference.network import Network
from model.inference.reading import Reading, read
from model.pixels.drawings import DRAWING_STEPS
from model.pixels.preprocessing import PICTURE_STEPS
from model.pixels.strokes import Stroke, strokes_from
from model.runs import snapshots, store
from model.runs.pulses import read_pulses
from model.runs.store import Run
from pages import services
from pages.server.rate_limit import Allowance
from pages.visitor import links

KEPT = "public, max-age=31536000, immutable"
MOST_BYTES = 200_000  # of a request; a drawing of 10,000 points is about 100,000
_COLLECT_EVERY = 30  # seconds
_DISPATCH_EVERY = 1  # second
_LOG = logging.getLogger(__name__)

# A canvas asks as often as the pointer moves: up to 144 times a second on a fast screen.
_visitors = Allowance(per_second=150, burst=300, most=20_000)
# A class of thirty may sit behind one address.
_addresses = Allowance(per_second=1500, burst=3000, most=20_000)


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


def _too_often(request: Request) -> Response | None:
    """Take one from the visitor's allowance; give the refusal where it is used up."""
    address = request.client.host if request.client else ""
    visitor = address + request.headers.get("x-visitor", "")[:40]
    if _addresses.take(address) and _visitors.take(visitor):
        return None
    return _refuse(429, UserError(N_("Too many requests at once: wait a moment.")))


async def _respond(request: Request, pack: Callable[[Asked], bytes]) -> Response:
    if too_often := _too_often(request):
        return too_often
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        return _refuse(415, UserError(N_("A drawing is sent as application/json.")))
    body = await _bounded_body(request)
    if body is None:
        return _refuse(413, UserError(N_("A drawing has at most {most} bytes."), most=MOST_BYTES))
    try:
        # Named so, the bytes are not compressed on the way: that takes as long as the answer.
        plain = {"content-encoding": "identity"}
        return Response(pack(_asked(body)), media_type="application/octet-stream", headers=plain)
    except UserError as refusal:
        return _refuse(400, refusal)


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
        raise UserError(N_("This network has gone astray: its answers are no numbers."))
    return Asked(network, reading, revision, film, kinds)


def _digit(drawing: dict) -> tuple[Sequence[Stroke] | np.ndarray, Collection[str]]:
    """Give what is to be read, and the steps of preprocessing to leave out."""
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


async def describe(request: Request) -> Response:
    """Describe a network to the browser: its layers, and the weights of each as float32."""
    network_id = request.path_params["network_id"]
    try:
        # The tag first: what has changed since is asked for once more.
        tag = descriptions.version(services.tag(network_id))
        content = _description(network_id)
    except UserError as refusal:
        return _refuse(404, refusal)
    return _unless_known(request, tag, content)


def _description(network_id: str) -> bytes:
    card, network = services.card(network_id), services.network(network_id)
    return descriptions.describe(card.id, card.title, network)


async def run(request: Request) -> Response:
    """Tell how a run gets on, with its pulses from the number `since` on."""
    if too_often := _too_often(request):
        return too_often
    since = request.query_params.get("since", "")
    known = int(since) if re.fullmatch("[0-9]{1,9}", since) else 0
    try:
        told = await asyncio.to_thread(_told, request.path_params["run_id"], known)
    except UserError as refusal:
        return _refuse(404, refusal)
    return JSONResponse(told, headers={"cache-control": "no-store"})


def _told(run_id: str, known: int) -> dict[str, Any]:
    run = store.find(run_id)
    # The last one that is known comes along, for what it says of now.
    found = read_pulses(run_id, max(0, known - 1))
    pulses = found[1:] if known else found
    now = found[-1] if found else {}
    return {
        "id": run.id,
        "title": run.title,
        "state": run.state,
        "reason": {"template": run.reason, "values": run.values} if run.reason else None,
        "place": services.dispatcher().place(run.id),
        "digits": now.get("digits", 0),
        "total": run.total,
        "epochs": run.recipe.epochs,
        "device": run.device,
        "speed": now.get("speed", 0),
        "seconds": now.get("seconds", 0),
        "pulses": pulses,
        "count": known + len(pulses) if found else 0,
        "snapshots": snapshots.numbers(run_id),
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "output_shape": layer.output_shape,
                **layer_kind(layer.kind).facts,
            }
            for layer in _layers(run)
            if layer.kind != INPUT
        ],
        "group": services.race(run),
    }


def _layers(run: Run) -> Sequence[Layer | shapes.Row]:
    """Tell a run's layers as it trains them; the design of that name may be another by now."""
    try:
        return snapshots.layers(run.id) or shapes.rows(run.design)
    except (OSError, ValueError, KeyError, TypeError):  # a damaged file, beside which it may go on
        return shapes.rows(run.design)


async def snapshot(request: Request) -> Response:
    """Give one moment of a run: how it was doing, and the kernel of the `layer` asked for."""
    if too_often := _too_often(request):
        return too_often
    network_id = "{run_id}@{number}".format(**request.path_params)
    layer = request.query_params.get("layer", "")
    try:
        tag = services.tag(network_id)
        content = await asyncio.to_thread(_moment, network_id, layer)
    except UserError as refusal:
        return _refuse(404, refusal)
    return _unless_known(request, tag, content)


def _moment(network_id: str, layer: str) -> bytes:
    run_id, number = snapshots.named(network_id)
    found = snapshots.load(run_id, number)
    kernel = found.weights.get(weight_name(layer, "kernel"))
    head = {
        "digits": found.pulse["digits"],
        "pulse": found.pulse,
        "confusion": found.confusion.tolist(),
        "layer": layer,
        "kernel": None if kernel is None else {"shape": kernel.shape, "begin": 0},
    }
    body = b"" if kernel is None else np.ascontiguousarray(kernel, np.float32).tobytes()
    return frame(head, body)


def _unless_known(request: Request, tag: str, content: bytes) -> Response:
    """Send what changes with its tag, unless the browser has it."""
    headers = {"etag": f'"{tag}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/octet-stream", headers=headers)


def _refuse(status: int, refusal: UserError) -> JSONResponse:
    return JSONResponse({"error": str(refusal)}, status, headers={"cache-control": "no-store"})


class Modules(StaticFiles):
    """The components' modules, and nothing else of their folders, under `VERSION/path.mjs`."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one `.mjs` file, to be kept for good where it is asked for by today's version.

        A page that was opened before a new version came gets the modules of today.
        """
        asked, _, module = path.partition("/")
        if not module.endswith(".mjs"):
            raise HTTPException(404)
        response = await super().get_response(module, scope)
        known = asked == components.version()
        response.headers["cache-control"] = KEPT if known else "no-cache"
        return response


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Open the default network while the first page loads, collect garbage, dispatch trainings.

    Streamlit would collect after every run of every visitor, which costs more than the run;
    `.streamlit/config.toml` turns that off and this takes its place.
    """

    async def collect() -> None:
        await asyncio.to_thread(services.network, DEFAULT)
        gc.collect()
        gc.freeze()  # what is there now stays; looking through it again costs everybody 0.1 s
        while True:
            await asyncio.sleep(_COLLECT_EVERY)
            await asyncio.to_thread(gc.collect)

    async def dispatch() -> None:
        trouble = ""
        while True:
            try:
                await asyncio.to_thread(services.dispatcher().tick)
            except Exception as error:  # a full disk, for one: the next second may be better
                if str(error) != trouble:
                    _LOG.exception("The trainings could not be looked after.")
                trouble = str(error)
            await asyncio.sleep(_DISPATCH_EVERY)

    tasks = [asyncio.create_task(each()) for each in (collect, dispatch)]
    yield
    for task in tasks:
        task.cancel()


ROUTES = [
    Route("/live/answer", answer, methods=["POST"]),
    Route("/live/explore", exploration, methods=["POST"]),
    Route("/live/networks/{network_id}", describe, methods=["GET"]),
    Route("/live/runs/{run_id}", run, methods=["GET"]),
    Route("/live/runs/{run_id}/snapshots/{number}", snapshot, methods=["GET"]),
    Mount("/live/components", Modules(directory=components.FOLDER)),
]
