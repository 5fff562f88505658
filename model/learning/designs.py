"""What a network is made of, as plain data: shapes and parameters by arithmetic, without Keras.

A design is a list of specs, one for each layer, in Keras's words. `rows` lays it out as the
layers that Keras will build, and refuses what cannot be built or would burden the machine.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import prod
from typing import Any

from model.serving.sentences import N_, Refusal

Spec = Mapping[str, Any]
Shape = tuple[int, ...]

OWN = "own"  # the architecture of a design whose layers a visitor put together
DIGIT = "digit"  # the input, (28, 28, 1)
LOGITS = "logits"  # the last layer, (10,)

MOST_LAYERS = 40
MOST_FILTERS = 64
MOST_UNITS = 512
MOST_PARAMETERS = 500_000
MOST_ACTIVATIONS = 500_000  # numbers that all layers answer one digit with; they fill the memory
_NORMALIZING = 0.9  # Keras's 0.99 would show nothing of a training's first hundreds of batches
_DEEPEST = 3  # residual blocks and branches inside each other

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
    dropout: float = 0.0  # share of the numbers before the logits that is left out in training

    @property
    def specs(self) -> tuple[Spec, ...]:
        """The layers one by one; a Refusal where there is no architecture of that name."""
        if self.architecture == OWN:
            return self.layers
        if self.architecture not in DESIGNS:
            raise Refusal(
                N_("There is no architecture {name}; there are {known}."),
                name=repr(self.architecture)[:80],
                known=", ".join(DESIGNS),
            )
        return DESIGNS[self.architecture]

    def as_json(self) -> dict[str, Any]:
        """Give the design as plain JSON."""
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


@dataclass(frozen=True)
class Row:
    """One layer as Keras will build it."""

    name: str  # "conv1"
    kind: str  # the Keras class: "Conv2D"
    output_shape: Shape  # without the batch axis
    parameters: int  # the fixed ones of a normalisation included
    config: Mapping[str, Any] = field(default_factory=dict)  # what the Keras class is told
    inbound: tuple[str, ...] = ()  # the layers it reads; `DIGIT` is the input


def rows(design: Design) -> list[Row]:
    """Lay a design out layer by layer, from the first after the input to the ten logits.

    A Refusal names the layer that cannot be, or the limit that is passed.
    """
    plan = _Plan(design)
    tail = plan.series(design.specs, DIGIT)
    tail = plan.flat(tail)
    if design.dropout:
        tail = plan.one({"kind": "dropout", "rate": design.dropout, "name": "dropout"}, tail)
    plan.one({"kind": "dense", "units": 10, "name": LOGITS}, tail)
    if design.architecture == OWN:
        _check_size(plan.rows)
    return plan.rows


def parameters(design: Design) -> int:
    """Count the numbers that a network of this design holds."""
    return sum(row.parameters for row in rows(design))


def _check_size(found: Sequence[Row]) -> None:
    limits = [
        (N_("It has {count} layers; at most {most} are allowed."), len(found), MOST_LAYERS),
        (
            N_("It has {count} parameters; at most {most} are allowed."),
            sum(row.parameters for row in found),
            MOST_PARAMETERS,
        ),
        (
            N_("Its layers answer one digit with {count} numbers; at most {most} are allowed."),
            sum(prod(row.output_shape) for row in found),
            MOST_ACTIVATIONS,
        ),
    ]
    for sentence, count, most in limits:
        if count > most:
            raise Refusal(sentence, count=f"{count:,}", most=f"{most:,}")


class _Plan:
    """The layers laid out so far."""

    def __init__(self, design: Design) -> None:
        self.rows: list[Row] = []
        self.most_filters = MOST_FILTERS if design.architecture == OWN else MOST_UNITS
        self._design = design
        self._shapes: dict[str, Shape] = {DIGIT: (28, 28, 1)}
        self._given = {DIGIT, LOGITS, *_names(design.specs)}
        self._deep = 0
        _choice("activation", design.activation, ("", *ACTIVATIONS))
        _choice("kernel_initializer", design.kernel_initializer, ("", *KERNEL_INITIALIZERS))

    def series(self, specs: Any, tail: str) -> str:
        """Lay out specs one after the other behind the layer `tail`; name the last one."""
        if not isinstance(specs, Sequence) or isinstance(specs, str):
            raise Refusal(_NO_LIST, value=repr(specs)[:80])
        for spec in specs:
            tail = self.one(spec, tail)
        return tail

    def one(self, spec: Any, tail: str) -> str:
        """Lay out one spec behind the layer `tail`; name the layer that it ends with."""
        if not isinstance(spec, Mapping) or spec.get("kind") not in _KINDS:
            kind = spec.get("kind") if isinstance(spec, Mapping) else spec
            raise Refusal(
                N_("There is no kind of layer {kind}; there are {known}."),
                kind=repr(kind)[:80],
                known=", ".join(_KINDS),
            )
        if len(self.rows) > 4 * MOST_LAYERS:
            raise Refusal(N_("It has more than {most} layers."), most=MOST_LAYERS)
        lay_out, allowed = _KINDS[spec["kind"]]
        if unknown := set(spec) - {"kind", "name", *allowed}:
            raise Refusal(
                N_("A layer of the kind {kind} has no setting {setting}."),
                kind=spec["kind"],
                setting=repr(min(unknown, key=str))[:80],
            )
        return lay_out(self, spec, tail)

    def add(
        self,
        spec: Spec,
        kind: str,
        inbound: Sequence[str],
        shape: Shape,
        parameters: int = 0,
        **config: Any,
    ) -> str:
        """Add a layer that reads others, and give its name."""
        name = spec.get("name") or self._next_name(spec["kind"])
        if not _is_name(name):
            raise Refusal(
                N_("{name} is no name for a layer: small letters, digits and _ make one."),
                name=repr(name)[:80],
            )
        if name in self._shapes:
            raise Refusal(N_("Two layers have the name {name}."), name=name)
        self._shapes[name] = shape
        self.rows.append(Row(name, kind, shape, parameters, config, tuple(inbound)))
        return name

    def shape(self, name: str) -> Shape:
        """Tell what a layer answers with."""
        return self._shapes[name]

    def side(self, spec: Spec, tail: str) -> int:
        """Tell the side of the square maps before a layer; refuse a layer that finds none."""
        shape = self.shape(tail)
        if len(shape) != 3:
            raise Refusal(
                N_("A layer of the kind {kind} needs maps, and before it they are flattened."),
                kind=spec["kind"],
            )
        return shape[0]

    def flat(self, tail: str) -> str:
        """Flatten what is still a picture."""
        return tail if len(self.shape(tail)) == 1 else self.one({"kind": "flatten"}, tail)

    def hidden(self, spec: Spec) -> dict[str, str]:
        """Tell a layer's activation; none where it is linear."""
        name = _choice("activation", spec.get("activation") or "linear", ACTIVATIONS)
        if name == "linear":
            return {}
        return {"activation": self._design.activation or name}

    def initial(self) -> dict[str, str]:
        """Tell how kernels begin; nothing where it is Keras's own way."""
        name = self._design.kernel_initializer
        return {"kernel_initializer": name} if name else {}

    def inside(self, specs: Any, tail: str) -> str:
        """Lay out what stands inside a block."""
        self._deep += 1
        if self._deep > _DEEPEST:
            raise Refusal(N_("Blocks are nested more than {most} deep."), most=_DEEPEST)
        last = self.series(specs, tail)
        self._deep -= 1
        return last

    def _next_name(self, kind: str) -> str:
        stem, number = _STEMS.get(kind, kind), 1
        if stem == "flatten" and stem not in self._given:
            return stem
        while (name := f"{stem}{number}") in self._given or name in self._shapes:
            number += 1
        return name


