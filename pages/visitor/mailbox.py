"""Where a browser leaves its newest drawing for its session, without running a script.

A run costs 5 milliseconds of the server's CPU, most of them Streamlit's, and a lifted pen changes
nothing that the server shows. So a drawing waits here until the session needs it. A mailbox lives
as long as the session that opened it, and only the page of that session knows its address.
"""

import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from model.base.errors import N_, UserError
from model.pixels.strokes import Stroke, strokes_from
from pages.visitor.links import SentStroke

_ID = re.compile(".{1,64}")  # of a picture


@dataclass(frozen=True)
class Drawing:
    """What a browser has on its canvas."""

    revision: int  # grows with each change
    strokes: tuple[Stroke, ...]  # that are read: all, or those of the digit that is looked at
    sent: Sequence[SentStroke]  # all strokes, as the browser sent them
    picture: str | None  # the id of the picture under them


def drawing_from(data: Any) -> Drawing:
    """Read what a browser sent: `{"revision", "strokes", "picture"}`; raises UserError.

    Of several digits that were drawn, "chosen" has the places of those strokes that are looked at.
    """
    try:
        revision, picture = int(data["revision"]), data.get("picture")
        strokes = strokes_from(data["strokes"])
        chosen = [strokes[place] for place in data.get("chosen") or range(len(strokes))]
        # What a stroke carries besides is not kept: that would be memory for anybody to fill.
        sent = [
            SentStroke(
                width=float(each["width"]), points=[float(value) for value in each["points"]]
            )
            for each in data["strokes"]
        ]
        if not 0 <= revision < 2**53 or not (picture is None or _ID.fullmatch(picture)):
            raise ValueError(revision)
        return Drawing(revision, tuple(chosen[: len(strokes)]), sent, picture)
    except (TypeError, LookupError, ValueError, AttributeError, OverflowError):
        raise UserError(N_("The canvas sent something that is not a drawing.")) from None


class Mailbox:
    """Holds the newest drawing that a browser left; routes and scripts share it."""

    def __init__(self) -> None:
        self.address = secrets.token_urlsafe(16)
        self.newest: Drawing | None = None
        self._lock = threading.Lock()
        _open[self.address] = self

    def put(self, drawing: Drawing) -> None:
        """Leave a drawing, unless a newer one came first."""
        with self._lock:
            if self.newest is None or drawing.revision > self.newest.revision:
                self.newest = drawing


_open: WeakValueDictionary[str, Mailbox] = WeakValueDictionary()


def find(address: str) -> Mailbox | None:
    """Return the mailbox of this address, None where its session is gone."""
    return _open.get(address)
