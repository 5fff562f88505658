"""How a run gets on, and each of its snapshots."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model.base.errors import UserError
from model.experiments import shapes
from model.experiments.recipes import strength_of
from model.inference.layer_kinds import layer_kind
from model.inference.layers import INPUT, Layer
from model.inference.origin import as_json
from model.runs import pulses, snapshots, store
from model.runs.pulses import Pulse, read_pulses
from model.runs.store import Run
from pages import services
from pages.server.routes.responses import cache_control, not_found, refuse, too_often


class SnapshotPlace(TypedDict):
    """Where the browser finds a snapshot, and its network `RUN@DIGITS`."""

    digits: int  # seen when it was taken
    version: str  # another one where a resumed run wrote it again


class Damage(TypedDict):
    """What in a run's folder cannot be read, beside its state."""

    pulses: bool  # whether its curves end where they should not
    snapshots: int  # how many of them


class RunView(TypedDict):
    """How a run gets on, as the browser gets it (training_watch/record.mjs)."""

    id: str
    title: str
    state: str  # one of `store.STATES`
    reason: Mapping[str, Any] | None  # why it failed or ended early (reasons.py)
    place: int | None  # in the queue, 1 for the next; None where it does not wait
    wait: float | None  # seconds until it is likely to begin; None where it does not wait
    digits: int  # seen so far
    total: int  # that the whole training shows; 0 until its digits were read
    epochs: int  # that it is to train
    device: Mapping[str, Any] | None  # (origin.py); None until Keras was loaded
    speed: float  # digits per second, at the last pulse
    seconds: float  # of training, without its pauses
    pulses: list[Pulse]  # those that were not known yet
    count: int  # of all pulses, these included: what is asked for next
    resumes: int | None  # digits after which it would go on; None while it trains or is done
    damage: Damage  # what lies in its folder and cannot be read
    events: list[Mapping[str, Any]]  # what happened so far (events.py), augmentation by strength
    snapshots: list[SnapshotPlace]  # in order; the last is the newest
    layers: list[dict[str, Any]]  # name, kind, output_shape, and the facts of its kind
    group: list[str]  # the ids of the runs that race with it, itself included


async def run(request: Request) -> Response:
    """Answer with a run's progress, and its pulses from the number `since` on."""
    if refused := too_often(request):
        return refused
    since = request.query_params.get("since", "")
    known = int(since) if re.fullmatch("[0-9]{1,9}", since) else 0
    try:
        view = await asyncio.to_thread(_view_of, request.path_params["run_id"], known)
    except UserError as error:
        return refuse(404, error)
    if view["state"] != store.DONE:
        services.dispatcher().expect_runs()  # who watches may resume it, or start another
    return JSONResponse(view, headers={"cache-control": "no-store"})


def _view_of(run_id: str, known: int) -> RunView:
    """Read a run for the browser, with its pulses from the number `known` on."""
    run = store.find(run_id)
    status = run.status
    # The last one that is known comes along, for what it says of now.
    found = read_pulses(run_id, max(0, known - 1))
    heard = found[1:] if known else found
    now: Mapping[str, Any] = found[-1] if found else {}
    return RunView(
        id=run.id,
        title=run.title,
        state=status.state,
        reason=vars(status.reason) if status.reason else None,
        place=services.dispatcher().place(run.id),
        wait=services.dispatcher().wait_of(run.id),
        digits=now.get("digits", 0),
        total=status.digits_total,
        epochs=run.request.recipe.epochs,
        device=as_json(status.device) if status.device else None,
        speed=now.get("speed", 0),
        seconds=now.get("seconds", 0),
        pulses=heard,
        count=known + len(heard) if found else 0,
        resumes=_resumes(run),
        damage=Damage(
            pulses=status.state != store.RUNNING and pulses.are_damaged(run_id),
            snapshots=snapshots.count_damaged(run_id),
        ),
        events=[
            {**event.as_json(), "strength": event.augmentation and strength_of(event.augmentation)}
            for event in status.events
        ],
        snapshots=[
            SnapshotPlace(digits=taken_at, version=version)
            for taken_at, version in services.snapshot_versions(run_id).items()
        ],
        layers=[
            {
                "name": layer.name,
                "kind": layer.kind,
                "output_shape": layer.output_shape,
                **layer_kind(layer.kind).facts,
            }
            for layer in _layers(run)
            if layer.kind != INPUT
        ],
        group=services.race(run),
    )


def _resumes(run: Run) -> int | None:
    """Return after how many digits a run at rest goes on; 0 where it begins again."""
    if run.status.state not in (store.PAUSED, store.INTERRUPTED, store.FAILED):
        return None
    return pulses.digits_at_checkpoint(run)


def _layers(run: Run) -> Sequence[Layer | shapes.PlacedLayer]:
    """Return a run's layers as they are trained; the design of that name may have changed since."""
    try:
        return snapshots.layers(run.id) or shapes.layers_of(run.request.design)
    except (OSError, ValueError, KeyError, TypeError):  # a damaged file, beside which it may go on
        return shapes.layers_of(run.request.design)


async def snapshot(request: Request) -> Response:
    """Answer with one snapshot of a run: `{"digits", "pulse", "confusion"}`.

    Its weights are a network, `RUN@NUMBER`, at the same version.
    """
    if refused := too_often(request):
        return refused
    run_id, number, version = (request.path_params[key] for key in ("run_id", "number", "version"))
    network_id = f"{run_id}@{number}"
    try:
        asked = snapshots.named(network_id)
        assert asked is not None  # a network whose id has an @ is a snapshot
        content = await asyncio.to_thread(_moment, *asked)
        headers = {"cache-control": cache_control(network_id, version)}
    except UserError as error:
        return not_found(network_id, error)
    return JSONResponse(content, headers=headers)


def _moment(run_id: str, number: int | str) -> dict[str, Any]:
    found = snapshots.load(run_id, number)
    return {
        "digits": found.pulse["digits"],
        "pulse": found.pulse,
        "confusion": found.confusion.tolist(),
    }
