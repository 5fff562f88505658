"""What pages and components say, in the visitor's language."""

import re
from collections import Counter
from collections.abc import Sequence

from assets.components.stage import LayerHeading
from model.base.errors import N_
from model.data.datasets import NAMES
from model.inference.catalogue import Card
from model.inference.confidence import UNSURE
from model.inference.layer_kinds import WITH_MAPS, layer_kind
from model.inference.layers import INPUT, Layer
from model.inference.logits import Output
from model.inference.network import Network
from model.inference.origin import OUTLIERS, SYNTHETIC, DataSource, Device
from model.inference.reading import Reading
from model.inference.strangers import Strangers
from pages.display.numbers import confidence, counted, percent
from pages.display.phrases import joints
from pages.visitor.language import _

SAMPLES = {
    "0-slashed": N_("A slashed 0"),
    "1-with-a-foot": N_("A 1 with a flag and a foot"),
    "1-upstroke": N_("A 1 with a long upstroke, in chalk"),
    "2-looped": N_("A looped 2"),
    "3-flat-top": N_("A flat-topped 3 among specks"),
    "4-open": N_("An open 4"),
    "4-closed": N_("A closed 4 with a fat pen"),
    "5-two-strokes": N_("A 5 in two strokes, photographed in poor light"),
    "6-curly": N_("A curly 6 with a thin pen"),
    "7-crossed": N_("A crossed 7"),
    "7-in-a-corner": N_("A small 7 in a corner"),
    "8-one-stroke": N_("An 8 in chalk"),
    "9-curved-tail": N_("A 9 with a curved tail"),
    "9-tiny-loop": N_("A 9 with a tiny loop, photographed in poor light"),
}


# The glossary's terms for layer kinds: by family, and where a kind has a term of its own.
FAMILY_TERMS: dict[str, str] = {
    "convolution": "convolution",
    "dense": "dense",
    "pooling": "pooling",
    "normalization": "batch_normalization",
    "activation": "activation_function",
}
KIND_TERMS = {
    "Conv2DTranspose": "transposed_convolution",
    "UpSampling2D": "upsampling",
    "LayerNormalization": "layer_normalization",
    "GroupNormalization": "layer_normalization",
    "Normalization": "preprocessing",
    "ReLU": "relu",
    "Softmax": "softmax",
    "Flatten": "flatten",
    "Add": "residual_connection",
    "Dropout": "dropout",
}

DATA = {
    SYNTHETIC: N_("{count} synthetic handwritten digits"),
    OUTLIERS: N_("{count} scribbles and letters"),
}


def network(card: Card) -> str:
    """Return a network's name: its title, and for a snapshot how far its training was."""
    _run, at, moment = card.id.partition("@")
    if not at:
        return card.title
    if moment.isdecimal():
        said = _("{title}, after {digits} images")
        return said.format(title=card.title, digits=counted(int(moment)))
    return _("{title}, latest snapshot").format(title=card.title)


def networks(cards: Sequence[Card]) -> dict[str, str]:
    """Return the names of networks: id -> title, with the id where two have the same title."""
    titles = {card.id: network(card) for card in cards}
    counts = Counter(titles.values())
    twice = _("{title} ({id})")
    return {
        id: title if counts[title] == 1 else twice.format(title=title, id=id)
        for id, title in titles.items()
    }


def kind(name: str) -> str:
    """Return the name of a layer kind; an unknown one keeps Keras's name."""
    return _(layer_kind(name).title)


def kind_term(name: str) -> str:
    """Return the glossary's term that explains a layer kind, "" for none."""
    return KIND_TERMS.get(name) or FAMILY_TERMS.get(layer_kind(name).family, "")


def shape_term(layer: Layer) -> str:
    """Return the glossary's term that explains a layer's output shape."""
    return "channel" if len(layer.output_shape) == 3 else "activation"


def parameters(layer: Layer) -> str:
    """Return how a layer's parameters are counted: "5·5·1·16 + 16 = 416 parameters"."""
    if not layer.weights:
        return _("no parameters")
    terms = ["·".join(str(side) for side in shape) for shape in layer.weights.values()]
    return _("{terms} = {total} parameters").format(
        terms=" + ".join(terms), total=counted(layer.parameters)
    )


def counted_parameters(layer: Layer) -> str:
    """Return how many parameters a layer has: "416 parameters"."""
    if not layer.weights:
        return _("no parameters")
    return _("{total} parameters").format(total=counted(layer.parameters))


