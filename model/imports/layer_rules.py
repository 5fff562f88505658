"""Which layers a network from elsewhere may have, and what each does to shapes, in plain Python.

Everything that Keras will allocate or compute is known from here before Keras is asked. Shapes
are Keras's, without the batch axis.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from model.imports.settings import (
    REQUIRED,
    Check,
    activation,
    choice,
    flag,
    integer,
    integers,
    number,
    numbers,
    off,
    optional,
    pair,
    pairs,
)

Shape = tuple[int, ...]
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class LaidOut:
    """What a layer comes to."""

    shape: Shape
    weights: Mapping[str, Shape] = field(default_factory=dict)  # in Keras's order
    products: int = 0  # multiply-adds


@dataclass(frozen=True)
class Rule:
    """One kind of layer: its settings with their checks and defaults, and what it comes to.

    `lay_out` raises ValueError where a layer does not go with what it reads.
    """

    settings: Mapping[str, tuple[Check, Any]]
    lay_out: Callable[[Settings, Sequence[Shape]], LaidOut]


def _map(shapes: Sequence[Shape]) -> Shape:
    """Return the shape of the one map that a layer reads."""
    (shape,) = shapes
    if len(shape) != 3:
        raise ValueError(shape)
    return shape


def _slid(shape: Shape, size: Shape, settings: Settings) -> Shape:
    """Return the rows and columns that a sliding window leaves."""
    sides = []
    rates = settings.get("dilation_rate", (1, 1))
    for side, window, stride, rate in zip(
        shape[:2], size, settings["strides"] or size, rates, strict=True
    ):
        reach = (window - 1) * rate + 1
        if settings["padding"] == "same":
            sides.append(-(-side // stride))
        elif reach > side:
            raise ValueError(shape)
        else:
            sides.append((side - reach) // stride + 1)
    if max(rates) > 1 and max(settings["strides"] or size) > 1:
        raise ValueError(rates)  # Keras takes only one of the two
    return tuple(sides)


def _with_bias(weights: dict[str, Shape], settings: Settings, count: int) -> dict[str, Shape]:
    return {**weights, "bias": (count,)} if settings["use_bias"] else weights


def _conv(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    shape, filters = _map(shapes), settings["filters"]
    sides = _slid(shape, settings["kernel_size"], settings)
    each, rest = divmod(shape[2], settings["groups"])
    if rest or filters % settings["groups"]:
        raise ValueError(shape)
    kernel = (*settings["kernel_size"], each, filters)
    weights = _with_bias({"kernel": kernel}, settings, filters)
    return LaidOut((*sides, filters), weights, prod(sides) * prod(kernel))


def _depthwise(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    shape = _map(shapes)
    sides = _slid(shape, settings["kernel_size"], settings)
    channels = shape[2] * settings["depth_multiplier"]
    kernel = (*settings["kernel_size"], shape[2], settings["depth_multiplier"])
    weights = _with_bias({"kernel": kernel}, settings, channels)
    return LaidOut((*sides, channels), weights, prod(sides) * prod(kernel))


def _separable(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    apart = _depthwise({**settings, "use_bias": False}, shapes)
    pointwise = (1, 1, apart.shape[2], settings["filters"])
    kernels = {"depthwise_kernel": apart.weights["kernel"], "pointwise_kernel": pointwise}
    weights = _with_bias(kernels, settings, settings["filters"])
    sides = apart.shape[:2]
    products = apart.products + prod(sides) * prod(pointwise)
    return LaidOut((*sides, settings["filters"]), weights, products)


def _transposed(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    shape, filters = _map(shapes), settings["filters"]
    sides = []
    for side, window, stride in zip(
        shape[:2], settings["kernel_size"], settings["strides"], strict=True
    ):
        whole = side * stride
        sides.append(whole if settings["padding"] == "same" else whole + max(window - stride, 0))
    kernel = (*settings["kernel_size"], filters, shape[2])
    weights = _with_bias({"kernel": kernel}, settings, filters)
    return LaidOut((*sides, filters), weights, prod(shape[:2]) * prod(kernel))


def _pool(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    shape = _map(shapes)
    sides = _slid(shape, settings["pool_size"], settings)
    return LaidOut((*sides, shape[2]), {}, prod(sides) * shape[2] * prod(settings["pool_size"]))


def _global_pool(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    shape = _map(shapes)
    return LaidOut((1, 1, shape[2]) if settings["keepdims"] else shape[2:], {}, prod(shape))


def _dense(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    ((inputs,),) = shapes  # one, and flat
    kernel = (inputs, settings["units"])
    weights = _with_bias({"kernel": kernel}, settings, settings["units"])
    return LaidOut((settings["units"],), weights, prod(kernel))


def _batch_normalization(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    channels = _last_axis(settings, shape)
    names = [
        *(["gamma"] if settings["scale"] else []),
        *(["beta"] if settings["center"] else []),
        "moving_mean",
        "moving_variance",
    ]
    return LaidOut(shape, dict.fromkeys(names, channels), prod(shape))


def _layer_normalization(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    channels = _last_axis(settings, shape)
    names = [name for name, on in (("gamma", "scale"), ("beta", "center")) if settings[on]]
    return LaidOut(shape, dict.fromkeys(names, channels), 2 * prod(shape))


def _group_normalization(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    groups = shape[-1] if settings["groups"] == -1 else settings["groups"]
    if groups == 0 or shape[-1] % groups:
        raise ValueError(groups)
    return _layer_normalization(settings, shapes)


def _normalization(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    axes = settings["axis"] or ()
    if any(axis not in (-1, len(shape)) for axis in axes) or len(axes) > 1:
        raise ValueError(axes)
    sides = (shape[-1],) if axes else ()
    told = [settings["mean"], settings["variance"]]
    if all(told):  # what was told at once is no weight
        if any(len(each) not in (1, prod(sides)) for each in told):
            raise ValueError(told)
        return LaidOut(shape, {}, prod(shape))
    if any(told):
        raise ValueError(told)
    return LaidOut(shape, {"mean": sides, "variance": sides}, prod(shape))


def _last_axis(settings: Settings, shape: Shape) -> Shape:
    """Return the shape of a weight for each channel; the batch counts as an axis to Keras."""
    if settings["axis"] not in (-1, len(shape), (-1,), (len(shape),)):
        raise ValueError(settings["axis"])
    return shape[-1:]


def _same(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    return LaidOut(shape, {}, prod(shape))


def _parametric_relu(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    shared = settings["shared_axes"] or ()
    if any(axis > len(shape) for axis in shared):
        raise ValueError(shared)
    alpha = tuple(1 if axis + 1 in shared else side for axis, side in enumerate(shape))
    return LaidOut(shape, {"alpha": alpha}, prod(shape))


def _over_channels(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    _last_axis(settings, shape)
    return LaidOut(shape, {}, prod(shape))


def _flatten(_settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    return LaidOut((prod(shape),))


def _reshape(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    (shape,) = shapes
    target = list(settings["target_shape"])
    if target.count(-1) == 1:
        rest = prod(side for side in target if side != -1)
        target[target.index(-1)] = prod(shape) // rest
    if prod(target) != prod(shape) or len(target) not in (1, 3) or min(target) < 1:
        raise ValueError(target)
    return LaidOut(tuple(target))


def _zero_padding(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    high, wide, channels = _map(shapes)
    rows, columns = settings["padding"]
    return LaidOut((high + sum(rows), wide + sum(columns), channels))


def _cropping(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    high, wide, channels = _map(shapes)
    rows, columns = settings["cropping"]
    if sum(rows) >= high or sum(columns) >= wide:
        raise ValueError(settings)
    return LaidOut((high - sum(rows), wide - sum(columns), channels))


def _up_sampling(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    high, wide, channels = _map(shapes)
    rows, columns = settings["size"]
    shape = (high * rows, wide * columns, channels)
    return LaidOut(shape, {}, prod(shape))


def _merge(_settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    if len(shapes) < 2 or len(set(shapes)) > 1:
        raise ValueError(shapes)
    return LaidOut(shapes[0], {}, prod(shapes[0]) * (len(shapes) - 1))


def _subtract(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    if len(shapes) != 2:
        raise ValueError(shapes)
    return _merge(settings, shapes)


def _concatenate(settings: Settings, shapes: Sequence[Shape]) -> LaidOut:
    if len(shapes) < 2 or len({shape[:-1] for shape in shapes}) > 1:
        raise ValueError(shapes)
    _last_axis(settings, shapes[0])
    return LaidOut((*shapes[0][:-1], sum(shape[-1] for shape in shapes)))


_SIDE = 64  # rows or columns that a window, a stride or a padding may have
_WIDE = 4096  # channels or units
_PADDING = {"padding": (choice("valid", "same"), "valid")}
_SLIDING = {"strides": (pair(1, _SIDE), (1, 1)), **_PADDING}
_KERNEL = {
    "kernel_size": (pair(1, _SIDE), REQUIRED),
    **_SLIDING,
    "dilation_rate": (pair(1, _SIDE), (1, 1)),
    "activation": (activation, "linear"),
    "use_bias": (flag, True),
}
_FILTERS = {"filters": (integer(1, _WIDE), REQUIRED)}
_GROUPS = {"groups": (integer(1, _WIDE), 1)}
_DEPTH = {"depth_multiplier": (integer(1, _WIDE), 1)}
_POOL = {
    "pool_size": (pair(1, _SIDE), (2, 2)),
    "strides": (optional(pair(1, _SIDE)), None),
    **_PADDING,
}
_GLOBAL = {"keepdims": (flag, False)}
_AXIS = {"axis": (integers(3, -1, 4), (-1,))}
_ONE_AXIS = {"axis": (integer(-1, 4), -1)}
_SCALED = {
    "epsilon": (number(0, 1), 1e-3),
    "center": (flag, True),
    "scale": (flag, True),
}
_RATE = {"rate": (number(0, 1), REQUIRED)}

RULES = {
    "Conv2D": Rule({**_FILTERS, **_KERNEL, **_GROUPS}, _conv),
    "DepthwiseConv2D": Rule({**_KERNEL, **_DEPTH}, _depthwise),
    "SeparableConv2D": Rule({**_FILTERS, **_KERNEL, **_DEPTH}, _separable),
    "Conv2DTranspose": Rule(
        {
            **_FILTERS,
            **_KERNEL,
            "dilation_rate": (pair(1, 1), (1, 1)),
            "output_padding": (choice(None), None),
        },
        _transposed,
    ),
    "MaxPooling2D": Rule(_POOL, _pool),
    "AveragePooling2D": Rule(_POOL, _pool),
    "GlobalMaxPooling2D": Rule(_GLOBAL, _global_pool),
    "GlobalAveragePooling2D": Rule(_GLOBAL, _global_pool),
    "Dense": Rule(
        {
            "units": (integer(1, _WIDE), REQUIRED),
            "activation": (activation, "linear"),
            "use_bias": (flag, True),
        },
        _dense,
    ),
    "BatchNormalization": Rule({**_ONE_AXIS, **_SCALED}, _batch_normalization),
    "LayerNormalization": Rule(
        {**_AXIS, **_SCALED, "rms_scaling": (off, False)}, _layer_normalization
    ),
    "GroupNormalization": Rule(
        {"groups": (integer(-1, _WIDE), 32), **_ONE_AXIS, **_SCALED}, _group_normalization
    ),
    "Normalization": Rule(
        {
            "axis": (optional(integers(1, -1, 4)), (-1,)),
            "mean": (optional(numbers(3, -1e6, 1e6)), None),
            "variance": (optional(numbers(3, 0, 1e12)), None),
            "invert": (off, False),
        },
        _normalization,
    ),
    "Activation": Rule({"activation": (activation, REQUIRED)}, _same),
    "ReLU": Rule(
        {
            "max_value": (optional(number(0, 1e6)), None),
            "negative_slope": (number(0, 1e6), 0.0),
            "threshold": (number(0, 1e6), 0.0),
        },
        _same,
    ),
    "LeakyReLU": Rule({"negative_slope": (number(0, 1e6), 0.3)}, _same),
    "PReLU": Rule({"shared_axes": (optional(integers(3, 1, 3)), None)}, _parametric_relu),
    "ELU": Rule({"alpha": (number(0, 1e6), 1.0)}, _same),
    "Softmax": Rule(_ONE_AXIS, _over_channels),
    "Dropout": Rule(_RATE, _same),
    "SpatialDropout2D": Rule(_RATE, _same),
    "GaussianNoise": Rule({"stddev": (number(0, 1e6), REQUIRED)}, _same),
    "Flatten": Rule({}, _flatten),
    "Reshape": Rule({"target_shape": (integers(3, -1, 1 << 20), REQUIRED)}, _reshape),
    "ZeroPadding2D": Rule({"padding": (pairs(0, _SIDE), (1, 1))}, _zero_padding),
    "Cropping2D": Rule({"cropping": (pairs(0, _SIDE), (0, 0))}, _cropping),
    "UpSampling2D": Rule(
        {
            "size": (pair(1, _SIDE), (2, 2)),
            "interpolation": (choice("nearest", "bilinear"), "nearest"),
        },
        _up_sampling,
    ),
    "Rescaling": Rule(
        {"scale": (number(-1e6, 1e6), REQUIRED), "offset": (number(-1e6, 1e6), 0.0)}, _same
    ),
    "Add": Rule({}, _merge),
    "Average": Rule({}, _merge),
    "Maximum": Rule({}, _merge),
    "Minimum": Rule({}, _merge),
    "Multiply": Rule({}, _merge),
    "Subtract": Rule({}, _subtract),
    "Concatenate": Rule(_ONE_AXIS, _concatenate),
}
