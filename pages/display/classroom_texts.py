"""What the tools for the class say, and the keys that the page knows."""

from model.inference.layer_kinds import LAYER_KINDS
from pages.display.phrases import joints
from pages.visitor.language import _


def class_tools() -> dict[str, object]:
    """Return the words of the tools for the class."""
    return {
        "title": _("For the class"),
        "tools": {
            "guess": _("Guess first"),
            "pass": _("Play the forward pass"),
            "numbers": _("Numbers"),
            "link": _("QR code"),
            "keys": _("Keys"),
        },
        "hints": {
            "guess": _("Hide the prediction until you ask for it"),
            "pass": _("Light up layer after layer, slowly"),
            "numbers": _("Show the network input as numbers"),
            "link": _("Share what is shown: a link and its QR code"),
            "keys": _("List the keys of this page (?)"),
        },
        "pass": _forward_pass(),
        "numbers": {
            "title": _("The network input: {high} × {wide} numbers"),
            "note": _("0 is paper, 1 is ink. The numbers follow your drawing."),
            "note_colors": _("Red, green and blue of each pixel, from 0 to 1."),
            "close": _("Close"),
        },
        "link": {
            "title": _("Link to this view"),
            "code": _("QR code of the link"),
            "copy": _("Copy"),
            "copied": _("Copied."),
            "copy_yourself": _("The browser does not let this page copy: press Ctrl+C."),
            "making": _("Making the link …"),
            "only_here": _(
                "This address works on this computer only. Open Convscope by the computer's "
                "address in your network, and the code works for others."
            ),
            "close": _("Close"),
        },
        "keys": {"title": _("Keys"), "close": _("Close"), "groups": _keys()},
    }


def _forward_pass() -> dict[str, object]:
    return {
        "back": _("One step back"),
        "play": _("Play"),
        "pause": _("Pause"),
        "next": _("One step on"),
        "end": _("End (Escape)"),
        "place": _("{at} of {count}"),
        "input": _("Network input"),
        "input_sentence": _(
            "The network reads {high} × {wide} numbers from 0 (paper) to 1 (ink), and nothing else."
        ),
        "joints": joints(),
        "kinds": {name: _(kind.title) for name, kind in LAYER_KINDS.items()},
        "explanations": {name: _(kind.explanation) for name, kind in LAYER_KINDS.items()},
        "shape": _("Output: {shape}; largest activation {largest}."),
        "output": _("Softmax and prediction"),
        "output_sentence": _(
            "Softmax turns the logits into probabilities. The largest is that of {digit}: this is "
            "the prediction."
        ),
        "output_hidden": _(
            "Softmax turns the logits into probabilities. The largest is the prediction: guess "
            "first!"
        ),
    }


def _keys() -> list[dict[str, object]]:
    arrows = "← → ↑ ↓"
    return [
        {
            "title": _("On the canvas"),
            "keys": [
                [arrows, _("move the pen")],
                ["Space", _("put the pen down or lift it")],
                ["P E", _("pen, eraser")],
                ["[ ]", _("thinner, wider pen")],
                ["Delete", _("clear")],
            ],
        },
        {
            "title": _("On the maps"),
            "keys": [
                [arrows, _("go from map to map")],
                ["Enter", _("open the map")],
                ["Escape", _("close what is open")],
            ],
        },
        {
            "title": _("On the whole page"),
            "keys": [
                ["Ctrl+Z Ctrl+Y", _("undo, redo")],
                ["F", _("full screen")],
                ["G", _("show a prediction that is hidden")],
                ["?", _("this list")],
            ],
        },
    ]
