"""Keras networks of the designs: plain functional ones of `(28, 28, 1)` that end in ten logits."""

import keras

from model.learning.designs import DIGIT, Design, rows


def build(design: Design | str, *, seed: int) -> keras.Model:
    """Build a network of a design, or of a known architecture by its name.

    Its weights follow from the seed. A Refusal says what about the design cannot be built.
    """
    if isinstance(design, str):
        design = Design(design)
    laid_out = rows(design)
    keras.utils.set_random_seed(seed)
    answers = {DIGIT: keras.Input((28, 28, 1), name=DIGIT)}
    for row in laid_out:
        layer = getattr(keras.layers, row.kind)(name=row.name, **row.config)
        sources = [answers[name] for name in row.inbound]
        answers[row.name] = layer(sources if len(sources) > 1 else sources[0])
    return keras.Model(answers[DIGIT], answers[laid_out[-1].name], name=design.architecture)
