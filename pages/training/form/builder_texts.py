"""What the layer builder says, in the visitor's language."""

from collections.abc import Sequence
from typing import Any

from assets.components import Words
from assets.components.layer_builder import BuilderKind, LayerRow, Setting
from assets.components.network_strip import StripLayer
from model.experiments.designs import Design
from model.experiments.shapes import PlacedLayer, layers_of
from model.inference.layer_kinds import layer_kind
from model.inference.layers import INPUT
from pages.display import texts
from pages.display.numbers import counted, percent
from pages.display.phrases import joints, listed
from pages.training.options import DROPOUTS
from pages.visitor.language import _


def words() -> Words:
    """Return the words of the builder."""
    return {
        "joints": joints(),
        "layers": _("The layers, from the digit to the ten logits"),
        "add": _("Add"),
        "up": _("Move up"),
        "down": _("Move down"),
        "remove": _("Remove"),
    }


def kinds(activations: Sequence[str]) -> dict[str, BuilderKind]:
    """Return the kinds of layers that can be added, with initial values and settings."""
    names = [(name, name) for name in activations]
    activation = _setting("activation", _("Activation function"), names, "linear")
    paddings = [("same", _("same (zero padding)")), ("valid", _("valid (no padding)"))]
    padding = _setting("padding", _("Padding"), paddings, "valid")
    filters = _counts(_("{n} filters"), 2, 4, 8, 16, 24, 32, 48, 64)
    window = _setting("pool_size", _("Pool size"), [(n, f"{n} × {n}") for n in (2, 3, 4)])
    return {
        "conv": _kind(
            texts.kind("Conv2D"),
            {"filters": 16, "kernel_size": 3, "padding": "same", "activation": "relu"},
            _setting("filters", _("Filters (output channels)"), filters),
            _setting("kernel_size", _("Kernel size"), [(n, f"{n} × {n}") for n in (1, 3, 5, 7)]),
            padding,
            activation,
        ),
        "max_pool": _kind(texts.kind("MaxPooling2D"), {"pool_size": 2}, window),
        "average_pool": _kind(texts.kind("AveragePooling2D"), {"pool_size": 2}, window),
        "batch_normalization": _kind(texts.kind("BatchNormalization"), {}),
        "dropout": _kind(
            texts.kind("Dropout"),
            {"rate": 0.25},
            _setting(
                "rate", _("Dropout rate"), [(rate, percent(rate, 0)) for rate in DROPOUTS[1:]]
            ),
        ),
        "dense": _kind(
            texts.kind("Dense"),
            {"units": 64, "activation": "relu"},
            _setting(
                "units", _("Units"), _counts(_("{n} units"), 10, 16, 32, 64, 96, 128, 256, 512)
            ),
            activation,
        ),
    }


def _kind(title: str, begin: dict[str, Any], *settings: Setting) -> BuilderKind:
    return {"title": title, "begin": begin, "settings": settings}


def _setting(
    name: str, label: str, options: Sequence[tuple[Any, str]], otherwise: Any = None
) -> Setting:
    """Return a setting: what can be chosen, and what holds where a layer does not have it."""
    return {"name": name, "label": label, "options": options, "otherwise": otherwise}


def _counts(sentence: str, *numbers: int) -> list[tuple[int, str]]:
    return [(number, sentence.format(n=number)) for number in numbers]


def size(parameters: int) -> str:
    """Return a network's number of parameters in words."""
    return _("{count} parameters in all").format(count=counted(parameters))


def glance(design: Design) -> list[StripLayer]:
    """Return the layers of a design for a look at the whole."""
    digit = StripLayer(title=texts.kind(INPUT), look=layer_kind(INPUT).facts, shape=[28, 28, 1])
    return [digit, *(_glanced(row(each)) for each in layers_of(design))]


def _glanced(layer: LayerRow) -> StripLayer:
    title = f"{layer['name']} · {layer['title']} · {layer['facts']}"
    return {"title": title, "look": layer["look"], "shape": layer["shape"]}


def row(layer: PlacedLayer) -> LayerRow:
    """Return one layer of a design for the builder."""
    facts = " × ".join(map(str, layer.output_shape))
    if layer.parameters:
        facts += " · " + _("{count} parameters").format(count=counted(layer.parameters))
    return {
        "name": layer.name,
        "look": layer_kind(layer.kind).facts,
        "title": texts.kind(layer.kind),
        "shape": list(layer.output_shape),
        "settings": listed(_settings(layer)),
        "facts": facts,
    }


def _settings(layer: PlacedLayer) -> list[str]:
    """Return a layer's settings in words, except those that its shape tells."""
    config = layer.config
    said = []
    if "kernel_size" in config:
        side = config["kernel_size"]
        said.append(
            _("{count} filters of {side} × {side}").format(count=config["filters"], side=side)
        )
    if "pool_size" in config:
        said.append(f"{config['pool_size']} × {config['pool_size']}")
    if "strides" in config:
        said.append(_("stride {stride}").format(stride=config["strides"]))
    if "rate" in config:
        said.append(percent(config["rate"], 0))
    if "activation" in config:
        said.append(config["activation"])
    return said