_STEMS = {
    "max_pool": "pool",
    "average_pool": "pool",
    "global_average_pool": "pool",
    "batch_normalization": "norm",
    "residual": "add",
    "branches": "concatenate",
}


def _names(specs: Any) -> Iterator[str]:
    """Find every name that a design gives, so that none is given a second time."""
    waiting = [specs]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            if each.get("name"):
                yield str(each["name"])
            waiting += [each.get("layers"), each.get("branches")]
        elif isinstance(each, Sequence) and not isinstance(each, str):
            waiting += each


def _is_name(name: Any) -> bool:
    plain = isinstance(name, str) and name.isascii() and name.replace("_", "a").isalnum()
    return plain and len(name) <= 32 and name == name.lower() and name[0].isalpha()


_NO_LIST = N_("{value} is no list of layers.")


def _number(spec: Spec, name: str, most: int, default: int | None = None) -> int:
    """Read a whole number from 1 to `most`."""
    value = spec.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise Refusal(
            N_("{name} must be a whole number from 1 to {most}; it is {value}."),
            name=name,
            most=most,
            value=repr(value)[:80],
        )
    return value


def _choice(name: str, value: Any, known: Sequence[str]) -> str:
    if value not in known:
        raise Refusal(
            N_("{name} must be one of {known}; it is {value}."),
            name=name,
            known=", ".join(each for each in known if each),
            value=repr(value)[:80],
        )
    return value


