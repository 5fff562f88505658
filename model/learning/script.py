"""A training as a short Keras script that does the same without this project."""

import json
import keyword

from model.learning.augmentation import NONE, Augmentation
from model.learning.designs import OWN, Design
from model.learning.layout import DIGIT, LOGITS, Row, rows
from model.learning.recipes import Recipe

_HEAD = '''"""Trains a network to read handwritten digits and saves it; written by Convscope.

    python {file}              fetches MNIST the first time
    python {file} mnist.npz    reads it from a file instead
"""

import sys

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed({seed})
'''

_DIGITS = """
# The digits: pixels from 0 for paper to 1 for ink, and the labels 0 to 9.
if len(sys.argv) > 1:
    arrays = np.load(sys.argv[1])
    x_train, y_train, x_test, y_test = (
        arrays[name] for name in ("x_train", "y_train", "x_test", "y_test")
    )
else:
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = (x[..., np.newaxis].astype("float32") / 255 for x in (x_train, x_test))
order = np.random.default_rng({seed}).permutation(len(x_train))
kept = min({validation}, len(order) // 5)
validation, training = order[:kept], order[kept:]{digits}
"""

_RATES = {
    "constant": "rate = {rate}\n",
    "one-cycle": (
        "rising = round(steps * {warmup})\n"
        "rate = keras.optimizers.schedules.CosineDecay(\n"
        "    {low}, max(1, steps - rising), alpha=0.002, warmup_target={rate}, "
        "warmup_steps=rising\n"
        ")\n"
    ),
    "cosine": "rate = keras.optimizers.schedules.CosineDecay({rate}, steps)\n",
    "exponential": "rate = keras.optimizers.schedules.ExponentialDecay({rate}, steps, 0.01)\n",
}

_OPTIMIZERS = {
    "sgd": "SGD(rate",
    "momentum": "SGD(rate, momentum=0.9",
    "nesterov": "SGD(rate, momentum=0.9, nesterov=True",
    "rmsprop": "RMSprop(rate",
    "adam": "Adam(rate",
    "adamw": "AdamW(rate",
}

_FIT = """optimizer = keras.optimizers.{optimizer})
{exclude}{learner}.compile(
    optimizer,
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
{learner}.fit(
    x_train[training],
    y_train[training],
    batch_size={batch_size},
    epochs={epochs},
    validation_data=(x_train[validation], y_train[validation]) if kept else None,
)

# The official test, once, at the very end.
loss, accuracy = {learner}.evaluate(x_test, y_test, verbose=0)
print(f"read right in the test: {{100 * accuracy:.2f}} %")
network.save("{name}.keras")
"""


_WIDTH = 100  # characters of a line
_INPUT = "Input"
_ENTRY = Row(name=DIGIT, kind=_INPUT, output_shape=(28, 28, 1))
_FIRST = ("filters", "kernel_size", "pool_size", "units", "rate")  # go unnamed


def text(design: Design, recipe: Recipe) -> str:
    """Write the script of a design and a recipe; it needs Keras and NumPy only.

    The network is exactly the same. Its first weights and the order of the digits are others, and
    augmentation is done by Keras's own layers.
    """
    name = "network" if design.architecture == OWN else design.architecture
    learner = "network" if recipe.augmentation == NONE else "learner"
    return "".join(
        (
            _HEAD.format(file=f"train_{name}.py", seed=recipe.seed),
            _DIGITS.format(
                seed=recipe.seed,
                validation=recipe.validation,
                digits=f"[:{recipe.digits}]" if recipe.digits else "",
            ),
            "\n\ndef build():\n",
            *(_layer(row) for row in [_ENTRY, *rows(design)]),
            f'    return keras.Model({DIGIT}, {LOGITS}, name="{name}")\n\n\n',
            "network = build()\nnetwork.summary()\n",
            _augmented(recipe.augmentation),
            "\n# How it learns.\n",
            f"steps = {recipe.epochs} * -(-len(training) // {recipe.batch_size})\n"
            if recipe.schedule != "constant"
            else "",
            _RATES[recipe.schedule].format(
                rate=recipe.learning_rate, low=recipe.learning_rate / 25, warmup=recipe.warmup
            ),
            _FIT.format(
                optimizer=_optimizer(recipe),
                exclude=_EXCLUDE if recipe.weight_decay else "",
                learner=learner,
                batch_size=recipe.batch_size,
                epochs=recipe.epochs,
                name=name,
            ),
        )
    )


_EXCLUDE = 'optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])\n'


def _optimizer(recipe: Recipe) -> str:
    if recipe.weight_decay or recipe.optimizer == "adamw":  # whose own is not 0
        return f"{_OPTIMIZERS[recipe.optimizer]}, weight_decay={recipe.weight_decay}"
    return _OPTIMIZERS[recipe.optimizer]


def _layer(row: Row) -> str:
    if row.kind == _INPUT:
        return f'    {row.name} = keras.Input({row.output_shape}, name="{row.name}")\n'
    settings = [
        json.dumps(value) if name in _FIRST else f"{name}={json.dumps(value)}"
        for name, value in row.config.items()
    ]
    settings.append(f'name="{row.name}"')
    before = [_variable(name) for name in row.inbound]
    inputs = before[0] if len(before) == 1 else f"[{', '.join(before)}]"
    call = f"    {_variable(row.name)} = layers.{row.kind}("
    line = f"{call}{', '.join(settings)})({inputs})\n"
    if len(line) <= _WIDTH:
        return line
    inside = "".join(f"        {each},\n" for each in settings)
    return f"{call}\n{inside}    )({inputs})\n"


def _variable(name: str) -> str:
    """Name a layer's variable as the layer, unless that means something else."""
    return f"{name}_" if keyword.iskeyword(name) or name in ("keras", "layers") else name


def _augmented(most: Augmentation) -> str:
    """Write the layers that change digits while they are learned from; they stay outside."""
    if most == NONE:
        return ""
    changes = [
        (most.rotation, f"layers.RandomRotation({most.rotation / 360:.4g}"),
        (most.scale, f"layers.RandomZoom({most.scale:.4g}, {most.scale:.4g}"),
        (most.shear, f"layers.RandomShear({most.shear:.4g}"),
        (most.shift, f"layers.RandomTranslation({most.shift / 28:.4g}, {most.shift / 28:.4g}"),
    ]
    lines = "".join(f'        {call}, fill_mode="constant"),\n' for size, call in changes if size)
    return (
        "\n# A digit is changed in another way each time; Convscope bends it as well, and makes\n"
        "# its lines thicker or thinner.\n"
        f"augmentation = keras.Sequential(\n    [\n{lines}    ]\n)\n"
        "learner = keras.Sequential([keras.Input((28, 28, 1)), augmentation, network])\n"
    )
