"""Inspects a `.keras` file before Keras sees any of it, and plans the network to be rebuilt.

The plan holds only names, numbers and kinds that were checked here; all that it will allocate and
compute is known and within `limits`. Nothing of the file reaches Keras but this plan, and arrays
of exactly its shapes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any

from model.base.errors import N_, UserError
from model.imports.archive import unpack
from model.imports.graph import INPUT, ReadGraph, ReadLayer, read_graph
from model.imports.layer_rules import RULES, LaidOut, Shape
from model.imports.limits import (
    MOST_ACTIVATIONS,
    MOST_CLASSES,
    MOST_PARAMETERS,
    MOST_PRODUCTS,
    MOST_SIDE,
)
from model.imports.settings import read_settings
from model.imports.unchanged import UNCHANGED
from model.inference.layer_kinds import LAYER_KINDS

DIGIT = "digit"  # what the first layers of a plan read
PICTURE = "picture"  # what that is called in a network of other pictures
_ENDINGS = ("softmax", "log_softmax", "sigmoid")


@dataclass(frozen=True)
class Weight:
    """An array that a layer of the plan needs."""

    name: str  # Keras's: "kernel"
    shape: Shape
    place: str  # in the file of weights: "layers/conv2d/vars/0"; "" where it is not from there
    values: tuple[float, ...] = ()  # what it is, where it is not from the file


@dataclass(frozen=True)
class PlannedLayer:
    """A layer to be rebuilt."""

    name: str
    kind: str  # the Keras class
    settings: Mapping[str, Any]  # its arguments
    inbound: tuple[str, ...]
    output_shape: Shape
    weights: tuple[Weight, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A network to be rebuilt: from pixels to logits."""

    input_shape: Shape  # height, width, channels
    layers: tuple[PlannedLayer, ...]  # the input is not among them
    ending: str  # what was taken from the end: "softmax", "log_softmax", "sigmoid", "" for nothing;
    # "binary" where a single sigmoid told two classes apart
    products: int  # multiply-adds for one picture
    activations: int  # numbers that all layers answer it with

    @property
    def reads_digits(self) -> bool:
        """Whether it may read digits: gray pictures of ten classes."""
        return self.input_shape[2] == 1 and self.layers[-1].output_shape == (10,)

    @property
    def weights(self) -> list[Weight]:
        """All arrays, in the order of the layers."""
        return [weight for layer in self.layers for weight in layer.weights]

    @property
    def parameters(self) -> int:
        """How many numbers all weights hold."""
        return sum(prod(weight.shape) for weight in self.weights)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Plan":
        """Read a plan back that `as_json` wrote."""
        layers = tuple(map(_layer_from_json, data["layers"]))
        return cls(**{**data, "input_shape": tuple(data["input_shape"]), "layers": layers})


def _layer_from_json(data: Mapping[str, Any]) -> PlannedLayer:
    weights = [
        Weight(each["name"], tuple(each["shape"]), each["place"], tuple(each["values"]))
        for each in data["weights"]
    ]
    settings = {name: _tuples(value) for name, value in data["settings"].items()}
    shape, inbound = tuple(data["output_shape"]), tuple(data["inbound"])
    return PlannedLayer(data["name"], data["kind"], settings, inbound, shape, tuple(weights))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def inspect(data: bytes) -> tuple[Plan, bytes]:
    """Return the plan of a `.keras` file's network, and its file of weights, unread.

    Raises UserError where the file is none, or holds what cannot be taken, naming it.
    """
    archive = unpack(data)
    return plan_of(read_graph(archive.config)), archive.weights


def plan_of(graph: ReadGraph) -> Plan:
    """Check every layer of a network and lay it out. Raises UserError that names what is wrong."""
    shape = _picture(graph.input_shape)
    layers, output = _without_unchanged(graph)
    layout = _Layout(shape)
    for layer in layers:
        layout.add(layer)
    ending = layout.end(output)
    layout.check_size()
    return Plan(shape, tuple(layout.layers), ending, layout.products, layout.activations)


def _picture(shape: tuple[Any, ...]) -> Shape:
    """Return the shape of an input; pictures without a channel axis are of one channel."""
    whole = (*shape, 1) if len(shape) == 2 else shape
    if all(type(side) is int for side in whole) and len(whole) == 3:
        height, width, channels = whole
        if 1 <= height <= MOST_SIDE and width == height and channels in (1, 3):
            return whole
    raise UserError(
        N_(
            "The network must take one square image of at most {most} × {most} pixels and 1 or "
            "3 channels; this one takes {shapes}."
        ),
        most=MOST_SIDE,
        shapes=str(shape)[:80],
    )


def _without_unchanged(graph: ReadGraph) -> tuple[list[ReadLayer], str]:
    """Leave out the layers that hand their input on; their readers read what is before them."""
    before = {INPUT: DIGIT}
    kept = []
    for layer in graph.layers:
        inbound = tuple(before.get(name, name) for name in layer.inbound)
        if layer.kind in UNCHANGED and len(inbound) == 1:
            before[layer.name] = inbound[0]
        else:
            kept.append(replace(layer, inbound=inbound))
    return kept, before.get(graph.output, graph.output)


