"""Small random networks over all kinds of layers and their options, each by its seed."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
from comparing import differences
from explained import FUNCTIONS, randomize
from keras import layers

_MOST = 24  # rows and columns that a map may have: the tests are to be quick
_ACTIVATIONS = [name for name in FUNCTIONS if name not in ("softmax", "exponential")]

Tensor = keras.KerasTensor
Rng = np.random.Generator


def generate(seed: int) -> keras.Model:
    """Build the network of a seed; all its numbers are random.

    It computes in double precision: in single precision some of Keras's own answers, as those of a
    GroupNormalization, are further from the truth than ours may be from Keras.
    """
    keras.backend.clear_session()
    with _double_precision():
        return _generated(np.random.default_rng(seed), seed)


@contextmanager
def _double_precision() -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _generated(rng: Rng, seed: int) -> keras.Model:
    side, channels = int(rng.integers(6, 17)), int(rng.choice([1, 3]))
    picture = x = keras.Input((side, side, channels), dtype="float64", name="picture")
    x = _first(rng, x)
    for _ in range(int(rng.integers(3, 8))):
        x = _step(rng, x)
    x = _vector(rng, x)
    for _ in range(int(rng.integers(0, 3))):
        x = _pick(rng, UNITS)(rng, x)
    classes = int(rng.choice([2, 3, 10, 27]))
    cnn = keras.Model(picture, layers.Dense(classes, name="logits")(x))
    randomize(cnn, seed)
    return cnn


def pictures(cnn: keras.Model, seed: int, count: int = 2) -> np.ndarray:
    """Return random pictures of the size that a network reads, in [0, 1]."""
    shape = cnn.inputs[0].shape[1:]
    return np.random.default_rng(seed).random((count, *shape), np.float32)


def _step(rng: Rng, x: Tensor) -> Tensor:
    """Add a layer, or two branches that are merged."""
    return _branches(rng, x) if rng.random() < 0.2 else _pick(rng, MAPS)(rng, x)


def _first(rng: Rng, x: Tensor) -> Tensor:
    """Bring the pixels to another scale, as many networks do."""
    choice = rng.integers(4)
    if choice == 0:
        return layers.Rescaling(float(rng.normal(2)), offset=float(rng.normal()))(x)
    if choice == 1:
        return layers.Normalization(axis=_pick(rng, [-1, None]), mean=0.4, variance=0.3)(x)
    if choice == 2:
        return layers.Normalization(axis=_pick(rng, [-1, (1, 2, 3), 3]))(x)
    return x


def _pick(rng: Rng, choices: list) -> object:
    return choices[int(rng.integers(len(choices)))]


def _size(rng: Rng, x: Tensor, most: int) -> tuple[int, int]:
    """Choose a window no larger than the maps."""
    return tuple(int(rng.integers(1, min(most, side) + 1)) for side in x.shape[1:3])


def _padding(rng: Rng) -> str:
    return str(rng.choice(["same", "valid"]))


def _shared(rng: Rng) -> dict:
    return {
        "padding": _padding(rng),
        "activation": _pick(rng, ["linear", "relu", _pick(rng, _ACTIVATIONS)]),
        "use_bias": bool(rng.random() < 0.8),
    }


def _conv(rng: Rng, x: Tensor) -> Tensor:
    channels, size = x.shape[-1], _size(rng, x, 5)
    groups = int(_pick(rng, [each for each in (1, 1, 2, 3) if channels % each == 0]))
    filters = groups * int(rng.integers(1, 10 // groups + 1))
    window = _strides_or_dilation(rng, x, size)
    return layers.Conv2D(filters, size, groups=groups, **window, **_shared(rng))(x)


def _strides_or_dilation(rng: Rng, x: Tensor, size: tuple[int, int]) -> dict:
    if rng.random() < 0.3:
        most = [
            (side - 1) // (taps - 1) if taps > 1 else 3
            for side, taps in zip(x.shape[1:3], size, strict=True)
        ]
        return {"dilation_rate": tuple(int(rng.integers(1, max(1, min(3, m)) + 1)) for m in most)}
    return {"strides": tuple(int(each) for each in rng.integers(1, 4, 2))}


def _depthwise(rng: Rng, x: Tensor) -> Tensor:
    size, stride = _size(rng, x, 4), int(rng.integers(1, 3))
    multiplier = int(rng.integers(1, 3)) if x.shape[-1] <= 8 else 1
    kind = layers.DepthwiseConv2D(size, strides=stride, depth_multiplier=multiplier, **_shared(rng))
    return kind(x)


def _separable(rng: Rng, x: Tensor) -> Tensor:
    size, stride = _size(rng, x, 4), int(rng.integers(1, 3))
    return layers.SeparableConv2D(
        int(rng.integers(1, 9)),
        size,
        strides=stride,
        depth_multiplier=int(rng.integers(1, 3)),
        **_shared(rng),
    )(x)


def _transposed(rng: Rng, x: Tensor) -> Tensor:
    size = tuple(int(each) for each in rng.integers(1, 6, 2))
    strides = tuple(
        int(rng.integers(1, max(1, min(3, _MOST // side)) + 1)) for side in x.shape[1:3]
    )
    shared = _shared(rng)
    options = {}
    is_odd = all(taps % 2 for taps in size)  # TensorFlow has no answer for some that are even
    if strides != (1, 1) and (is_odd or shared["padding"] == "valid") and rng.random() < 0.3:
        most = [min(stride, taps) for stride, taps in zip(strides, size, strict=True)]
        options["output_padding"] = tuple(int(rng.integers(0, each)) for each in most)
    filters = int(rng.integers(1, 9))
    layer = layers.Conv2DTranspose(filters, size, strides=strides, **options, **shared)
    return _unless_too_large(layer, x)


def _unless_too_large(layer: keras.Layer, x: Tensor) -> Tensor:
    fits = all(1 <= side <= _MOST for side in layer.compute_output_shape(x.shape)[1:3])
    return layer(x) if fits else x


def _pool(rng: Rng, x: Tensor) -> Tensor:
    kind = _pick(rng, [layers.MaxPooling2D, layers.AveragePooling2D])
    strides = _pick(rng, [None, tuple(int(each) for each in rng.integers(1, 4, 2))])
    return kind(_size(rng, x, 3), strides=strides, padding=_padding(rng))(x)


def _upsampling(rng: Rng, x: Tensor) -> Tensor:
    size = tuple(int(each) for each in rng.integers(1, 4, 2))
    how = str(rng.choice(["nearest", "bilinear"]))
    return _unless_too_large(layers.UpSampling2D(size, interpolation=how), x)


def _edges(rng: Rng, x: Tensor) -> Tensor:
    sides = tuple(tuple(int(each) for each in rng.integers(0, 3, 2)) for _ in range(2))
    fits = all(sum(cut) < side for cut, side in zip(sides, x.shape[1:3], strict=True))
    if rng.random() < 0.5 or not fits:
        return _unless_too_large(layers.ZeroPadding2D(sides), x)
    return layers.Cropping2D(sides)(x)


def _normalization(rng: Rng, x: Tensor) -> Tensor:
    switches = {"center": bool(rng.random() < 0.8), "scale": bool(rng.random() < 0.8)}
    epsilon = float(_pick(rng, [1e-3, 1e-2]))
    choice = rng.integers(3)
    if choice == 0:
        return layers.BatchNormalization(epsilon=epsilon, **switches)(x)
    if choice == 1:
        axis = _pick(rng, [-1, [1, 2], [1, 2, 3], 3, [2, 3]] if len(x.shape) == 4 else [-1, 1])
        return layers.LayerNormalization(axis=axis, epsilon=epsilon, **switches)(x)
    channels = x.shape[-1]
    groups = int(_pick(rng, [each for each in range(1, channels + 1) if channels % each == 0]))
    return layers.GroupNormalization(_pick(rng, [groups, -1]), epsilon=epsilon, **switches)(x)


def _activation(rng: Rng, x: Tensor) -> Tensor:
    shared = _pick(rng, [None, [1, 2], [3]]) if len(x.shape) == 4 else None
    kinds = [
        layers.Activation(str(_pick(rng, _ACTIVATIONS))),
        layers.ReLU(),
        layers.ReLU(max_value=float(rng.uniform(0.5, 3))),
        layers.ReLU(max_value=2.0, negative_slope=0.25, threshold=0.5),
        layers.LeakyReLU(negative_slope=float(rng.uniform(0, 0.5))),
        layers.PReLU(shared_axes=shared),
        layers.ELU(alpha=float(rng.uniform(0.2, 1.5))),
        layers.Softmax(),
    ]
    return _pick(rng, kinds)(x)


def _regularization(rng: Rng, x: Tensor) -> Tensor:
    kinds = [layers.Dropout(0.5), layers.GaussianNoise(1.0)]
    kinds += [layers.SpatialDropout2D(0.5)] if len(x.shape) == 4 else []
    return _pick(rng, kinds)(x)


def _reshaped(rng: Rng, x: Tensor) -> Tensor:
    height, width, channels = x.shape[1:]
    return layers.Reshape(_pick(rng, [(width, height, channels), (-1, width, channels)]))(x)


def _branches(rng: Rng, x: Tensor) -> Tensor:
    """Merge two ways on from here, and perhaps the way past them."""
    filters = x.shape[-1]
    ways = [
        layers.Conv2D(filters, int(rng.integers(1, 4)), padding="same", activation="tanh")(x),
        layers.DepthwiseConv2D(3, padding="same")(x),
        *([x] if rng.random() < 0.5 else []),
    ]
    if rng.random() < 0.3:
        gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
        return layers.Multiply()([ways[0], gate])
    if len(ways) == 2 and rng.random() < 0.3:
        return layers.Subtract()(ways)
    several = [layers.Add, layers.Average, layers.Maximum, layers.Minimum, layers.Multiply]
    return _pick(rng, [*several, layers.Concatenate])()(ways)


def _vector(rng: Rng, x: Tensor) -> Tensor:
    kinds: list[Callable] = [
        layers.Flatten(),
        layers.GlobalAveragePooling2D(),
        layers.GlobalMaxPooling2D(),
        lambda y: layers.Flatten()(layers.GlobalMaxPooling2D(keepdims=True)(y)),
        layers.Reshape((-1,)),
    ]
    return _pick(rng, kinds)(x)


def _dense(rng: Rng, x: Tensor) -> Tensor:
    return layers.Dense(int(rng.integers(2, 20)), activation=str(_pick(rng, _ACTIVATIONS)))(x)


MAPS = [
    _conv,
    _conv,
    _depthwise,
    _separable,
    _transposed,
    _transposed,
    _pool,
    _upsampling,
    _edges,
    _normalization,
    _normalization,
    _activation,
    _activation,
    _regularization,
    _reshaped,
]
UNITS = [_dense, _normalization, _activation, _regularization]


def _report(count: int) -> None:
    """Compare so many networks with Keras, and say how far the furthest numbers lie apart."""
    cases = {}
    for seed in range(count):
        cnn = generate(seed)
        cases[str(seed)] = cnn, pictures(cnn, seed)
    with TemporaryDirectory() as folder:
        apart = sorted(differences(cases, Path(folder)), key=lambda each: each[2])
    kinds = Counter(type(layer).__name__ for cnn, _ in cases.values() for layer in cnn.layers)
    print(f"{count} networks, {len(apart)} comparisons of a layer; layers:", dict(kinds))
    for network, layer, difference in apart[-5:]:
        print(f"{difference:.1e}  network {network}: {layer}")


if __name__ == "__main__":
    _report(int(sys.argv[1]))
