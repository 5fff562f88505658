"""Runs on disk: what was asked for, how it stands, and where it lies.

A run is a folder under `CONVSCOPE_HOME/runs`. Its trainer holds the lock `alive.lock` for its whole
life and alone writes `state.json` meanwhile; whoever watches writes `about.json` (title and owner)
and `control.json`. Each is written whole or not at all. Importing this loads no Keras.

`state.json` is written in version 2, which holds `request` and `status`; of version 1, which held
both flat, everything is read.
"""

import dataclasses
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from model.base.errors import N_, UserError
from model.base.files import write_whole
from model.base.home import INVALID_ID, VALID_ID, home
from model.base.typed import check_types
from model.experiments.designs import Design
from model.experiments.events import TrainingEvent, events_from_json
from model.experiments.recipes import Recipe
from model.experiments.shapes import layers_of
from model.inference.origin import Device, as_json
from model.runs.reasons import Reason, RunError

QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
INTERRUPTED, FAILED, DONE = "interrupted", "failed", "done"
STATES = (QUEUED, RUNNING, PAUSED, INTERRUPTED, FAILED, DONE)

_LOOKING = 2.0  # seconds; whoever looks whether a run is alive holds its lock for a moment
_LONGEST_TITLE = 80
ASIDE = ".deleted-"  # before the id of a deleted run


