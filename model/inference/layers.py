"""What a network is made of, for whoever draws or explains it without Keras."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Layer:
    """One layer as its card describes it; shapes are Keras's, without the batch axis."""

    name: str  # "conv1"
    kind: str  # the Keras class: "Conv2D"
    output_shape: tuple[int, ...]  # (28, 28, 16) of a conv layer, (10,) of a dense one
    parameters: int  # how many numbers it holds, the non-trainable ones included
    config: Mapping[str, Any]  # Keras's settings: kernel_size, strides, padding, activation …
    inbound: tuple[str, ...]  # the layers it reads, in the order it reads them
    weights: Mapping[str, tuple[int, ...]]  # "kernel" -> (5, 5, 1, 16), in Keras's order

    def as_json(self) -> dict[str, Any]:
        """Return the layer as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Layer":
        """Read a layer back; raises KeyError, TypeError or ValueError where it is none."""
        return cls(
            name=str(data["name"]),
            kind=str(data["kind"]),
            output_shape=tuple(int(side) for side in data["output_shape"]),
            parameters=int(data["parameters"]),
            config={name: _tuples(value) for name, value in dict(data["config"]).items()},
            inbound=tuple(str(name) for name in data["inbound"]),
            weights={
                str(name): tuple(int(side) for side in shape)
                for name, shape in dict(data["weights"]).items()
            },
        )


def _tuples(value: Any) -> Any:
    """Turn JSON's lists back into the tuples that Keras gave."""
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


INPUT = "InputLayer"  # the kind of the layer where the pixels come in


def input_shape(layers: Sequence[Layer]) -> tuple[int, int, int]:
    """Return height, width and channels of what a network reads, by its layers in graph order."""
    height, width, channels = layers[0].output_shape
    return height, width, channels


def class_names(layers: Sequence[Layer], labels: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what each class is called: its label, or its number where there are no labels."""
    return tuple(labels) or tuple(map(str, range(layers[-1].output_shape[0])))


def reads_digits(layers: Sequence[Layer], labels: Sequence[str] = ()) -> bool:
    """Return whether a network reads gray pictures of the ten digits, and no others."""
    digits = tuple(map(str, range(10)))
    return input_shape(layers)[2] == 1 and class_names(layers, labels) == digits


def weight_name(layer: str, weight: str) -> str:
    """Return the name that a layer's weight has in the export: "conv1/kernel"."""
    return f"{layer}/{weight}"
