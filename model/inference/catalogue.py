"""The networks at hand: their cards, where they lie, and opening one.

A network is three files beside each other: `<id>.keras`, its export `<id>.onnx`, and its card
`<id>.json`, which is written last and holds the SHA-256 of the other two. The shipped ones lie
under `model/weights`, those of visitors under `CONVSCOPE_HOME`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from model.base.errors import N_, UserError
from model.base.files import keep_promises, sha256, write_whole
from model.base.home import VALID_ID, home
from model.inference.layers import Layer, class_names, input_shape, reads_digits
from model.inference.logits import OUTPUTS, Output
from model.inference.network import Network
from model.inference.origin import DataSource, Device, Imported, as_json
from model.inference.strangers import Strangers

SHIPPED = Path(__file__).parents[1] / "weights"
DEFAULT = "default"
_LARGEST_CARD = 1_000_000  # bytes; a card of sixty layers takes about twenty thousand


Confusion = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Card:
    """What is known of a network without opening it; the JSON file holds the same names."""

    id: str
    title: str
    architecture: str
    parameters: int
    layers: tuple[Layer, ...]  # in graph order, the input first
    data: tuple[DataSource, ...]  # what it was trained on; none where nobody knows
    recipe: Mapping[str, Any]  # how it was trained; empty where nobody knows
    seed: int | None
    device: Device | None  # what trained it; None where nobody knows
    date: str  # ISO 8601
    test_accuracy: float | None  # a share in [0, 1] of `test_digits`
    test_digits: int
    energy_threshold: (
        float | None
    )  # less confidence (confidence.py) is unsure; None: not calibrated
    keras_sha256: str
    onnx_sha256: str
    test_confusion: Confusion | None = None  # counts of each label (row) and prediction (column)
    test_source: str = ""  # "digits": scikit-learn's small ones in place of the official test
    strangers: Strangers | None = None  # None where it was not measured
    events: tuple[Mapping[str, Any], ...] = ()  # what happened in training (experiments/events.py)
    imported: Imported | None = None  # None where it was trained here
    kept_by: str = ""  # a hash of the visitor whose it is (library.py); "" where it is everybody's
    labels: tuple[str, ...] = ()  # names of the classes, as text; none where they are its numbers
    output: Output = "softmax"  # how its logits become probabilities

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of what it reads, in [0, 1]."""
        return input_shape(self.layers)

    @property
    def class_names(self) -> tuple[str, ...]:
        """What each class is called, in the order of the logits."""
        return class_names(self.layers, self.labels)

    @property
    def reads_digits(self) -> bool:
        """Whether it reads gray pictures of the ten digits, and no others."""
        return reads_digits(self.layers, self.labels)

    def as_json(self) -> dict[str, Any]:
        """Return the card as plain JSON."""
        data = [as_json(each) for each in self.data]
        device = self.device and as_json(self.device)
        return {**asdict(self), "data": data, "device": device}

    def as_file(self) -> bytes:
        """Return the content of the card's file."""
        return json.dumps(self.as_json(), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Card":
        """Read a card back; raises KeyError, TypeError or ValueError where it is none.

        Older cards say `unsure_below` for `energy_threshold`, and have sentences for facts.
        """
        named = {_FORMER_NAMES.get(name, name): value for name, value in data.items()}
        named |= {
            "layers": tuple(Layer.from_json(layer) for layer in data["layers"]),
            "data": DataSource.all_from_json(data["data"]),
            "device": Device.from_json(data["device"]),
            "test_confusion": _confusion(data.get("test_confusion")),
            "strangers": Strangers.from_json(data.get("strangers")),
            "imported": Imported.from_json(data.get("imported")),
            "events": tuple(dict(each) for each in data.get("events", ())),
            "labels": tuple(data.get("labels", ())),
        }
        card = cls(**named)
        for name, kind in _PLAIN.items():
            if not isinstance(getattr(card, name), kind):
                raise TypeError(name)
        _check_classes(card)
        return card


def _confusion(counts: Any) -> Confusion | None:
    if counts is None:
        return None
    rows = tuple(tuple(int(count) for count in row) for row in counts)
    if any(len(row) != len(rows) for row in rows):
        raise ValueError("test_confusion")
    return rows


def _check_classes(card: Card) -> None:
    """Raise ValueError or TypeError where names of classes or counts are not as many as logits."""
    classes = len(class_names(card.layers))
    if card.output not in OUTPUTS or not all(isinstance(each, str) for each in card.labels):
        raise TypeError("output or labels")
    if card.labels and len(card.labels) != classes:
        raise ValueError("labels")
    if card.test_confusion is not None and len(card.test_confusion) != classes:
        raise ValueError("test_confusion")


_FORMER_NAMES = {"unsure_below": "energy_threshold"}
_TEXT = (
    "id",
    "title",
    "architecture",
    "date",
    "keras_sha256",
    "onnx_sha256",
    "test_source",
    "kept_by",
)
_PLAIN: dict[str, Any] = {
    **dict.fromkeys(_TEXT, str),
    **dict.fromkeys(("parameters", "test_digits"), int),
    "recipe": Mapping,
    "seed": int | None,
    "test_accuracy": float | int | None,
    "energy_threshold": float | int | None,
}


@dataclass(frozen=True)
class Listing:
    """One network as it lies on disk: its card where it is whole, else what is wrong."""

    id: str
    folder: Path
    card: Card | None
    damage: UserError | None = None
    kept_by: str = ""  # as on its card, if that can be read

    def whole(self) -> Card:
        """Return the card. Raises the UserError that says what is wrong with the network."""
        if self.damage is not None:
            raise self.damage
        assert self.card is not None  # one of the two is there
        return self.card


def folders() -> list[Path]:
    """List the folders in which networks lie; the first that has an id wins."""
    keep_promises(home() / "networks")  # to visitors a network is all of its old files or its new
    return [SHIPPED, home() / "networks"]


def card_files() -> list[Path]:
    """List the card of every network at hand, unread, that of the default one first."""
    found: dict[str, Path] = {}
    for folder in folders():
        for path in folder.glob("*.json"):
            if VALID_ID.fullmatch(path.stem):
                found.setdefault(path.stem, path)
    return sorted(found.values(), key=lambda path: (path.stem != DEFAULT, path.stem))


def card_file(network_id: str) -> Path:
    """Return where the card of a network lies; raises UserError where there is none of that id.

    What is no valid id never becomes a path.
    """
    if VALID_ID.fullmatch(network_id):
        for folder in folders():
            path = folder / f"{network_id}.json"
            if path.is_file():
                return path
    raise UserError(N_("Network {id} does not exist."), id=repr(network_id)[:80])


def version(card_file: Path) -> tuple[tuple[int, ...], ...]:
    """Return a key that changes when one of a network's files is replaced or deleted."""
    return tuple(_stamp(card_file.with_suffix(suffix)) for suffix in (".json", ".onnx", ".keras"))


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_mtime_ns, status.st_size


def listing(card_file: Path) -> Listing:
    """Read the card of one network and check its files against it."""
    card, damage = None, None
    try:
        card = _card(card_file)
        _check_files(card_file, card)
    except UserError as refusal:
        damage = refusal
    kept_by = card.kept_by if card else ""
    return Listing(card_file.stem, card_file.parent, None if damage else card, damage, kept_by)


def listings() -> list[Listing]:
    """List every network at hand, the damaged ones too, the default one first."""
    return [listing(path) for path in card_files()]


def networks() -> list[Card]:
    """List the cards of the networks that can be opened, the default one first."""
    return [listing.card for listing in listings() if listing.card]


def open_network(network_id: str = DEFAULT) -> Network:
    """Open the network of that id; raises UserError where it is not there or damaged."""
    path = card_file(network_id)
    card = _whole_card(path)
    try:
        export = path.with_suffix(".onnx").read_bytes()
        return Network(export, card.layers, card.energy_threshold, card.labels, card.output)
    except UserError:
        raise
    except Exception as error:  # ONNX Runtime has an exception of its own for each status
        raise UserError(
            N_("Network {id} is damaged: its export cannot be opened."), id=card.id
        ) from error


def keras_file(network_id: str = DEFAULT) -> Path:
    """Return where the Keras file of a whole network lies, for those who run Keras.

    Raises UserError where the network is not there or damaged.
    """
    path = card_file(network_id)
    _whole_card(path)
    return path.with_suffix(".keras")


def write_strangers(network_id: str, measured: Strangers) -> None:
    """Write into a network's card what was measured of it.

    Raises UserError where the network is damaged, or its card cannot be written.
    """
    path = card_file(network_id)
    card = replace(_whole_card(path), strangers=measured)
    try:
        write_whole(path, card.as_file())
    except OSError as error:
        raise UserError(
            N_("The model card of {id} cannot be written: {reason}."),
            id=network_id,
            reason=error.strerror,
        ) from error


def _whole_card(path: Path) -> Card:
    card = _card(path)
    _check_files(path, card)
    return card


def _check_files(path: Path, card: Card) -> None:
    for suffix, expected in ((".keras", card.keras_sha256), (".onnx", card.onnx_sha256)):
        file = path.with_suffix(suffix)
        try:
            found = sha256(file)
        except OSError as error:
            raise UserError(
                N_("Network {id} is damaged: {file} cannot be read."),
                id=path.stem,
                file=file.name,
            ) from error
        if found != expected:
            raise UserError(
                N_(
                    "Network {id} is damaged: {file} is not the file that its model card describes."
                ),
                id=path.stem,
                file=file.name,
            )


def _card(path: Path) -> Card:
    try:
        if path.stat().st_size > _LARGEST_CARD:
            raise ValueError(path)
        card = Card.from_json(json.loads(path.read_text("utf-8")))
        if card.id != path.stem:
            raise ValueError(card.id)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            N_("Network {id} is damaged: its model card cannot be read."), id=path.stem
        ) from error
    return card
