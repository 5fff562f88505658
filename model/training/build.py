"""Builds Keras networks of designs: functional ones from `(28, 28, 1)` to ten logits."""

import keras

from model.experiments.designs import Design
from model.experiments.shapes import DIGIT, layers_of


def build(design: Design | str, *, seed: int, mixed_precision: bool = False) -> keras.Model:
    """Return a network of a design, or of a known architecture by its name.

    Its weights follow from the seed. With mixed precision it computes in bfloat16 all but the
    logits; the weights are float32 all the same. (bfloat16 reaches as far as float32, so that no
    loss needs to be scaled.) A UserError says what about the design cannot be built.
    """
    if isinstance(design, str):
        design = Design(design)
    layers = layers_of(design)
    keras.utils.set_random_seed(seed)
    tensors = {DIGIT: keras.Input((28, 28, 1), name=DIGIT)}
    for each in layers:
        dtype = "mixed_bfloat16" if mixed_precision and each is not layers[-1] else "float32"
        layer = getattr(keras.layers, each.kind)(name=each.name, dtype=dtype, **each.config)
        sources = [tensors[name] for name in each.inbound]
        tensors[each.name] = layer(sources if len(sources) > 1 else sources[0])
    return keras.Model(tensors[DIGIT], tensors[layers[-1].name], name=design.architecture)
