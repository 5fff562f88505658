"""Adds a network from elsewhere to those at hand.

A file becomes bytes once; these are inspected here, their weights are read in a process that can
do nothing else, and Keras, in a third one, is handed only what was checked.
"""

import hashlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from model.base.errors import N_, UserError
from model.imports import building
from model.imports.inspection import Plan, inspect
from model.imports.limits import MOST_BYTES, MOST_CLASSES
from model.imports.scaling import Tried
from model.imports.weights import read_weights
from model.inference.catalogue import Card, card_files, listing
from model.keras_checks.process import Engine
from model.runs import library
from model.runs.quota import on_disk
from model.runs.store import clean_title

LONGEST_LABEL = 40  # characters
_MOST_KEPT = 20  # networks of one visitor
_WORKING_ID = "added"  # until it has its own


def builder() -> Engine:
    """Return a process that rebuilds networks; it starts with the first, or where one is expected.

    Once it has published one it is to be stopped: another takes its place.
    """
    return Engine(most_waiting=4, answering=60)


def expect(engine: Engine) -> None:
    """Have the process that rebuilds networks ready soon."""
    engine.expect(building.warm_up)


@dataclass(frozen=True)
class Trial:
    """What is known of a network before it is added."""

    plan: Plan
    tried: tuple[Tried, ...]  # on known digits, under each scaling
    digits: tuple[Sequence[Sequence[int]], ...]  # the first of those, each (28, 28), ink = 255


def try_out(data: bytes, engine: Engine) -> Trial:
    """Inspect a `.keras` file, rebuild its network and try it on known digits.

    Raises UserError that says what about it cannot be taken.
    """
    with _unpacked(data) as (plan, folder):
        found = engine.ask(building.try_out, str(folder))
    tried = tuple(_tried(each) for each in found["tried"])
    return Trial(plan, tried, tuple(found["digits"]))


def _tried(data: dict[str, object]) -> Tried:
    return Tried(**{name: _tuples(value) for name, value in data.items()})  # type: ignore[arg-type]


def _tuples(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def add(
    data: bytes,
    title: str,
    engine: Engine,
    *,
    scaling: str = "",
    labels: Sequence[str] = (),
    network_id: str = "",
    kept_by: str = "",
) -> Card:
    """Publish the network of a `.keras` file among those at hand, and return its card.

    Without a scaling of its pixels it gets the one that does best on known digits; without an id
    one made of its title; `labels` name its classes. It is everybody's, or the visitor's that
    `kept_by` names. Raises UserError that says what about it cannot be taken.
    """
    _check_share(kept_by)
    with _unpacked(data) as (plan, folder):
        check_labels(labels, plan)
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            engine.ask(building.publish, str(folder), _WORKING_ID, title, scaling, labels, sha256)
        finally:
            engine.stop()
        source = folder / f"{_WORKING_ID}.json"
        return library.keep(source, title, kept_by, network_id=network_id)


def labels_from(text: str) -> tuple[str, ...]:
    """Return the names of classes in a text, one a line; a single line holds them with commas."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = [part.strip() for part in re.split("[,，、;]", lines[0]) if part.strip()]
    return tuple(clean_title(line)[:LONGEST_LABEL] for line in lines[: MOST_CLASSES + 1])


def check_labels(labels: Sequence[str], plan: Plan) -> None:
    """Refuse names of classes of which there are more or fewer than classes, or two alike."""
    (classes,) = plan.layers[-1].output_shape
    if labels and len(labels) != classes:
        raise UserError(
            N_("The network has {classes} classes, and there are {count} labels."),
            classes=classes,
            count=len(labels),
        )
    if len(set(labels)) != len(labels) or not all(labels):
        raise UserError(N_("Two labels are the same, or one is empty."))


def added_before(data: bytes) -> Card | None:
    """Return the card of the network that came in this very file and is everybody's, if any."""
    sha256 = hashlib.sha256(data).hexdigest()
    for path in card_files():
        card = listing(path).card
        if card and card.imported and card.imported.sha256 == sha256 and not card.kept_by:
            return card
    return None


def read_file(path: Path) -> bytes:
    """Read a file once, no further than may be. Raises UserError where it cannot be read."""
    from model.imports.formats import SAVED_MODEL

    if path.is_dir() and (path / "saved_model.pb").exists():
        raise UserError(SAVED_MODEL)
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UserError(
            N_("{path} cannot be read: {reason}."), path=path, reason=error.strerror or error
        ) from error


@contextmanager
def _unpacked(data: bytes) -> Iterator[tuple[Plan, Path]]:
    """Inspect a file, and yield its plan and a folder of its own that holds what was checked."""
    plan, content = inspect(data)
    arrays = read_weights(plan, content)
    with tempfile.TemporaryDirectory(prefix="convscope-") as name, on_disk():
        folder = Path(name)
        building.write_folder(folder, plan, [each for group in arrays.values() for each in group])
        yield plan, folder


def _check_share(kept_by: str) -> None:
    kept = [path for path in card_files() if kept_by and listing(path).kept_by == kept_by]
    if len(kept) >= _MOST_KEPT:
        raise UserError(
            N_("You keep {count} networks, which is the limit. Delete one first."),
            count=len(kept),
        )