class _Layout:
    """The layers laid out so far."""

    def __init__(self, picture: Shape) -> None:
        self.layers: list[PlannedLayer] = []
        self.products = self.activations = self._parameters = 0
        self._shapes: dict[str, Shape] = {DIGIT: picture}

    def add(self, layer: ReadLayer) -> None:
        """Check a layer and put it behind those that it reads."""
        if layer.kind not in RULES or layer.kind not in LAYER_KINDS:
            raise UserError(
                N_("Layer {layer} is a {kind}, which is not supported."),
                layer=layer.name,
                kind=str(layer.kind)[:60],
            )
        settings = read_settings(layer.name, layer.settings, RULES[layer.kind].settings)
        found = self._lay_out(layer, settings)
        weights = tuple(
            Weight(name, shape, f"{layer.place}/vars/{number}")
            for number, (name, shape) in enumerate(found.weights.items())
        )
        self._append(PlannedLayer(layer.name, layer.kind, settings, layer.inbound, found.shape))
        self.layers[-1] = replace(self.layers[-1], weights=weights)
        self.products += found.products
        self._parameters += sum(map(prod, found.weights.values()))
        self.check_size()

    def _lay_out(self, layer: ReadLayer, settings: Mapping[str, Any]) -> LaidOut:
        shapes = [self._shapes[name] for name in layer.inbound]
        if layer.kind == "Dense" and [len(shape) for shape in shapes] != [1]:
            raise UserError(
                N_("The input of dense layer {layer} is not flat; put a Flatten layer before it."),
                layer=layer.name,
            )
        try:
            return RULES[layer.kind].lay_out(settings, shapes)
        except ValueError as error:
            raise UserError(
                N_("Layer {layer}, a {kind}, cannot follow an output of {shapes}."),
                layer=layer.name,
                kind=layer.kind,
                shapes=", ".join(map(_size, shapes))[:120],
            ) from error

    def _append(self, layer: PlannedLayer) -> None:
        self.layers.append(layer)
        self._shapes[layer.name] = layer.output_shape
        self.activations += prod(layer.output_shape)

    def check_size(self) -> None:
        """Refuse what is too large by now."""
        limits = [
            (
                N_("The network has {count} parameters; the limit is {most}."),
                self._parameters,
                MOST_PARAMETERS,
            ),
            (
                N_("The network produces {count} activations per digit; the limit is {most}."),
                self.activations,
                MOST_ACTIVATIONS,
            ),
            (
                N_("The network takes {count} multiply-adds per digit; the limit is {most}."),
                self.products,
                MOST_PRODUCTS,
            ),
        ]
        for sentence, count, most in limits:
            if count > most:
                raise UserError(sentence, count=f"{count:,}", most=f"{most:,}")

    def end(self, output: str) -> str:
        """End the network in logits: take away the last activation and return what it was."""
        self._keep_what_leads_to(output)
        ending = ""
        if self.layers and self._ends_in_its_own_layer():
            output = self.layers[-1].inbound[0]
            ending = _ending_of(self.layers.pop())
        if self.layers and not ending:
            ending = self._linear_at_the_end()
        shape = self._shapes[output]
        if shape[:-1] == (1, 1):
            shape = shape[2:]
            self._append(PlannedLayer(self._free("logits"), "Flatten", {}, (output,), shape))
        elif not self.layers or self.layers[-1].settings.get("activation", "linear") != "linear":
            settings = {"activation": "linear"}
            self._append(
                PlannedLayer(self._free("logits"), "Activation", settings, (output,), shape)
            )
        if shape == (1,) and ending == "sigmoid":
            ending, shape = "binary", self._two_logits()
        if len(shape) != 1 or not 2 <= shape[0] <= MOST_CLASSES:
            raise UserError(
                N_("The network must output 2 to {most} logits; this one outputs {shapes}."),
                most=MOST_CLASSES,
                shapes=_size(shape),
            )
        return ending

    def _two_logits(self) -> Shape:
        """Add the logits 0 and z, whose softmax is the sigmoid of the one output z."""
        both = Weight("kernel", (1, 2), "", (0.0, 1.0))
        settings = {"units": 2, "use_bias": False}
        source = (self.layers[-1].name,)
        layer = PlannedLayer(self._free("both"), "Dense", settings, source, (2,), (both,))
        self._append(layer)
        return layer.output_shape

    def _keep_what_leads_to(self, output: str) -> None:
        """Drop what the output does not read; the output comes last."""
        needed = {output}
        for layer in reversed(self.layers):
            if layer.name in needed:
                needed.update(layer.inbound)
        self.layers = [layer for layer in self.layers if layer.name in needed]

    def _ends_in_its_own_layer(self) -> bool:
        last = self.layers[-1]
        own = last.kind == "Softmax" or last.kind == "Activation"
        return own and _ending_of(last) in _ENDINGS

    def _linear_at_the_end(self) -> str:
        last = self.layers[-1]
        ending = last.settings.get("activation", "linear")
        if ending not in _ENDINGS or last.kind == "Activation":
            return ""
        self.layers[-1] = replace(last, settings={**last.settings, "activation": "linear"})
        return ending

    def _free(self, name: str) -> str:
        while name in self._shapes:
            name += "_"
        return name


def _ending_of(layer: PlannedLayer) -> str:
    return "softmax" if layer.kind == "Softmax" else layer.settings["activation"]


def _size(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))
