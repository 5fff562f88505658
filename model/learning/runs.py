"""Trainings on disk: what was asked for, how far it has come, and where it can be taken up.

A run is a folder under `CONVSCOPE_HOME/runs` with `state.json` and, after the first epoch,
`checkpoint.npz`. Each is written whole or not at all. Importing this costs nothing: whoever only
watches a run needs no Keras.
"""

import dataclasses
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.learning.recipes import Recipe
from model.learning.writing import write_whole
from model.serving.networks import INVALID_ID, VALID_ID, home
from model.serving.sentences import N_, Refusal

RUNNING, INTERRUPTED, FAILED, DONE = "running", "interrupted", "failed", "done"


@dataclass(frozen=True)
class Run:
    """One training: what was asked for, and its state when it was last written down."""

    id: str
    architecture: str
    recipe: Recipe
    source: str | None  # of the digits, as `datasets.load` takes it
    network_id: str  # under which it will be published
    network_folder: str
    title: str
    replace: bool = False  # whether it may take the place of a network with that id
    state: str = RUNNING
    reason: str = ""  # why it failed, for a person
    device: str = ""
    history: tuple[dict[str, Any], ...] = ()  # one entry for each epoch that is over
    written: str = ""  # when, ISO 8601
    process: int = 0

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return _runs() / self.id

    @property
    def checkpoint(self) -> Path:
        """The file it can be taken up from; there after its first epoch."""
        return self.folder / "checkpoint.npz"

    def now(self, **changes: Any) -> "Run":
        """Change the state and write it down."""
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        run = dataclasses.replace(self, **changes, written=moment, process=os.getpid())
        content = json.dumps(run._as_json(), ensure_ascii=False, indent=1)
        write_whole(run.folder / "state.json", content.encode())
        return run

    def _as_json(self) -> dict[str, Any]:
        return {**vars(self), "recipe": self.recipe.as_json(), "history": list(self.history)}


def create(
    architecture: str,
    recipe: Recipe,
    *,
    source: str | None = None,
    network_id: str | None = None,
    network_folder: Path | None = None,
    title: str | None = None,
    replace: bool = False,
) -> Run:
    """Begin a run; its network will go into `network_folder`, by default the visitors' own."""
    recipe.check()
    folder = (network_folder or home() / "networks").absolute()
    if network_id is not None and not VALID_ID.fullmatch(network_id):
        raise Refusal(INVALID_ID, id=repr(network_id)[:80])
    if network_id and not replace and (folder / f"{network_id}.json").exists():
        raise Refusal(N_("There is a network {id} already."), id=network_id)
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    run_id = f"{architecture}-{moment}-{secrets.token_hex(2)}"
    return Run(
        id=run_id,
        architecture=architecture,
        recipe=recipe,
        source=source,
        network_id=network_id or run_id,
        network_folder=str(folder),
        title=title or architecture,
        replace=replace,
    ).now()


def find(run_id: str) -> Run:
    """Read a run by its id; a Refusal where there is none or it cannot be read."""
    if not VALID_ID.fullmatch(run_id) or not (_runs() / run_id / "state.json").is_file():
        raise Refusal(N_("There is no run {id} here."), id=repr(run_id)[:80])
    try:
        data = json.loads((_runs() / run_id / "state.json").read_text("utf-8"))
        recipe = Recipe.from_json(data["recipe"])
        return Run(**{**data, "id": run_id, "recipe": recipe, "history": tuple(data["history"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(N_("The state of the run {id} cannot be read."), id=run_id) from error


def _runs() -> Path:
    return home() / "runs"
