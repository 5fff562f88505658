"""Builds Keras networks of designs: functional ones from `(28, 28, 1)` to ten logits."""

import keras

from model.experiments.designs import Design
from model.experiments.shapes import DIGIT, rows


def build(design: Design | str, *, seed: int, mixed_precision: bool = False) -> keras.Model:
    """Build a network of a design, or of a known architecture by its name.

    Its weights follow from the seed. With mixed precision it computes in bfloat16 all but the
    logits; the weights are float32 all the same. (bfloat16 reaches as far as float32, so that no
    loss needs to be scaled.) A UserError says what about the design cannot be built.
    """
    if isinstance(design, str):
        design = Design(design)
    laid_out = rows(design)
    keras.utils.set_random_seed(seed)
    tensors = {DIGIT: keras.Input((28, 28, 1), name=DIGIT)}
    for row in laid_out:
        dtype = "mixed_bfloat16" if mixed_precision and row is not laid_out[-1] else "float32"
        layer = getattr(keras.layers, row.kind)(name=row.name, dtype=dtype, **row.config)
        sources = [tensors[name] for name in row.inbound]
        tensors[row.name] = layer(sources if len(sources) > 1 else sources[0])
    return keras.Model(tensors[DIGIT], tensors[laid_out[-1].name], name=design.architecture)
