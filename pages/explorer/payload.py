"""What the page hands to the layer explorer, as one frame."""

from collections.abc import Sequence
from dataclasses import dataclass

from assets.components.layer_explorer import ExplorerHead, ExplorerSide, KerasAnswer
from model.base.errors import UserError
from model.inference.frames import frame
from pages.visitor.links import SentStroke


@dataclass(frozen=True)
class Side:
    """A network and the digit that it reads: the visitor's own, or what it is compared with."""

    network_id: str
    revision: int
    skipped_steps: Sequence[str]
    strokes: Sequence[SentStroke] | None = None  # None for a picture
    picture_id: str | None = None
    exploration: bytes = b""  # of a picture; strokes are answered where the browser asks


@dataclass(frozen=True)
class Answer:
    """What Keras computed for a cell, or why it could not."""

    question: KerasAnswer  # {"kind", "side", "revision", "layer", "index"}, as the explorer asked
    found: KerasAnswer  # {"value"} or {"field"}
    error: UserError | None = None


def explorer_frame(head: ExplorerHead, sides: Sequence[Side]) -> bytes:
    """Return the explorer's frame: its head with these sides, their explorations as its body."""
    body = b"".join(side.exploration for side in sides)
    begin, placed = 0, []
    for side in sides:
        placed.append(_placed(side, begin))
        begin += len(side.exploration)
    return frame({**head, "sides": placed}, body)


def _placed(side: Side, begin: int) -> ExplorerSide:
    placed: ExplorerSide = {
        "network": side.network_id,
        "revision": side.revision,
        "skip": side.skipped_steps,
        "strokes": side.strokes,
        "frame": (begin, len(side.exploration)) if side.exploration else None,
    }
    return placed if side.picture_id is None else {**placed, "picture": side.picture_id}
