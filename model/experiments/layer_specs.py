"""The kinds of layers that read one other: what each answers with, by arithmetic, without Keras."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from model.base.errors import N_, UserError
from model.experiments.designs import ACTIVATIONS, OWN, Design, Spec

Shape = tuple[int, ...]

MOST_FILTERS = 64
MOST_UNITS = 512
_NORMALIZING = 0.9  # Keras's 0.99 would show nothing of a training's first hundreds of batches


@dataclass(frozen=True)
class PlannedLayer:
    """A layer as Keras will build it."""

    kind: str  # the Keras class: "Conv2D"
    output_shape: Shape  # without the batch axis
    parameters: int = 0  # the fixed ones of a normalization included
    config: Mapping[str, Any] = field(default_factory=dict)  # arguments of the Keras class


def choice(name: str, value: Any, known: Sequence[str]) -> str:
    """Return a setting that is one of the known ones; a UserError names them."""
    if value not in known:
        raise UserError(
            N_("{name} must be one of {known}; it is {value}."),
            name=name,
            known=", ".join(each for each in known if each),
            value=repr(value)[:80],
        )
    return value


def _number(spec: Spec, name: str, most: int, default: int | None = None) -> int:
    """Return a setting that is a whole number from 1 to `most`; a UserError refuses others."""
    value = spec.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise UserError(
            N_("{name} must be a whole number from 1 to {most}; it is {value}."),
            name=name,
            most=most,
            value=repr(value)[:80],
        )
    return value


def _side(spec: Spec, shape: Shape) -> int:
    """Return the side of the square maps before a layer; a UserError where there are none."""
    if len(shape) != 3:
        raise UserError(
            N_("{kind} layers need feature maps as input, but the data is already flattened here."),
            kind=spec["kind"],
        )
    return shape[0]


def _hidden(spec: Spec, design: Design) -> dict[str, str]:
    """Return a layer's activation for Keras; nothing where it is linear."""
    name = choice("activation", spec.get("activation") or "linear", ACTIVATIONS)
    if name == "linear":
        return {}
    return {"activation": design.activation or name}


def _initial(design: Design) -> dict[str, str]:
    """Return a layer's kernel initializer for Keras; nothing where it is Keras's default."""
    name = design.kernel_initializer
    return {"kernel_initializer": name} if name else {}


def _slid(side: int, window: int, strides: int, padding: str) -> int:
    """Return the side of the map that a window leaves as it slides over one."""
    if padding == "same":
        return -(-side // strides)
    if window > side:
        raise UserError(
            N_(
                "A {window} × {window} window does not fit on a {side} × {side} map: use a smaller "
                "one, or “same” padding."
            ),
            window=window,
            side=side,
        )
    return (side - window) // strides + 1


def _conv(spec: Spec, shape: Shape, design: Design) -> PlannedLayer:
    side = _side(spec, shape)
    filters = _number(spec, "filters", MOST_FILTERS if design.architecture == OWN else MOST_UNITS)
    window = _number(spec, "kernel_size", 28)
    strides = _number(spec, "strides", 28, 1)
    padding = choice("padding", spec.get("padding", "valid"), ("valid", "same"))
    after = _slid(side, window, strides, padding)
    weights = window * window * shape[2] * filters
    config = {
        "filters": filters,
        "kernel_size": window,
        **({"strides": strides} if strides > 1 else {}),
        **({"padding": padding} if padding != "valid" else {}),
        **_hidden(spec, design),
        **_initial(design),
    }
    return PlannedLayer("Conv2D", (after, after, filters), weights + filters, config)


def _pool(kind: str) -> Callable[[Spec, Shape, Design], PlannedLayer]:
    def lay_out(spec: Spec, shape: Shape, _design: Design) -> PlannedLayer:
        side = _side(spec, shape)
        window = _number(spec, "pool_size", 28, 2)
        strides = _number(spec, "strides", 28, window)
        padding = choice("padding", spec.get("padding", "valid"), ("valid", "same"))
        after = _slid(side, window, strides, padding)
        config = {
            "pool_size": window,
            **({"strides": strides} if strides != window else {}),
            **({"padding": padding} if padding != "valid" else {}),
        }
        return PlannedLayer(kind, (after, after, shape[2]), config=config)

    return lay_out


def _global_average(spec: Spec, shape: Shape, _design: Design) -> PlannedLayer:
    _side(spec, shape)
    return PlannedLayer("GlobalAveragePooling2D", shape[2:])


def _normalization(_spec: Spec, shape: Shape, _design: Design) -> PlannedLayer:
    return PlannedLayer("BatchNormalization", shape, 4 * shape[-1], {"momentum": _NORMALIZING})


def _activation(spec: Spec, shape: Shape, design: Design) -> PlannedLayer:
    return PlannedLayer(
        "Activation", shape, config=_hidden(spec, design) or {"activation": "linear"}
    )


def _dropout(spec: Spec, shape: Shape, _design: Design) -> PlannedLayer:
    rate = spec.get("rate")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate < 1:
        raise UserError(
            N_("The dropout rate must be at least 0 and less than 1; it is {value}."),
            value=repr(rate)[:80],
        )
    return PlannedLayer("Dropout", shape, config={"rate": rate})


def _flatten(_spec: Spec, shape: Shape, _design: Design) -> PlannedLayer:
    return PlannedLayer("Flatten", (prod(shape),))


def _dense(spec: Spec, shape: Shape, design: Design) -> PlannedLayer:
    units = _number(spec, "units", MOST_UNITS)
    config = {"units": units, **_hidden(spec, design), **_initial(design)}
    return PlannedLayer("Dense", (units,), (shape[0] + 1) * units, config)


# How a layer of each kind follows from the shape before it, and the settings that it may have.
KINDS: dict[str, tuple[Callable[[Spec, Shape, Design], PlannedLayer], tuple[str, ...]]] = {
    "conv": (_conv, ("filters", "kernel_size", "strides", "padding", "activation")),
    "max_pool": (_pool("MaxPooling2D"), ("pool_size", "strides", "padding")),
    "average_pool": (_pool("AveragePooling2D"), ("pool_size", "strides", "padding")),
    "global_average_pool": (_global_average, ()),
    "batch_normalization": (_normalization, ()),
    "activation": (_activation, ("activation",)),
    "dropout": (_dropout, ("rate",)),
    "flatten": (_flatten, ()),
    "dense": (_dense, ("units", "activation")),
}
