"""Trainings on disk: what was asked for, how far it has come, and where it can be taken up.

A run is a folder under `CONVSCOPE_HOME/runs`. Its trainer holds the lock `alive.lock` for its whole
life and alone writes `state.json` meanwhile; who watches writes `about.json` and `control.json`.
Each is written whole or not at all. Importing this costs nothing: it needs no Keras.
"""

import dataclasses
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from model.base.errors import N_, UserError
from model.base.files import write_whole
from model.base.home import INVALID_ID, VALID_ID, home
from model.data.augmentation import Augmentation
from model.experiments.designs import Design
from model.experiments.recipes import Recipe, check_augmentation
from model.experiments.shapes import rows

QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
INTERRUPTED, FAILED, DONE = "interrupted", "failed", "done"
STATES = (QUEUED, RUNNING, PAUSED, INTERRUPTED, FAILED, DONE)
PAUSE, STOP, CANCEL = "pause", "stop", "cancel"  # what a run can be told

_LOOKING = 2.0  # seconds; whoever looks whether a run is alive holds its lock for a moment
_LONGEST_TITLE = 80
_ASIDE = ".deleted-"

_UNEXPECTED = N_("Its process ended unexpectedly.")


@dataclass(frozen=True)
class Control:
    """What a run was last told while it trains."""

    serial: int = 0  # grows with each change
    command: str = ""  # "", PAUSE, STOP or CANCEL
    learning_rate: float | None = None  # in place of the recipe's; None = as it was
    augmentation: Augmentation | None = None


@dataclass(frozen=True)
class Run:
    """One training: what was asked for, and its state when it was last written down."""

    id: str
    design: Design
    recipe: Recipe
    source: str | None  # of the digits, as `datasets.load` takes it
    network_id: str  # under which it will be published
    network_folder: str
    title: str
    owner: str = ""  # the visitor whose it is; "" on the command line
    group: str = ""  # the id of the first run of those that race; its own where it is alone
    preset: str = ""
    limit: float | None = None  # seconds of training after which it ends with what it has
    replace: bool = False  # whether it may take the place of a network with that id
    state: str = RUNNING
    reason: str = ""  # why it failed or ended early: a sentence as it stands in the catalogues
    values: Mapping[str, Any] = field(default_factory=dict)  # what fills the sentence's braces
    device: str = ""
    digits_total: int = 0  # digits that the whole training shows, each once an epoch
    heard: int = 0  # the serial of the last command that was obeyed
    history: tuple[dict[str, Any], ...] = ()  # one entry for each epoch that is over
    created: str = ""  # ISO 8601
    written: str = ""
    process: int = 0

    @property
    def architecture(self) -> str:
        """The name of what is trained."""
        return self.design.architecture

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return home_of_runs() / self.id

    @property
    def checkpoint(self) -> Path:
        """The file it can be taken up from."""
        return self.folder / "checkpoint.npz"

    @property
    def alive(self) -> bool:
        """Tell whether a process trains it now."""
        return _held(self.folder)

    @property
    def total(self) -> int:
        """How many digits the whole training shows; 0 until its digits were read."""
        return self.digits_total

    @property
    def ended(self) -> bool:
        """Tell whether nothing more is to come of it, unless somebody takes it up again."""
        return self.state in (DONE, FAILED)

    @property
    def control(self) -> Control:
        """What it was last told; nothing where that cannot be read."""
        try:
            data = json.loads((self.folder / "control.json").read_text("utf-8"))
            chosen = data["augmentation"]
            return Control(**{**data, "augmentation": chosen and Augmentation(**chosen)})
        except (OSError, ValueError, KeyError, TypeError):
            return Control()

    @property
    def told(self) -> str:
        """Why it failed or ended early, as one English sentence."""
        return self.reason.format(**self.values)

    def now(self, **changes: Any) -> "Run":
        """Change the state and write it down; owner and title stay as they are."""
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        run = dataclasses.replace(self, **changes, written=moment, process=os.getpid())
        _write(run.folder / "state.json", run._as_json())
        return run

    def because(self, refusal: UserError | None, **changes: Any) -> "Run":
        """Change the state for a reason and write it down; None takes the reason away."""
        if refusal is None:
            return self.now(reason="", values={}, **changes)
        values = {name: _plain(value) for name, value in refusal.values.items()}
        return self.now(reason=refusal.template, values=values, **changes)

    def _as_json(self) -> dict[str, Any]:
        data = {name: value for name, value in vars(self).items() if name not in _ABOUT}
        data |= {"design": self.design.as_json(), "recipe": self.recipe.as_json()}
        return {**data, "values": dict(self.values), "history": list(self.history)}


_ABOUT = ("owner", "title")  # in a file of their own, which the trainer never writes


@dataclass(frozen=True)
class Damaged:
    """A run whose folder cannot be read."""

    id: str
    reason: UserError
    owner: str = ""
    title: str = ""
    created: str = ""  # ISO 8601


