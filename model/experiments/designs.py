"""What a network is made of, as plain data: an architecture at hand, or layers of one's own.

A design is a list of specs, one for each layer, in Keras's words; `shapes.py` lays it out.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from model.base.errors import N_, UserError

Spec = Mapping[str, Any]

OWN = "own"  # the architecture of a design whose layers a visitor put together

ACTIVATIONS = (
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
    "tanh",
    "sigmoid",
    "linear",
)
KERNEL_INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_normal",
    "random_normal",
    "zeros",
    "ones",
)


@dataclass(frozen=True)
class Design:
    """A network to be built: a known architecture by its name, or a visitor's own layers."""

    architecture: str
    layers: tuple[Spec, ...] = ()  # of an own one
    activation: str = ""  # takes the place of every hidden activation; "" = as designed
    kernel_initializer: str = ""  # "" = Keras's own, glorot_uniform
    dropout: float = 0.0  # share of the activations before the logits that is set to 0 in training

    @property
    def specs(self) -> tuple[Spec, ...]:
        """The layers one by one; a UserError where there is no architecture of that name."""
        if self.architecture == OWN:
            return self.layers
        if self.architecture not in DESIGNS:
            raise UserError(
                N_("Unknown architecture {name}; known ones: {known}."),
                name=repr(self.architecture)[:80],
                known=", ".join(DESIGNS),
            )
        return DESIGNS[self.architecture]

    def as_json(self) -> dict[str, Any]:
        """Return the design as plain JSON."""
        return {**asdict(self), "layers": [dict(spec) for spec in self.layers]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Design":
        """Read a design back; KeyError, TypeError or ValueError when it is not one."""
        design = cls(**{**data, "layers": tuple(dict(spec) for spec in data["layers"])})
        for text in (design.architecture, design.activation, design.kernel_initializer):
            if not isinstance(text, str):
                raise TypeError(text)
        if not isinstance(design.dropout, float | int):
            raise TypeError(design.dropout)
        return design


# --- the architectures at hand ---


def _layer(kind: str, name: str = "", **settings: Any) -> Spec:
    return {"kind": kind, **settings, **({"name": name} if name else {})}


def _same(filters: int, kernel_size: int, activation: str = "relu", name: str = "") -> Spec:
    return _layer(
        "conv",
        name,
        filters=filters,
        kernel_size=kernel_size,
        padding="same",
        activation=activation,
    )


_HALVED = _layer("max_pool", pool_size=2)

# Five convolutions and two poolings, 32 filters each: small enough to watch.
_CONVSCOPE = (
    _same(32, 5, name="conv1"),  # (28, 28, 32)
    _HALVED,  # (14, 14, 32)
    _same(32, 3),
    _same(32, 3),
    _HALVED,  # (7, 7, 32)
    _same(32, 3),
    _layer("conv", filters=32, kernel_size=3, activation="relu"),  # (5, 5, 32)
    _layer("dense", "dense", units=96, activation="relu"),
)

# LeNet-5 as it is taught: tanh, averages, two convolutions and three dense layers. After
# Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998; its second
# convolution reads all maps, its subsampling has no weights, and it ends in logits.
_LENET5 = (
    _same(6, 5, "tanh", "c1"),  # (28, 28, 6)
    _layer("average_pool", "s2", pool_size=2),
    _layer("conv", "c3", filters=16, kernel_size=5, activation="tanh"),  # (10, 10, 16)
    _layer("average_pool", "s4", pool_size=2),
    _layer("conv", "c5", filters=120, kernel_size=5, activation="tanh"),  # (1, 1, 120)
    _layer("dense", "f6", units=84, activation="tanh"),
)

# The least that still has every part; for trying things out in a second.
_TINY = (
    _layer("conv", filters=4, kernel_size=3, activation="relu"),  # (26, 26, 4)
    _HALVED,  # (13, 13, 4)
    _layer("conv", filters=6, kernel_size=3, strides=2, padding="same", activation="relu"),
)

# Pairs of small windows instead of one large one, after K. Simonyan and A. Zisserman, "Very deep
# convolutional networks for large-scale image recognition", 2014.
_VGG = (
    _same(16, 3),
    _same(16, 3),
    _HALVED,  # (14, 14, 16)
    _same(32, 3),
    _same(32, 3),
    _HALVED,  # (7, 7, 32)
    _same(32, 3),
    _same(32, 3),
    _HALVED,  # (3, 3, 32)
    _layer("dense", units=64, activation="relu"),
)


def _module() -> Spec:
    """Return a module with windows of three sizes side by side: 32 channels together."""
    branches = [
        [_same(8, 1)],
        [_same(8, 1), _same(12, 3)],
        [_same(4, 1), _same(6, 5)],
        [_layer("max_pool", pool_size=3, strides=1, padding="same"), _same(6, 1)],
    ]
    return _layer("branches", branches=branches)


# After C. Szegedy et al., "Going deeper with convolutions", 2014.
_INCEPTION = (
    _same(16, 5),
    _HALVED,  # (14, 14, 16)
    _module(),
    _module(),
    _HALVED,  # (7, 7, 32)
    _module(),
    _layer("global_average_pool"),
)


def _block(filters: int) -> tuple[Spec, Spec]:
    body = [
        _same(filters, 3, "linear"),
        _layer("batch_normalization"),
        _layer("activation", activation="relu"),
        _same(filters, 3, "linear"),
        _layer("batch_normalization"),
    ]
    return _layer("residual", layers=body), _layer("activation", activation="relu")


# After K. He et al., "Deep residual learning for image recognition", 2015.
_RESNET = (
    _same(16, 3, "linear"),
    _layer("batch_normalization"),
    _layer("activation", activation="relu"),
    *_block(16),
    _HALVED,  # (14, 14, 16)
    *_block(16),
    _layer("conv", filters=32, kernel_size=3, strides=2, padding="same", activation="relu"),
    *_block(32),  # (7, 7, 32)
    _layer("global_average_pool"),
)


def _deep(activation: str) -> tuple[Spec, ...]:
    """Return ten convolutions alike, so that what is lost on the way back can be seen."""
    return (
        _same(16, 5, activation),
        _HALVED,  # (14, 14, 16)
        *(_same(16, 3, activation) for _ in range(10)),
        _HALVED,  # (7, 7, 16)
    )


def _deep_with_ways_round(activation: str) -> tuple[Spec, ...]:
    """Return the same, but each two of the ten add to what came in."""
    pair = _layer("residual", layers=[_same(16, 3, activation), _same(16, 3, "linear")])
    return _same(16, 5, activation), _HALVED, *(pair for _ in range(5)), _HALVED


DESIGNS: dict[str, tuple[Spec, ...]] = {
    "convscope": _CONVSCOPE,
    "lenet5": _LENET5,
    "tiny": _TINY,
    "vgg": _VGG,
    "inception": _INCEPTION,
    "resnet": _RESNET,
    "deep_sigmoid": _deep("sigmoid"),
    "deep_relu": _deep("relu"),
    "deep_residual": _deep_with_ways_round("sigmoid"),
}
