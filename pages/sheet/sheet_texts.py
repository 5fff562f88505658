"""What the page of numbers says, in the visitor's language."""

from pages.display import bringing_texts
from pages.display.phrases import joints
from pages.visitor.language import _


def sheet() -> dict[str, object]:
    """Return the words of the page of numbers."""
    return {
        "title": _("A page of numbers"),
        **bringing_texts.ways(),
        "upload_hint": _("Upload a photo, scan or screenshot of a page, or drop it here"),
        "camera_aim": _("Hold the page in front of the camera"),
        "sample": _("Sample"),
        "sample_hint": _("Try it with a page that this project wrote"),
        "try_sample": _("Try this page"),
        "invitation": _(
            "Upload, paste or drop a picture of handwritten numbers. Each digit is found and read, "
            "and every box can be put right."
        ),
        "boxes": _("Digits in the picture, each in its box"),
        "joints": joints(),
        **_steps(),
        **_digit(),
        **_numbers(),
        **_editing(),
        **_done(),
    }


def _steps() -> dict[str, object]:
    return {
        "steps": _("Steps from the photo to the digits"),
        "step": {
            "photo": _("Photo"),
            "paper": _("Paper"),
            "ink": _("Ink"),
            "pieces": _("Pieces"),
            "digits": "28 × 28",
        },
        "step_caption": {
            "photo": _("The picture in shades of gray, as it is read."),
            "paper": _("The paper alone: how bright it is at each place, in light and shadow."),
            "ink": _(
                "What is darker or brighter than the paper around it. Printed lines, in gray, are "
                "left out."
            ),
            "pieces": _(
                "Ink that hangs together is one piece. A digit is one piece, or several that read "
                "better together."
            ),
            "digits": _("Each digit as 28 × 28 pixels, which is what the network reads."),
        },
    }


def _digit() -> dict[str, object]:
    return {
        "place": _("Line {line}, digit {place}: {said}"),
        "where": _("Line {line}, digit {place}"),
        "said_digit": _("read as {digit}, confidence {probability}"),
        "said_unsure": _("not sure this is a digit; perhaps {digit}, {probability}"),
        "said_empty": _("no ink in this box"),
        "said_waiting": _("being read…"),
        "said_corrected": _("corrected to {digit}"),
        "was_read": _("The network reads {digit}."),
        "second": _("Runner-up: {digit}, {probability}"),
        "sees": _("Network input"),
    }


def _numbers() -> dict[str, object]:
    return {
        "numbers": _("The numbers"),
        "count": _("digits: {count}"),
        "count_open": _("{counts}, not sure (?): {open}"),
        "copy": _("Copy"),
        "copied": _("Copied."),
        "copy_yourself": _("Selected: press the keys for copying."),
        "table": _("Table (CSV)"),
    }


def _editing() -> dict[str, object]:
    return {
        "edit": _("Edit"),
        "edit_hint": _(
            "Drag a box to move it, its edges to resize it, or the paper to draw a new one."
        ),
        "edit_ended": _("A click on a box opens its digit in the network."),
        "add": _("Add"),
        "add_hint": _("Add a box (N)"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "undo_hint": _("Undo (Ctrl+Z)"),
        "redo_hint": _("Redo (Ctrl+Y)"),
        "look": _("Look inside"),
        "look_hint": _("Open this digit in the network, with all its layers (Enter)"),
        "split": _("Split"),
        "split_hint": _("Split this box in two where there is least ink (S)"),
        "join": _("Join"),
        "join_hint": _("Join this box with the next one of its line (J)"),
        "remove": _("Delete"),
        "remove_hint": _("Delete this box (Delete)"),
        "correct": _("It is really a"),
        "correct_to": _("Correct to {digit}"),
        "choose_hint": _(
            "Click a box to open its digit in the network, or a digit in the text to select it."
        ),
        "keys_hint": _(
            "Keys: arrows go from box to box; 0–9 correct, Backspace takes that back; with Shift "
            "arrows move the box, with Alt they resize it."
        ),
    }


def _done() -> dict[str, object]:
    """Return what is said once something was done."""
    return {
        "found": _("Digits found: {count}."),
        "not_found": _("No digit was found in this picture. Draw boxes around them."),
        "reshaped": _("Box changed."),
        "removed": _("Box deleted."),
        "split_done": _("Box split in two."),
        "joined_done": _("Boxes joined."),
        "no_next": _("There is no next box in this line."),
        "added": _("Box added."),
        "corrected": _("Digit corrected."),
        "as_read": _("Correction taken back."),
        "undo_done": _("Undone."),
        "redo_done": _("Done again."),
        "too_many": _("There is no room for more boxes on this page."),
    }