def create(
    design: Design | str,
    recipe: Recipe,
    *,
    source: str | None = None,
    owner: str = "",
    group: str = "",
    preset: str = "",
    title: str | None = None,
    limit: float | None = None,
    state: str = RUNNING,
    network_id: str | None = None,
    network_folder: Path | None = None,
    replace: bool = False,
) -> Run:
    """Write down a new run; a UserError says what about it cannot be.

    Its network will go into `network_folder`: by default beside the others of this installation,
    and for a visitor's run into its own folder.
    """
    design = Design(design) if isinstance(design, str) else design
    rows(design)
    recipe.check()
    if owner:
        recipe.check_bounds()
    now = datetime.now(UTC)
    run_id = f"{design.architecture}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(8)}"
    beside = home_of_runs() / run_id if owner else home() / "networks"
    folder = (network_folder or beside).absolute()
    if network_id is not None and not VALID_ID.fullmatch(network_id):
        raise UserError(INVALID_ID, id=repr(network_id)[:80])
    if network_id and not replace and (folder / f"{network_id}.json").exists():
        raise UserError(N_("There is a network {id} already."), id=network_id)
    run = Run(
        id=run_id,
        design=design,
        recipe=recipe,
        source=source,
        network_id=network_id or run_id,
        network_folder=str(folder),
        title=_title(title or design.architecture),
        owner=owner,
        group=group or run_id,
        preset=preset,
        limit=limit,
        replace=replace,
        state=state,
        created=now.isoformat(timespec="microseconds"),
    )
    try:
        _write(run.folder / "about.json", {name: getattr(run, name) for name in _ABOUT})
        return run.now()
    except BaseException:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise


def find(run_id: str) -> Run:
    """Read a run by its id; a UserError where there is none or it cannot be read.

    A run that says it is running while no process holds its lock was interrupted.
    """
    folder = folder_of(run_id)
    try:
        data = json.loads((folder / "state.json").read_text("utf-8"))
        data |= {"design": Design.from_json(data["design"])}
        data |= {"recipe": Recipe.from_json(data["recipe"]), "history": tuple(data["history"])}
        run = Run(**{**data, **_about(folder), "id": run_id})
        if run.state not in STATES or not isinstance(run.told, str):
            raise ValueError(run.state)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise UserError(N_("The state of the run {id} cannot be read."), id=run_id) from error
    if run.state == RUNNING and not run.alive:
        return dataclasses.replace(run, state=INTERRUPTED, reason=_UNEXPECTED, values={})
    return run


def listings(owner: str | None = None) -> list[Run | Damaged]:
    """List every run, or those of one owner, newest first; the damaged ones too."""
    found = [_listing(folder) for folder in folders()]
    theirs = [each for each in found if owner is None or each.owner == owner]
    return sorted(theirs, key=lambda each: (each.created, each.id), reverse=True)


def folders() -> list[Path]:
    """List the folders of all runs, unread."""
    try:
        with os.scandir(home_of_runs()) as entries:
            named = [each for each in entries if VALID_ID.fullmatch(each.name)]
            return [Path(each.path) for each in named if each.is_dir()]
    except FileNotFoundError:
        return []


def delete(run_id: str) -> None:
    """Take a run away with all its files; a UserError while it is being trained."""
    folder = folder_of(run_id)
    if _held(folder):
        raise UserError(N_("The run {id} is being trained: stop it first."), id=run_id)
    folder.rename(folder.with_name(f"{_ASIDE}{run_id}"))  # at once for whoever looks
    for aside in home_of_runs().glob(f"{_ASIDE}*"):
        shutil.rmtree(aside, ignore_errors=True)


def rename(run_id: str, title: str) -> None:
    """Give a run another title."""
    folder = folder_of(run_id)
    _write(folder / "about.json", {**_about(folder), "title": _title(title)})


def control(
    run_id: str,
    *,
    command: str | None = None,
    learning_rate: float | None = None,
    augmentation: Augmentation | None = None,
) -> None:
    """Tell a run what to do from now on; what is None stays as it was told before.

    Its trainer looks at most 0.2 seconds later, or when it is taken up again. `learning_rate` is
    the highest of the schedule, which goes on in its shape.
    """
    if learning_rate is not None and not 0 < learning_rate < 1e9:
        raise UserError(N_("The learning rate must be a number above 0."))
    if augmentation is not None:
        check_augmentation(augmentation)
    run = find(run_id)
    before = run.control
    waiting = before.command if before.serial > run.heard else ""  # or it would be obeyed twice
    after = Control(
        before.serial + 1,
        waiting if command is None else command,
        before.learning_rate if learning_rate is None else learning_rate,
        before.augmentation if augmentation is None else augmentation,
    )
    _write(folder_of(run_id) / "control.json", asdict(after))


@contextmanager
def hold(run: Run) -> Iterator[None]:
    """Hold a run's lock, as its trainer does; a UserError where another process trains it."""
    lock = FileLock(run.folder / "alive.lock")
    try:
        lock.acquire(timeout=_LOOKING)
    except Timeout as timeout:
        raise UserError(N_("The run {id} is being trained already."), id=run.id) from timeout
    try:
        yield
    finally:
        lock.release()


def _held(folder: Path) -> bool:
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
        raise UserError(N_("There is no run {id} here."), id=repr(run_id)[:80])
    return home_of_runs() / run_id


def _listing(folder: Path) -> Run | Damaged:
    try:
        return find(folder.name)
    except UserError as damage:
        return Damaged(folder.name, damage, **_told_about(folder))


def _about(folder: Path) -> dict[str, str]:
    data = json.loads((folder / "about.json").read_text("utf-8"))
    return {name: str(data[name]) for name in _ABOUT}


def _told_about(folder: Path) -> dict[str, str]:
    """Tell what is still known of a damaged run."""
    try:
        moment = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    except OSError:  # deleted meanwhile
        return {}
    known = {"created": moment.isoformat(timespec="microseconds")}
    try:
        return {**known, **_about(folder)}
    except (OSError, ValueError, KeyError, TypeError):
        return known


def _title(title: str) -> str:
    plain = " ".join(title.split())[:_LONGEST_TITLE]
    if not plain:
        raise UserError(N_("A run needs a title."))
    return plain


def _write(path: Path, data: Mapping[str, Any]) -> None:
    write_whole(path, json.dumps(data, ensure_ascii=False, indent=1).encode())


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def home_of_runs() -> Path:
    """Tell where all runs lie."""
    return home() / "runs"
