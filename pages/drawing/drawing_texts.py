"""What the canvas says, its tools, and what is saved, in the visitor's language."""

from typing import TypedDict

from pages.display import bringing_texts
from pages.visitor.language import _


class PageWords(TypedDict):
    """What the canvas says of a page of numbers."""

    sentence: str
    all: str


def canvas(*, reads_digits: bool) -> dict[str, str]:
    """Return the words of the canvas and its tools, for a network that reads digits or others."""
    return {
        "canvas": _(
            "Drawing canvas. Arrow keys move the pen, Space puts it down and lifts it, "
            "Delete clears."
        ),
        "hint": _("Draw a digit here") if reads_digits else _("Bring a picture, or draw here"),
        "demonstration": _("A demonstration. Draw your own here."),
        "pen": _("Pen"),
        "eraser": _("Eraser"),
        "width": _("Width"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "clear": _("Clear"),
        "pen_hint": _("Pen (P)"),
        "eraser_hint": _("Eraser (E)"),
        "undo_hint": _("Undo (Ctrl+Z)"),
        "redo_hint": _("Redo (Ctrl+Y)"),
        "clear_hint": _("Clear (Delete)"),
        **bringing_texts.ways(),
        "upload_hint": _("Upload a photo, scan or screenshot of one digit, or drop it here")
        if reads_digits
        else _("Upload a picture, or drop it here"),
        "camera_aim": _("Hold one digit in front of the camera")
        if reads_digits
        else _("Hold it in front of the camera"),
        **_saving(),
        "several": _("{count} digits:"),
        "several_unsure": _("Digit {place}: not sure"),
        "several_one": _("Digit {place}: {digit}, confidence {probability}"),
        "loading": _("The network is loading: {share}"),
        "not_loaded": _("The network could not be loaded. Check the connection and try again."),
        "retry": _("Try again"),
    }


def page(count: int, place: int) -> PageWords:
    """Return what the canvas says of a digit that is one of many on a page."""
    sentence = _("{count} digits; this is number {place}.")
    return {
        "sentence": sentence.format(count=count, place=place),
        "all": _("See all {count}").format(count=count),
    }


def _saving() -> dict[str, str]:
    """Return the words of the ways to take a digit along."""
    return {
        "save": _("Save"),
        "save_hint": _("Save the drawing as a PNG image"),
        "save_pixels": "28 × 28",
        "save_pixels_name": _("Save {size}"),
        "save_pixels_hint": _("Save the pixels that the network reads, as a PNG image"),
    }
