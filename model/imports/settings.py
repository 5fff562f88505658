"""Reads the settings of a layer from a file: each by the one rule that it may follow."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from model.base.errors import N_, UserError

Check = Callable[[Any], Any]  # a setting as it is used; ValueError where it cannot be

# What Keras and the export both know; a network's last activation may be others too.
ACTIVATIONS = (
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "swish",
    "softplus",
    "softsign",
    "tanh",
    "sigmoid",
    "hard_sigmoid",
    "exponential",
    "softmax",
    "log_softmax",
)
REQUIRED = object()  # in place of a default


def integer(least: int, most: int) -> Check:
    """Return the check for a whole number from `least` to `most`."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(value)
        return value

    return check


def pair(least: int, most: int) -> Check:
    """Return the check for two whole numbers, or one that stands for both."""
    one = integer(least, most)

    def check(value: Any) -> tuple[int, int]:
        high, wide = value if isinstance(value, list | tuple) else (value, value)
        return one(high), one(wide)

    return check


def pairs(least: int, most: int) -> Check:
    """Return the check for `((top, bottom), (left, right))`, or what Keras takes in its place."""
    both = pair(least, most)

    def check(value: Any) -> tuple[tuple[int, int], tuple[int, int]]:
        rows, columns = value if isinstance(value, list | tuple) else (value, value)
        return both(rows), both(columns)

    return check


def number(least: float, most: float) -> Check:
    """Return the check for a finite number from `least` to `most`."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(value)
        if not math.isfinite(value) or not least <= value <= most:
            raise ValueError(value)
        return float(value)

    return check


def numbers(most_numbers: int, least: float, most: float) -> Check:
    """Return the check for a few finite numbers, or one of them alone."""
    one = number(least, most)

    def check(value: Any) -> tuple[float, ...]:
        values = value if isinstance(value, list | tuple) else [value]
        if not 1 <= len(values) <= most_numbers:
            raise ValueError(value)
        return tuple(map(one, values))

    return check


def optional(check: Check) -> Check:
    """Return the check that lets None pass besides."""
    return lambda value: None if value is None else check(value)


def integers(most_numbers: int, least: int, most: int) -> Check:
    """Return the check for a few whole numbers, or one of them alone."""
    one = integer(least, most)

    def check(value: Any) -> tuple[int, ...]:
        values = value if isinstance(value, list | tuple) else [value]
        if not 1 <= len(values) <= most_numbers:
            raise ValueError(value)
        return tuple(map(one, values))

    return check


def choice(*known: Any) -> Check:
    """Return the check for one of a few values."""

    def check(value: Any) -> Any:
        if isinstance(value, dict | list) or value not in known or isinstance(value, bool):
            raise ValueError(value)
        return value

    return check


def flag(value: Any) -> bool:
    """Check a setting that is on or off."""
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def off(value: Any) -> bool:
    """Check a setting that may not be on."""
    if value is not False:
        raise ValueError(value)
    return value


def activation(value: Any) -> str:
    """Check an activation function, which has a name of the list; None is linear.

    Earlier versions of Keras 3 write the name as a reference to a function of Keras.
    """
    if isinstance(value, Mapping) and value.get("class_name") == "function":
        if value.get("module") not in ("builtins", "keras.activations"):
            raise ValueError(value)
        value = value.get("config")
    if value is None:
        return "linear"
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise ValueError(value)
    return "silu" if value == "swish" else value


# What a file may say of a layer besides: it counts for training alone, or is said elsewhere.
_FOR_TRAINING = ("_initializer", "_regularizer", "_constraint")
_WITHOUT_EFFECT = {
    "name",
    "trainable",
    "dtype",
    "batch_input_shape",
    "batch_shape",
    "seed",
    "noise_shape",
    "momentum",
    "renorm",
    "renorm_clipping",
    "renorm_momentum",
    "synchronized",
    "autocast",
}


def read_settings(layer: str, given: Any, known: Mapping[str, tuple[Check, Any]]) -> dict[str, Any]:
    """Return the settings of a layer that count, those that are not given by their defaults.

    A UserError names the one that the list does not have, or whose value it does not allow.
    """
    if not isinstance(given, Mapping):
        raise _refused(layer, "config", given)
    for name, value in given.items():
        is_ignored = name in _WITHOUT_EFFECT or name.endswith(_FOR_TRAINING)
        if name == "data_format" and value not in (None, "channels_last"):
            raise UserError(
                N_("Layer {layer} has its channels first; they must come last."), layer=layer
            )
        if name in known or is_ignored or value is None or name == "data_format":
            continue
        raise _refused(layer, name, value)
    return {name: _read(layer, name, given, *rule) for name, rule in known.items()}


def _read(layer: str, name: str, given: Mapping[str, Any], check: Check, default: Any) -> Any:
    if name not in given:
        if default is REQUIRED:
            raise _refused(layer, name, None)
        return default
    try:
        return check(given[name])
    except (ValueError, TypeError) as error:
        raise _refused(layer, name, given[name]) from error


def _refused(layer: str, name: str, value: Any) -> UserError:
    return UserError(
        N_("Layer {layer}: the setting {setting} = {value} is not supported."),
        layer=layer,
        setting=name[:80],
        value=repr(value)[:80],
    )