def shape(layer: Layer) -> str:
    """Return a layer's output shape: "28 × 28 × 16"."""
    return " × ".join(str(side) for side in layer.output_shape)


def sample(name: str) -> str:
    """Return the title of a sample; one without a title keeps its name."""
    return _(SAMPLES[name]) if name in SAMPLES else name


def prediction(*, reads_digits: bool = True) -> dict[str, object]:
    """Return the words of the prediction, for a network that reads digits or other pictures."""
    return {
        "digit": _("Confidence {probability}"),
        "uncalibrated": _("Probability {probability}"),
        "more_classes": _("All classes"),
        "fewer_classes": _("Only the ten most probable"),
        "unsure": _("Not sure this is a digit"),
        "empty": _("Nothing drawn yet"),
        "diverged": _("This network has diverged: its outputs are NaN"),
        "begin": _("Draw a digit, or choose an example.")
        if reads_digits
        else _("Bring a picture, or draw one."),
        "not_found": _("No digit was found in this picture"),
        "try_again": _("Try one with dark ink on plain paper, closer and in even light."),
        "demonstration": _("Only a demonstration"),
        "second": _("Runner-up: {digit}, {probability}"),
        "guess": _("Guess first"),
        "show": _("Show the prediction"),
        "spoken": _("Prediction {digit}"),
        "joints": joints(),
        "sees": _("Network input"),
    }


def maps() -> dict[str, object]:
    """Return the words of the feature maps."""
    return {
        "joints": joints(),
        **export(),
        "color_scope": _("One color scale for"),
        "color_scopes": {
            "map": _("each map"),
            "layer": _("each layer"),
            "network": _("the network"),
        },
        "which": _("Layers"),
        "which_layers": {"main": _("convolution and pooling"), "all": _("every layer")},
        "order": _("Sort maps by"),
        "orders": {"number": _("number"), "strength": _("strength")},
        "still": _("silent"),
        "overview": _("Overview of all layers"),
        "unit": _("{layer}, unit {unit}: {value}"),
        "wall": _("Full screen"),
        "leave_wall": _("Leave full screen"),
        "wall_key": _("Full screen (F)"),
        "own": "≤ {high}",
        "own_hint": _("Each map's scale ends at its own maximum; the largest is {high}."),
        "range": _("activation {low} to {high}"),
        "map": _("{layer}, map {channel}"),
        "cell": _("row {row}, column {column}: {value}"),
        "sees": _("receptive field {high} × {wide}"),
        "silent": _("no activation above zero"),
        "strongest": _("strongest at the {place}, {value}"),
        "places": [
            _("top left"),
            _("top"),
            _("top right"),
            _("left"),
            _("center"),
            _("right"),
            _("bottom left"),
            _("bottom"),
            _("bottom right"),
        ],
    }


def export() -> dict[str, str]:
    """Return the words of what can be taken along."""
    return {
        "along": _("Export"),
        "link": _("Copy link"),
        "link_copied": _("Copied."),
        "link_address": _("Copy the link from the address bar."),
    }


def layers(
    shown: Sequence[Layer], names: Sequence[str] = (), output: Output = "softmax"
) -> list[LayerHeading]:
    """Return the headings of layers on the stage; logits are followed by their probabilities.

    `names` are those of the classes, where they are more than their numbers.
    """
    headings: list[LayerHeading] = [
        {
            "name": layer.name,
            "kind": kind(layer.kind),
            "facts": [shape(layer), counted_parameters(layer)],
            "terms": [kind_term(layer.kind), shape_term(layer), "parameters"],
            "parameters": parameters(layer),
            "shape": list(layer.output_shape),
            "is_main": layer.kind in WITH_MAPS and len(layer.output_shape) == 3,
            "is_picture": layer.kind == INPUT and layer.output_shape[-1] == 3,
        }
        for layer in shown
    ]
    last = headings[-1]
    if shown[-1].kind != "Softmax" and shown[-1].config.get("activation") != "softmax":
        # As the browser names it: withSoftmax in network.mjs.
        name: str = output
        while any(heading["name"] == name for heading in headings):
            name += "_"
        added = "Softmax" if output == "softmax" else "Activation"
        headings[-1] = last | {"names": list(names)} if names else last
        last = headings[-1]
        headings.append(last | {"name": name, "kind": kind(added), "is_main": False})
        headings[-1]["facts"] = [shape(shown[-1]), _("no parameters")]
        headings[-1]["terms"] = [output, shape_term(shown[-1]), ""]
    return headings


