"""What the page hands to the layer explorer, as one frame."""

from collections.abc import Mapping, Sequence

from model.inference.frames import frame


def explorer_frame(head: Mapping[str, object], sides: Sequence[Mapping[str, object]]) -> bytes:
    """Return the explorer's frame: its head, and the exploration of each side as its body.

    A side is `{"network", "revision", "skip", "strokes", "exploration"}`, with the exploration's
    bytes, or None where the browser is to ask for it.
    """
    body, placed = b"", []
    for side in sides:
        exploration = side["exploration"] or b""
        place = [len(body), len(exploration)] if exploration else None
        placed.append({**side, "exploration": None, "frame": place})
        body += exploration
    return frame({**head, "sides": placed}, body)
