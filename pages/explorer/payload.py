"""What the page hands to the layer explorer, as one frame."""

from dataclasses import dataclass

from assets.components.layer_explorer import ExplorerHead, KerasAnswer
from model.base.errors import UserError
from model.inference.frames import Body, frame


@dataclass(frozen=True)
class Answer:
    """What Keras computed for a cell, or why it could not."""

    question: KerasAnswer  # {"kind", "side", "revision", "layer", "index"}, as the explorer asked
    found: KerasAnswer  # {"value"} or {"field"}
    error: UserError | None = None


def explorer_frame(head: ExplorerHead, body: Body) -> bytes:
    """Return the explorer's frame; `body` holds the pixels that the sides point to."""
    return frame(head, body.joined())
