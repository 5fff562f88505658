"""What the film strip says of each step from a drawing or picture to pixels."""

from pages.display.phrases import joints
from pages.visitor.language import _


def film(side: int = 28) -> dict[str, object]:
    """Return the words of the film strip, which ends in so many pixels a side."""
    return {
        "title": _("From your drawing to {side} × {side} pixels").format(side=side),
        "steps": {
            "source": _("Original"),
            "polarity": _("Polarity"),
            "light": _("Even lighting"),
            "ink": _("Ink extracted"),
            "specks": _("Despeckled"),
            "thickness": _("Stroke width"),
            "box": _("20 × 20 box"),
            "center": _("Centered by mass"),
        },
        "numbers": {
            "light": _("paper from {darkest} to {brightest} white"),
            "ink": _("threshold {threshold}, ink {share}"),
            "specks": _("pieces removed: {dropped}"),
            "thickness": _("lines of {from} px, now {to}"),
            "box": _("{width} × {height} px"),
        },
        "joints": joints(),
        "moved": {
            "right": _("{by} px right"),
            "left": _("{by} px left"),
            "down": _("{by} px down"),
            "up": _("{by} px up"),
        },
        "inverted": _("dark on light, inverted"),
        "upright": _("already light on dark"),
        "off": _("switched off"),
        "switch": _("Switch this step on or off"),
        "as_numbers": _("Show the network input as numbers"),
        "guess": _("predicted {digit}, {probability}"),
        "nothing": _("Draw something to see every preprocessing step here."),
        "not_found": _("No digit was found: the last step here left no ink."),
        "agreed": _("Classified as {digit} at every step."),
        "saved": _(
            "The decisive step is “{step}”: predicted {before} before it, {digit} from then on."
        ),
    }