@dataclass(frozen=True)
class RunRequest:
    """What was asked for; it never changes."""

    design: Design
    recipe: Recipe
    source: str | None = None  # of the digits, as `datasets.load` takes it
    network_id: str = ""  # under which the network is published; "" = the run's id
    network_folder: str = ""  # "" = the run's folder where it is a visitor's, else home's networks
    group: str = ""  # the id of the first run of those that race; "" = its own
    preset: str = ""  # the id of the experiment that it belongs to
    classroom: str = ""  # the code of the class on whose board it stands
    time_limit: float | None = None  # seconds of training after which it ends with what it has
    replace: bool = False  # whether it may take the place of a network with that id

    def as_json(self) -> dict[str, Any]:
        """Return the request as plain JSON."""
        return {**vars(self), "design": self.design.as_json(), "recipe": self.recipe.as_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunRequest":
        """Read a request back; KeyError, TypeError or ValueError when it is not one."""
        design, recipe = Design.from_json(data["design"]), Recipe.from_json(data["recipe"])
        return cls(**{**data, "design": design, "recipe": recipe})


@dataclass(frozen=True)
class RunStatus:
    """How a run stood when it was last written down."""

    state: str = RUNNING  # one of `STATES`
    reason: Reason | None = None  # why it failed or ended early
    device: Device | None = None  # what trains it; None until Keras was loaded
    digits_total: int = 0  # digits that the whole training shows; 0 until they were read
    obeyed: int = 0  # the serial of the last command that was obeyed
    history: tuple[dict[str, Any], ...] = ()  # one `checkpoints.Epoch` for each that is over
    events: tuple[TrainingEvent, ...] = ()  # what happened to it so far
    written: str = ""  # ISO 8601
    process: int = 0  # that wrote it

    def as_json(self) -> dict[str, Any]:
        """Return the status as plain JSON."""
        return {
            **vars(self),
            "reason": self.reason and vars(self.reason),
            "device": self.device and as_json(self.device),
            "history": list(self.history),
            "events": [event.as_json() for event in self.events],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunStatus":
        """Read a status back; KeyError, TypeError or ValueError when it is not one."""
        device, reason = Device.from_json(data["device"]), data["reason"]
        named = {
            "device": device,
            "reason": None if reason is None else Reason.from_json(reason),
            "history": tuple(data["history"]),
            "events": events_from_json(data.get("events", ())),  # older runs have none
        }
        status = cls(**{**data, **named})
        if status.state not in STATES:
            raise ValueError(status.state)
        return status


@dataclass(frozen=True)
class Run:
    """One training: whose it is, what was asked for, and how it stood when it was read."""

    id: str
    title: str
    owner: str  # the visitor whose it is; "" on the command line
    created: str  # ISO 8601
    request: RunRequest
    status: RunStatus

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return home_of_runs() / self.id

    @property
    def checkpoint(self) -> Path:
        """The file it can be resumed from."""
        return self.folder / "checkpoint.npz"

    def write_status(self, **changes: Any) -> "Run":
        """Change the status and write it down; title and owner stay as they are."""
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        changes |= {"written": moment, "process": os.getpid()}
        run = dataclasses.replace(self, status=dataclasses.replace(self.status, **changes))
        data = {
            "version": 2,
            "created": run.created,
            "request": run.request.as_json(),
            "status": run.status.as_json(),
        }
        write_json(run.folder / "state.json", data)
        return run

    def write_reason(self, error: UserError | None, **changes: Any) -> "Run":
        """Change the status for a reason and write it down; None takes the reason away."""
        return self.write_status(reason=error and Reason.of(error), **changes)


@dataclass(frozen=True)
class Damaged:
    """A run whose folder cannot be read."""

    id: str
    reason: UserError
    owner: str = ""
    title: str = ""
    created: str = ""  # ISO 8601


def create(
    request: RunRequest, *, title: str | None = None, owner: str = "", state: str = RUNNING
) -> Run:
    """Write down a new run; a UserError says what about the request cannot be.

    Its title is by default its architecture.
    """
    design, recipe = request.design, request.recipe
    layers_of(design)
    recipe.check()
    if owner:
        recipe.check_bounds()
    now = datetime.now(UTC)
    run_id = f"{design.architecture}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(8)}"
    run = Run(
        id=run_id,
        title=_checked_title(title or design.architecture),
        owner=owner,
        created=now.isoformat(timespec="microseconds"),
        request=_with_defaults(request, run_id, owner),
        status=RunStatus(state=state),
    )
    try:
        write_json(run.folder / "about.json", {"owner": run.owner, "title": run.title})
        return run.write_status()
    except BaseException:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise


def _with_defaults(request: RunRequest, run_id: str, owner: str) -> RunRequest:
    """Return a request that says where its network goes; refuse an id that cannot be."""
    network_id = request.network_id or run_id
    beside = home_of_runs() / run_id if owner else home() / "networks"
    folder = Path(request.network_folder or beside).absolute()
    if not VALID_ID.fullmatch(network_id):
        raise UserError(INVALID_ID, id=repr(network_id)[:80])
    if not request.replace and (folder / f"{network_id}.json").exists():
        raise UserError(N_("A network {id} already exists."), id=network_id)
    return dataclasses.replace(
        request,
        network_id=network_id,
        network_folder=str(folder),
        group=request.group or run_id,
    )


def find(run_id: str) -> Run:
    """Read a run by its id; a UserError where there is none or it cannot be read.

    A run that says it is running while no process holds its lock was interrupted.
    """
    folder = folder_of(run_id)
    try:
        data = json.loads((folder / "state.json").read_text("utf-8"))
        if "version" not in data:
            data = _from_version_1(data)
        run = Run(
            id=run_id,
            **_about(folder),
            created=str(data["created"]),
            request=RunRequest.from_json(data["request"]),
            status=RunStatus.from_json(data["status"]),
        )
        _check_shape(run)
    except _NO_RUN as error:
        raise UserError(N_("The state of run {id} cannot be read."), id=run_id) from error
    if run.status.state == RUNNING and not is_alive(run):
        status = dataclasses.replace(
            run.status, state=INTERRUPTED, reason=Reason.of(RunError("process_ended"))
        )
        return dataclasses.replace(run, status=status)
    return run


# What reading a file of another shape may raise; a UserError is a ValueError.
_NO_RUN = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)


def _check_shape(run: Run) -> None:
    """Refuse a run that is not of the types declared here: whoever reads it relies on them."""
    datetime.fromisoformat(run.created)
    for part in (run, run.request, run.request.design, run.request.recipe, run.status):
        check_types(part)
    _check_layout(json.dumps(run.request.design.as_json()))
    for epoch in run.status.history:
        accuracy = epoch.get("validation_accuracy")
        if not isinstance(accuracy, float | int | None):
            raise TypeError(accuracy)


@lru_cache(maxsize=1000)
def _check_layout(design: str) -> None:
    layers_of(Design.from_json(json.loads(design)))


def _from_version_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state as version 2 has it."""
    former = {"limit": "time_limit", "heard": "obeyed"}
    named = {former.get(name, name): value for name, value in data.items()}
    request, status = (
        {each.name: named[each.name] for each in dataclasses.fields(kind) if each.name in named}
        for kind in (RunRequest, RunStatus)
    )
    reason = Reason.from_template(data["reason"], data["values"])
    status["reason"] = reason and vars(reason)
    return {"created": data["created"], "request": request, "status": status}


def is_alive(run: Run) -> bool:
    """Return whether a process trains a run now; its lock is tried for that."""
    return _is_held(run.folder)


def listings(owner: str | None = None) -> list[Run | Damaged]:
    """Read every run, or those of one owner, newest first; the damaged ones too."""
    found = [_listing(folder) for folder in folders()]
    theirs = [each for each in found if owner is None or each.owner == owner]
    return sorted(theirs, key=lambda each: (each.created, each.id), reverse=True)


def folders() -> list[Path]:
    """Return the folders of all runs, unread."""
    try:
        with os.scandir(home_of_runs()) as entries:
            named = [each for each in entries if VALID_ID.fullmatch(each.name)]
            return [Path(each.path) for each in named if each.is_dir()]
    except FileNotFoundError:
        return []


def delete(run_id: str) -> None:
    """Put a run aside as deleted (trash.py); a UserError while it is being trained."""
    folder = folder_of(run_id)
    if _is_held(folder):
        raise UserError(N_("Run {id} is training: stop it first."), id=run_id)
    os.utime(folder)  # when it was deleted
    folder.rename(folder_aside(run_id))  # at once for whoever looks


def folder_aside(run_id: str) -> Path:
    """Return where a deleted run lies until it is removed for good."""
    return home_of_runs() / f"{ASIDE}{run_id}"


def rename(run_id: str, title: str) -> None:
    """Write another title of a run; a UserError where it is empty."""
    folder = folder_of(run_id)
    write_json(folder / "about.json", {**_about(folder), "title": _checked_title(title)})


@contextmanager
def hold(run: Run) -> Iterator[None]:
    """Hold a run's lock, as its trainer does; a UserError where another process holds it."""
    lock = FileLock(run.folder / "alive.lock")
    try:
        lock.acquire(timeout=_LOOKING)
    except Timeout as timeout:
        raise UserError(N_("Run {id} is already training."), id=run.id) from timeout
    try:
        yield
    finally:
        lock.release()


def _is_held(folder: Path) -> bool:
    if not (folder / "alive.lock").exists():
        return False
    try:
        with FileLock(folder / "alive.lock", timeout=0):
            return False
    except Timeout:
        return True


def folder_of(run_id: str) -> Path:
    """Return the folder of a run; a UserError where no run has this id, be it a path."""
    if not VALID_ID.fullmatch(run_id) or not (home_of_runs() / run_id).is_dir():
        raise UserError(N_("Run {id} does not exist."), id=repr(run_id)[:80])
    return home_of_runs() / run_id


def _listing(folder: Path) -> Run | Damaged:
    try:
        return find(folder.name)
    except UserError as damage:
        return Damaged(folder.name, damage, **_rest_of(folder))


def _about(folder: Path) -> dict[str, str]:
    data = json.loads((folder / "about.json").read_text("utf-8"))
    return {name: str(data[name]) for name in ("owner", "title")}


def _rest_of(folder: Path) -> dict[str, str]:
    """Return what can still be read of a damaged run."""
    try:
        moment = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    except OSError:  # deleted meanwhile
        return {}
    known = {"created": moment.isoformat(timespec="microseconds")}
    try:
        return {**known, **_about(folder)}
    except (OSError, ValueError, KeyError, TypeError):
        return known


def clean_title(title: str) -> str:
    """Return a title on one line of at most 80 characters; "" where nothing is left."""
    return " ".join(title.split())[:_LONGEST_TITLE]


def _checked_title(title: str) -> str:
    if plain := clean_title(title):
        return plain
    raise UserError(N_("A run needs a name."))


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write a JSON file so that a reader sees the old one or the new, never a part."""
    write_whole(path, json.dumps(data, ensure_ascii=False, indent=1).encode())


def home_of_runs() -> Path:
    """Return the folder of all runs."""
    return home() / "runs"