def reading(read: Reading, network: Network) -> str:
    """Return a network's prediction for the visitor's digit or picture in words."""
    if read.label is not None and not network.reads_digits:
        return _("Your picture is classified as {label} (probability {probability}).").format(
            label=network.class_names[read.label], probability=confidence(read.probability)
        )
    if read.verdict == UNSURE:
        return _("The network is not sure that what you drew or brought is a digit.")
    return _("Your digit is classified as {digit} (confidence {probability}).").format(
        digit=read.label,
        probability=confidence(read.probability),
    )


def accuracy(card: Card) -> str:
    """Return a network's test accuracy."""
    return _("not measured") if card.test_accuracy is None else percent(card.test_accuracy, 2)


def architecture() -> dict[str, str]:
    """Return the words of a network's picture."""
    return {
        **kernels(),
        "architecture": _("The layers of the network, from the digit to the logits"),
        "loading": _("The weights are loading."),
        "unreachable": _("The weights could not be loaded. Check the connection."),
    }


def kernels() -> dict[str, str]:
    """Return the words of a layer's kernels."""
    return {
        "kernels": _("Kernels of {layer}"),
        "no_kernels": _("{layer} has no kernels and no parameters."),
        "kernel_facts": _("{filters} filters of {high} × {wide} × {inputs}: {weights} weights"),
        "input_map": _("Input feature map"),
        "all_inputs": _("all, one row each"),
        "mean_input": _("mean of all"),
    }


def layer_facts(layer: Layer) -> list[tuple[str, str]]:
    """Return what there is to know of a layer, name and value; settings have Keras's names."""
    facts = [(_("Output shape"), shape(layer)), (_("Parameters"), parameters(layer))]
    if layer.inbound:
        facts.append((_("Input"), ", ".join(layer.inbound)))
    return facts + [(name, _setting(value)) for name, value in layer.config.items()]


def _setting(value: object) -> str:
    """Return a setting of Keras as people write it: "3 × 3"."""
    if isinstance(value, list | tuple):
        return " × ".join(map(_setting, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def strangers(measured: Strangers) -> str:
    """Return how often a network was unsure about what strangers drew."""
    return _(
        "Measured on {digits} digits that other people drew, {unsure} of which the network called "
        "unsure, and on {scribbles} random scribbles."
    ).format(
        digits=counted(measured.digits),
        unsure=percent(measured.unsure),
        scribbles=counted(measured.scribbles),
    )


def layer_table(card: Card) -> str:
    """Return the layers as a Markdown table: name, kind, shape, parameters."""
    header = [_("Layer"), _("Type"), _("Output shape"), _("Parameters")]
    rows = [
        [layer.name, kind(layer.kind), shape(layer), parameters(layer)]
        for layer in card.layers
        if layer.kind != INPUT
    ]
    lines = [header, ["---"] * len(header), *([plain(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def confusion() -> dict[str, str]:
    """Return the words of a confusion matrix."""
    return {
        "name": _("Confusion matrix"),
        "written": _("true digit"),
        "read": _("predicted"),
        "right": _("{label} predicted as {prediction} (correct): {count}"),
        "wrong": _("{label} predicted as {prediction}: {count}"),
    }


def errors(card: Card) -> str:
    """Return how many test images were misclassified."""
    counts = card.test_confusion or ()
    right = sum(row[digit] for digit, row in enumerate(counts))
    return _("{wrong} of {total} test images are misclassified.").format(
        wrong=sum(sum(row) for row in counts) - right, total=counted(card.test_digits)
    )


def training(card: Card) -> str:
    """Return on what, when and where a network was trained."""
    return _("Training data: {data}; date: {date}; device: {device}.").format(
        data=" + ".join(map(_data, card.data)),
        date=card.date[:10],
        device=_device(card.device) if card.device else "–",
    )


def _data(part: DataSource) -> str:
    """Return a part of the data that a network was trained on in words."""
    if part.source in DATA:
        return _(DATA[part.source]).format(count=counted(part.count))
    name = _(NAMES.get(part.source, part.source))
    return _("{count} digits of {name}").format(count=counted(part.count), name=name)


def _device(device: Device) -> str:
    """Return what a network was trained on in words."""
    return (
        _("CPU, {count} cores").format(count=device.cores) if device.kind == "cpu" else str(device)
    )


def plain(text: str) -> str:
    """Return a text in which Markdown finds no markup."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
