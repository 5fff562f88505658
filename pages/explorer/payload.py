"""What the page hands to an opened map, as one frame."""

from dataclasses import dataclass

from assets.components.opened_map import KerasAnswer, OpenedHead
from model.base.errors import UserError
from model.inference.frames import Body, frame


@dataclass(frozen=True)
class Answer:
    """What Keras computed for a cell, or why it could not."""

    question: KerasAnswer  # {"kind", "side", "revision", "layer", "index"}, as the browser asked
    found: KerasAnswer  # {"value"} or {"field"}
    error: UserError | None = None


def opened_frame(head: OpenedHead, body: Body) -> bytes:
    """Return the frame; `body` holds the pixels that its head points to."""
    return frame(head, body.joined())
