"""What the components say, in the visitor's language; `_` is `language.words()`."""

from collections.abc import Callable, Sequence

from model.serving.graph import Layer
from model.serving.sentences import N_

Say = Callable[[str], str]

KINDS = {
    "Conv2D": N_("convolution"),
    "DepthwiseConv2D": N_("depthwise convolution"),
    "SeparableConv2D": N_("separable convolution"),
    "MaxPooling2D": N_("max pooling"),
    "AveragePooling2D": N_("average pooling"),
    "GlobalMaxPooling2D": N_("global max pooling"),
    "GlobalAveragePooling2D": N_("global average pooling"),
    "BatchNormalization": N_("batch normalisation"),
    "Activation": N_("activation"),
    "ReLU": N_("ReLU activation"),
    "Dropout": N_("dropout"),
    "Flatten": N_("flatten"),
    "Dense": N_("fully connected"),
    "InputLayer": N_("input"),
}


def kind(_: Say, layer: Layer) -> str:
    """Name a layer's kind; one that we have no word for keeps Keras's name."""
    return _(KINDS[layer.kind]) if layer.kind in KINDS else layer.kind


def parameters(_: Say, layer: Layer) -> str:
    """Write out how a layer's parameters are counted: "5·5·1·16 + 16 = 416 parameters"."""
    if not layer.weights:
        return _("nothing to learn")
    terms = ["·".join(str(side) for side in shape) for shape in layer.weights.values()]
    return _("{terms} = {total} parameters").format(
        terms=" + ".join(terms), total=f"{layer.parameters:,}"
    )


def shape(layer: Layer) -> str:
    """Write a layer's output shape: "28 × 28 × 16"."""
    return " × ".join(str(side) for side in layer.output_shape)


def canvas(_: Say) -> dict[str, str]:
    """Give the words of the canvas and its tools."""
    return {
        "canvas": _(
            "Drawing canvas. Arrow keys move the pen, Space puts it down and lifts it, "
            "Delete clears."
        ),
        "hint": _("Draw a digit here"),
        "pen": _("Pen"),
        "eraser": _("Eraser"),
        "width": _("Width"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "clear": _("Clear"),
        "pen_key": _("Pen (P)"),
        "eraser_key": _("Eraser (E)"),
        "undo_key": _("Undo (Ctrl+Z)"),
        "redo_key": _("Redo (Ctrl+Y)"),
        "clear_key": _("Clear (Delete)"),
        "unreachable": _("The server does not answer; your drawing is kept and sent again."),
        "too_large": _("This picture is larger than 10 MB. Choose a smaller one."),
    }


def prediction(_: Say) -> dict[str, str]:
    """Give the words of the verdict."""
    return {
        "digit": _("{probability} sure"),
        "unsure": _("Not sure this is a digit"),
        "empty": _("Nothing drawn yet"),
        "begin": _("Draw a digit, or choose one of the samples."),
        "second": _("Second guess: {digit}, {probability}"),
        "sees": _("What the network reads"),
    }


def film(_: Say) -> dict[str, object]:
    """Give the words of the film strip."""
    return {
        "steps": {
            "source": _("As it came"),
            "polarity": _("Dark or light"),
            "light": _("Even light"),
            "ink": _("Ink found"),
            "specks": _("Specks dropped"),
            "thickness": _("One line width"),
            "box": _("Box of 20"),
            "centre": _("Centred"),
        },
        "numbers": {
            "light": _("paper from {darkest} to {brightest} white"),
            "ink": _("threshold {threshold}, ink {share}"),
            "specks": _("pieces dropped: {dropped}"),
            "thickness": _("lines of {from} → {to} px"),
            "box": _("{width} × {height} px"),
            "centre": _("moved {right} right, {down} down"),
        },
        "inverted": _("dark on light, turned round"),
        "upright": _("light on dark already"),
        "off": _("switched off"),
        "switch": _("Switch this step on or off"),
        "guess": _("read as {digit}, {probability}"),
        "nothing": _("As soon as there is ink, each step from picture to pixels shows here."),
        "agreed": _("Every step along the way is read as {digit}."),
        "saved": _(
            "The step “{step}” made the difference: before it this was read as {before}, "
            "from there on as {digit}."
        ),
    }


def maps(_: Say) -> dict[str, object]:
    """Give the words of the feature maps."""
    return {
        "scale": _("One colour scale for"),
        "scales": {"map": _("each map"), "layer": _("each layer"), "network": _("the network")},
        "own": _("each map's highest"),
        "range": _("activation {low} to {high}"),
        "map": _("{layer}, map {channel}"),
        "cell": _("row {row}, column {column}: {value}"),
        "weight": _("input map {input}, row {row}, column {column}: weight {value}"),
        "silent": _("nothing above zero"),
        "strongest": _("strongest at the {place}, {value}"),
        "places": [
            _("top left"),
            _("top"),
            _("top right"),
            _("left"),
            _("centre"),
            _("right"),
            _("bottom left"),
            _("bottom"),
            _("bottom right"),
        ],
        "previous": _("Previous"),
        "next": _("Next"),
        "close": _("Close"),
        "conv": _(
            "Each of the {inputs} maps of {inbound} is convolved with its own {high} × {wide} "
            "kernel; the results are added up with the bias {bias}, then the activation "
            "{activation} follows."
        ),
        "conv_one": _(
            "{inbound} is convolved with one {high} × {wide} kernel; the bias {bias} is added, "
            "then the activation {activation} follows."
        ),
        "max_pool": _("Each cell is the highest of {high} × {wide} cells of the same map of {inbound}."),
        "average_pool": _(
            "Each cell is the mean of {high} × {wide} cells of the same map of {inbound}."
        ),
    }


def layers(_: Say, shown: Sequence[Layer]) -> list[dict[str, str]]:
    """Describe layers for the headings above their maps."""
    return [
        {
            "name": layer.name,
            "title": f"{layer.name} · {kind(_, layer)}",
            "facts": f"{shape(layer)} · {parameters(_, layer)}",
        }
        for layer in shown
    ]