def _slid(side: int, spec: Spec, window: int, strides: int, padding: str) -> int:
    """Tell the side of the map that a window leaves as it slides over one."""
    if padding == "same":
        return -(-side // strides)
    if window > side:
        raise Refusal(
            N_(
                "A window of {window} × {window} does not fit on a map of {side} × {side}: "
                "take a smaller one, or padding same."
            ),
            window=window,
            side=side,
        )
    return (side - window) // strides + 1


def _conv(plan: _Plan, spec: Spec, tail: str) -> str:
    side = plan.side(spec, tail)
    filters = _number(spec, "filters", plan.most_filters)
    window = _number(spec, "kernel_size", 28)
    strides = _number(spec, "strides", 28, 1)
    padding = _choice("padding", spec.get("padding", "valid"), ("valid", "same"))
    after = _slid(side, spec, window, strides, padding)
    weights = window * window * plan.shape(tail)[2] * filters
    return plan.add(
        spec,
        "Conv2D",
        [tail],
        (after, after, filters),
        weights + filters,
        filters=filters,
        kernel_size=window,
        **({"strides": strides} if strides > 1 else {}),
        **({"padding": padding} if padding != "valid" else {}),
        **plan.hidden(spec),
        **plan.initial(),
    )


def _pool(kind: str) -> Callable[[_Plan, Spec, str], str]:
    def lay_out(plan: _Plan, spec: Spec, tail: str) -> str:
        side = plan.side(spec, tail)
        window = _number(spec, "pool_size", 28, 2)
        strides = _number(spec, "strides", 28, window)
        padding = _choice("padding", spec.get("padding", "valid"), ("valid", "same"))
        after = _slid(side, spec, window, strides, padding)
        return plan.add(
            spec,
            kind,
            [tail],
            (after, after, plan.shape(tail)[2]),
            pool_size=window,
            **({"strides": strides} if strides != window else {}),
            **({"padding": padding} if padding != "valid" else {}),
        )

    return lay_out


def _global_average(plan: _Plan, spec: Spec, tail: str) -> str:
    plan.side(spec, tail)
    return plan.add(spec, "GlobalAveragePooling2D", [tail], plan.shape(tail)[2:])


def _normalization(plan: _Plan, spec: Spec, tail: str) -> str:
    shape = plan.shape(tail)
    return plan.add(spec, "BatchNormalization", [tail], shape, 4 * shape[-1], momentum=_NORMALIZING)


def _activation(plan: _Plan, spec: Spec, tail: str) -> str:
    config = plan.hidden(spec) or {"activation": "linear"}
    return plan.add(spec, "Activation", [tail], plan.shape(tail), **config)


def _dropout(plan: _Plan, spec: Spec, tail: str) -> str:
    rate = spec.get("rate")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate < 1:
        raise Refusal(
            N_("The rate of dropout must be at least 0 and less than 1; it is {value}."),
            value=repr(rate)[:80],
        )
    return plan.add(spec, "Dropout", [tail], plan.shape(tail), rate=rate)


def _flatten(plan: _Plan, spec: Spec, tail: str) -> str:
    return plan.add(spec, "Flatten", [tail], (prod(plan.shape(tail)),))


def _dense(plan: _Plan, spec: Spec, tail: str) -> str:
    tail = plan.flat(tail)
    units = _number(spec, "units", MOST_UNITS)
    weights = (plan.shape(tail)[0] + 1) * units
    settings = {"units": units, **plan.hidden(spec), **plan.initial()}
    return plan.add(spec, "Dense", [tail], (units,), weights, **settings)


def _residual(plan: _Plan, spec: Spec, tail: str) -> str:
    last = plan.inside(spec.get("layers"), tail)
    if plan.shape(last) != plan.shape(tail) or last == tail:
        raise Refusal(
            N_(
                "A residual block adds what comes in, {before}, to what its layers make of it, "
                "{after}: both must have the same shape."
            ),
            before=_told(plan.shape(tail)),
            after=_told(plan.shape(last)),
        )
    return plan.add(spec, "Add", [last, tail], plan.shape(last))


def _branches(plan: _Plan, spec: Spec, tail: str) -> str:
    branches = spec.get("branches")
    if not isinstance(branches, Sequence) or isinstance(branches, str) or len(branches) < 2:
        raise Refusal(N_("Branches need at least two lists of layers."))
    ends = [plan.inside(branch, tail) for branch in branches]
    if len({plan.shape(end)[:-1] for end in ends}) > 1:
        raise Refusal(
            N_("The branches cannot be joined: their maps differ in size, {shapes}."),
            shapes=", ".join(_told(plan.shape(end)) for end in ends),
        )
    channels = sum(plan.shape(end)[-1] for end in ends)
    return plan.add(spec, "Concatenate", ends, (*plan.shape(ends[0])[:-1], channels))


def _told(shape: Shape) -> str:
    return " × ".join(map(str, shape))


# How each kind is laid out, and the settings that a spec of it may have.
_KINDS: dict[str, tuple[Callable[[_Plan, Spec, str], str], tuple[str, ...]]] = {
    "conv": (_conv, ("filters", "kernel_size", "strides", "padding", "activation")),
    "max_pool": (_pool("MaxPooling2D"), ("pool_size", "strides", "padding")),
    "average_pool": (_pool("AveragePooling2D"), ("pool_size", "strides", "padding")),
    "global_average_pool": (_global_average, ()),
    "batch_normalization": (_normalization, ()),
    "activation": (_activation, ("activation",)),
    "dropout": (_dropout, ("rate",)),
    "flatten": (_flatten, ()),
    "dense": (_dense, ("units", "activation")),
    "residual": (_residual, ("layers",)),
    "branches": (_branches, ("branches",)),
}


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
    """Look through windows of three sizes at once: 32 channels together."""
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
    """Stack ten convolutions alike, so that what is lost on the way back can be seen."""
    return (
        _same(16, 5, activation),
        _HALVED,  # (14, 14, 16)
        *(_same(16, 3, activation) for _ in range(10)),
        _HALVED,  # (7, 7, 16)
    )


def _deep_with_ways_round(activation: str) -> tuple[Spec, ...]:
    """Build the same, but each two of the ten add to what came in."""
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
