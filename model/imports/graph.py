"""Reads the layers of a network from its configuration: models inside models are unfolded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.base.errors import N_, UserError
from model.imports.limits import DEEPEST, MOST_LAYERS

INPUT = "InputLayer"
_MODELS = ("Sequential", "Functional", "Model")
_LAYERS_OF_KERAS = ("keras.layers",)
_MODELS_OF_KERAS = (
    "keras",
    "keras.models",
    "keras.src.models.functional",
    "keras.src.models.sequential",
    "keras.src.models.model",
)
_NAMES_OF_SCRIPTS = frozenset(  # JavaScript finds something of its own under these
    ("constructor", "hasOwnProperty", "isPrototypeOf", "prototype", "toString", "valueOf")
)
_TAKEN = _NAMES_OF_SCRIPTS | {
    "pixels",
    "digit",
    "picture",
}  # what the export and the input are called
_LONGEST_NAME = 64

_BROKEN = N_("The file is damaged: its layers cannot be read.")


@dataclass(frozen=True)
class ReadLayer:
    """A layer as the file describes it; nothing of it has been checked but what is here."""

    name: str  # of its own among all, and fit for an address
    kind: str  # Keras's class, by its public name
    settings: Any  # as they stand in the file
    inbound: tuple[str, ...]
    place: str  # in the file of weights: "layers/conv2d"


@dataclass(frozen=True)
class ReadGraph:
    """All layers in the order in which they can be computed, and where it ends."""

    input_shape: tuple[Any, ...]  # of the one input, without the batch axis
    layers: tuple[ReadLayer, ...]
    output: str


def read_graph(config: Mapping[str, Any]) -> ReadGraph:
    """Read a Sequential or functional model. Raises UserError for any other, or a broken one."""
    if not _is_model(config):
        raise UserError(
            N_("The model is a {kind}; only Sequential and functional models can be taken."),
            kind=_word(config.get("class_name")),
        )
    reader = _Reader()
    try:
        shape = _input_shape(config)
        output = reader.model(config, INPUT, "", 0)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise UserError(_BROKEN) from error
    return ReadGraph(shape, tuple(reader.layers), output)


def _is_model(config: Mapping[str, Any]) -> bool:
    return config.get("class_name") in _MODELS and config.get("module") in _MODELS_OF_KERAS


def _input_shape(model: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the shape of a model's input, whatever stands there, without the batch axis."""
    config = model["config"]
    if inputs := _inputs(model):
        settings = inputs[0]["config"]
        shape = settings.get("batch_shape") or settings.get("batch_input_shape")
    else:
        shape = config.get("build_input_shape") or model["build_config"]["input_shape"]
    return tuple(shape[1:])


def _inputs(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the input layer of a model, if it has one of its own; no model has two."""
    found = [each for each in model["config"]["layers"] if each.get("class_name") == INPUT]
    if len(found) > 1:
        raise UserError(N_("The network takes more than one input, which is not supported."))
    return found


class _Reader:
    """The layers read so far."""

    def __init__(self) -> None:
        self.layers: list[ReadLayer] = []
        self._names = {INPUT, *_TAKEN}

    def model(self, model: Mapping[str, Any], source: str, place: str, deep: int) -> str:
        """Read a model that reads the layer `source`; name the layer that it ends with."""
        if deep > DEEPEST:
            raise UserError(N_("Models are nested more than {most} levels deep."), most=DEEPEST)
        config = model["config"]
        if not isinstance(config["layers"], list) or len(config["layers"]) > 4 * MOST_LAYERS:
            raise UserError(N_("The network has more than {most} layers."), most=MOST_LAYERS)
        places = list(_places(config["layers"], place))
        if model["class_name"] == "Sequential":
            return self._sequential(config, source, places, deep)
        return self._functional(config, source, places, deep)

    def _sequential(
        self, config: Mapping[str, Any], source: str, places: Sequence[str], deep: int
    ) -> str:
        for layer, place in zip(config["layers"], places, strict=True):
            if layer["class_name"] != INPUT:
                source = self._layer(layer, (source,), place, deep)
        return source

    def _functional(
        self, config: Mapping[str, Any], source: str, places: Sequence[str], deep: int
    ) -> str:
        ends = {_only(config["input_layers"]): source}  # a layer of the model -> ours
        waiting = list(zip(config["layers"], places, strict=True))
        while waiting:
            later = []
            for layer, place in waiting:
                if layer["class_name"] == INPUT:
                    continue
                inbound = _inbound(layer)
                if all(name in ends for name in inbound):
                    sources = tuple(ends[name] for name in inbound)
                    ends[_own_name(layer)] = self._layer(layer, sources, place, deep)
                else:
                    later.append((layer, place))
            if len(later) == len(waiting):
                raise UserError(_BROKEN)  # they read each other, or nothing
            waiting = later
        return ends[_only(config["output_layers"])]

    def _layer(
        self, layer: Mapping[str, Any], sources: tuple[str, ...], place: str, deep: int
    ) -> str:
        """Read a layer or a model in its place; name the layer that it ends with."""
        if layer["class_name"] in _MODELS:
            _check_is_keras(layer, _MODELS_OF_KERAS)
            _inputs(layer)
            if len(sources) != 1:
                raise UserError(_BROKEN)
            return self.model(layer, sources[0], f"{place}/", deep + 1)
        _check_is_keras(layer, _LAYERS_OF_KERAS)
        if len(self.layers) >= MOST_LAYERS:
            raise UserError(N_("The network has more than {most} layers."), most=MOST_LAYERS)
        name = self._name(_own_name(layer))
        self.layers.append(ReadLayer(name, layer["class_name"], layer["config"], sources, place))
        return name

    def _name(self, wanted: str) -> str:
        """Return a name that no layer has yet, of letters, digits and _."""
        plain = re.sub(r"\W", "_", wanted, flags=re.ASCII).lstrip("_")[:_LONGEST_NAME]
        stem = plain if plain[:1].isalpha() else f"layer_{plain}"
        name, number = stem, 1
        while name in self._names:
            number += 1
            name = f"{stem}_{number}"
        self._names.add(name)
        return name


def _check_is_keras(layer: Mapping[str, Any], modules: Sequence[str]) -> None:
    """Refuse a class that is not Keras's own, whatever it is called."""
    name = layer.get("registered_name")
    if layer.get("module") not in modules or name not in (None, layer["class_name"]):
        raise UserError(
            N_(
                "Layer {layer} is a {kind}, a class that is not Keras's own; "
                "only layers of keras.layers can be taken."
            ),
            layer=_word(layer.get("config", {}).get("name")),
            kind=_word(layer.get("class_name")),
        )


def _own_name(layer: Mapping[str, Any]) -> str:
    name = layer.get("name") or layer["config"]["name"]
    if not isinstance(name, str):
        raise TypeError(name)
    return name


def _word(value: Any) -> str:
    return str(value)[:60]


def _only(ends: Any) -> str:
    """Return the one layer that a model begins or ends with: "name" of ["name", 0, 0]."""
    if isinstance(ends, list) and len(ends) == 1:
        (ends,) = ends
    if not isinstance(ends, list) or not ends or not isinstance(ends[0], str):
        raise UserError(N_("The network has several inputs or outputs, which is not supported."))
    return ends[0]


def _inbound(layer: Mapping[str, Any]) -> list[str]:
    """Return the names of what a layer of a functional model reads, in the order it reads them."""
    calls = layer["inbound_nodes"]
    if len(calls) != 1:
        raise UserError(
            N_("Layer {layer} is used more than once, which is not supported."),
            layer=_word(_own_name(layer)),
        )
    (call,) = calls
    # What is said of training counts in training alone: Keras itself says otherwise in use.
    told = [name for name, value in call["kwargs"].items() if value not in (None, False)]
    if set(told) - {"training"}:
        raise UserError(
            N_("Layer {layer} is called with {arguments}, which is not supported."),
            layer=_word(_own_name(layer)),
            arguments=_word(", ".join(told)),
        )
    return list(_tensors(call["args"], 0))


def _tensors(argument: Any, deep: int) -> Iterator[str]:
    if isinstance(argument, list) and deep < 2:
        for each in argument:
            yield from _tensors(each, deep + 1)
    elif isinstance(argument, Mapping) and argument.get("class_name") == "__keras_tensor__":
        name, _call, number = argument["config"]["keras_history"]
        if not isinstance(name, str) or number != 0:
            raise UserError(_BROKEN)
        yield name
    else:
        raise UserError(_BROKEN)


def _places(layers: Sequence[Mapping[str, Any]], outer: str) -> Iterator[str]:
    """Yield where Keras keeps each layer's weights: by its class, numbered if not alone."""
    counts: dict[str, int] = {}
    for layer in layers:
        kind = layer["class_name"]
        if not isinstance(kind, str):
            raise TypeError(kind)
        stem = _snake_case(kind)
        number = counts.get(stem, 0)
        counts[stem] = number + 1
        yield f"{outer}layers/{stem}_{number}" if number else f"{outer}layers/{stem}"


def _snake_case(name: str) -> str:
    """Return a class's name as Keras writes it in the file of weights: "PReLU" -> "p_re_lu"."""
    plain = re.sub(r"\W+", "", name)
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", plain)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()
