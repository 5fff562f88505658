"""Writes a training as a short Keras script that does the same without this project."""

import inspect
import json
import keyword
from collections.abc import Sequence

from model.data import augmentation
from model.data.augmentation import NONE, Augmentation
from model.experiments.designs import OWN, Design
from model.experiments.events import ENDINGS, TrainingEvent
from model.experiments.recipes import (
    EXPONENTIAL_END,
    MOMENTUM,
    ONE_CYCLE_BEGIN,
    ONE_CYCLE_END,
    Recipe,
)
from model.experiments.shapes import DIGIT, LOGITS, PlacedLayer, layers_of

_HEAD = '''"""Trains a network to read handwritten digits and saves it; written by Convscope.

    python {file}              fetches MNIST the first time
    python {file} mnist.npz    reads it from a file instead
"""

import sys
{imports}
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed({seed})
{precision}'''

_DIGITS = '''
# The digits: pixels from 0 for paper to 255 for ink, and the labels 0 to 9.
if len(sys.argv) > 1:
    arrays = np.load(sys.argv[1])
    x_train, y_train, x_test, y_test = (
        arrays[name] for name in ("x_train", "y_train", "x_test", "y_test")
    )
else:
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
order = np.random.default_rng({seed}).permutation(len(x_train))
kept = min({validation}, len(order) // 5)
validation, training = order[:kept], order[kept:]{digits}


def taken(pixels):
    """Return pixels as the network takes them: (n, 28, 28, 1), from 0 to 1."""
    return pixels[..., np.newaxis].astype("float32") / 255
'''

_RATES = {
    "constant": "rate = {rate}\n",
    "one-cycle": (
        "rising = round(steps * {warmup})\n"
        "rate = keras.optimizers.schedules.CosineDecay(\n"
        "    {low}, max(1, steps - rising), alpha={end}, warmup_target={rate}, "
        "warmup_steps=rising\n"
        ")\n"
    ),
    "cosine": "rate = keras.optimizers.schedules.CosineDecay({rate}, steps)\n",
    "exponential": (
        "rate = keras.optimizers.schedules.ExponentialDecay({rate}, steps, {exponential_end})\n"
    ),
}

_OPTIMIZERS = {
    "sgd": "SGD(rate",
    "momentum": f"SGD(rate, momentum={MOMENTUM}",
    "nesterov": f"SGD(rate, momentum={MOMENTUM}, nesterov=True",
    "rmsprop": "RMSprop(rate",
    "adam": "Adam(rate",
    "adamw": "AdamW(rate",
}

_STEERED = '''

class Steered(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate changed by hand: from which step on, and to how many times it."""

    def __init__(self, rate, changes):
        self.rate, self.changes = rate, changes

    def __call__(self, step):
        factor = 1.0
        for begin, changed in self.changes:
            factor = keras.ops.where(step >= begin, changed, factor)
        return factor * (self.rate(step) if callable(self.rate) else self.rate)


rate = Steered(rate, [
{changes}
])
'''

_STOP = '''

class Stop(keras.callbacks.Callback):
    """Ends the training where it was ended."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.optimizer.iterations >= {last}:
            self.model.stop_training = True


'''

_LEFT_OUT = """# Convscope adds handwriting of its own, smooths the labels or averages the weights:
# that is left out here.
"""

_FIT = """optimizer = keras.optimizers.{optimizer})
{exclude}network.compile(
    optimizer,
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
network.fit(
    {digits},
    epochs={epochs},
    validation_data=(taken(x_train[validation]), y_train[validation]) if kept else None,{stop}
)
{plain}
# The test set, once, at the very end.
right = network.predict(taken(x_test), verbose=0).argmax(axis=1) == y_test
print(f"accuracy on the test set: {{right.mean():.2%}}")
network.save("{name}.keras")
"""

_UNCHANGED = """taken(x_train[training]),
    y_train[training],
    batch_size={}"""

_AUGMENTATION = '''

# Data augmentation: the most that a digit may be changed, at random, each time it is used.
CHANGES = Augmentation(
    {changes}
)
{later}

class Batches(keras.utils.PyDataset):
    """The digits in another order in each epoch."""

    def __init__(self):
        super().__init__()
        self.rng = np.random.default_rng({seed})
        self.epoch = -1
        self.on_epoch_end()

    def on_epoch_end(self):
        self.epoch += 1
        self.order = self.rng.permutation(training)

    def __len__(self):
        return -(-len(training) // {batch_size})

    def __getitem__(self, number):
        chosen = self.order[number * {batch_size} : (number + 1) * {batch_size}]
        changes = {now}
        return taken(augment(x_train[chosen], self.rng, changes)), y_train[chosen]
'''

_LATER = """

# What the changes became while it trained: after how many epochs, and what.
LATER = [
{later}
]


def changes_at(epoch):
    return next((each for begin, each in reversed(LATER) if epoch >= begin), CHANGES)
"""

_MIXED = """keras.mixed_precision.set_global_policy("mixed_bfloat16")  # computes in 16 bits
"""

_FLOAT32 = 'keras.mixed_precision.set_global_policy("float32")\n'

_PLAIN = """
# The same weights in a plain network: it {purpose}.
{policy}weights = network.get_weights()
network = build()
network.set_weights(weights)
"""

_WIDTH = 100  # characters of a line
_INPUT = "Input"
_ENTRY = PlacedLayer(name=DIGIT, kind=_INPUT, output_shape=(28, 28, 1))
_FIRST = ("filters", "kernel_size", "pool_size", "units", "rate")  # go unnamed


def text(design: Design, recipe: Recipe, events: Sequence[TrainingEvent] = ()) -> str:
    """Return the script of a design and a recipe; it needs Keras, and OpenCV where digits change.

    The network and what is done to the digits are exactly the same, and so is what was changed
    while it trained. Its first weights and the order of the digits are others, and what no visitor
    can ask for is left out: it says so.
    """
    name = "network" if design.architecture == OWN else design.architecture
    changed = [event for event in events if event.augmentation is not None]
    changes = recipe.augmentation != NONE or bool(changed)
    rates = [event for event in events if event.learning_rate is not None]
    ending = next((event for event in events if event.kind in ENDINGS), None)
    return "".join(
        (
            _HEAD.format(
                file=f"train_{name}.py",
                seed=recipe.seed,
                imports="from dataclasses import dataclass\n\nimport cv2" if changes else "",
                precision=_MIXED if recipe.mixed_precision else "",
            ),
            _DIGITS.format(
                seed=recipe.seed,
                validation=recipe.validation,
                digits=f"[:{recipe.digits}]" if recipe.digits else "",
            ),
            _augmented(recipe, changed) if changes else "",
            "\n\ndef build():\n",
            *(_layer(each, recipe) for each in [_ENTRY, *layers_of(design)]),
            f'    return keras.Model({DIGIT}, {LOGITS}, name="{name}")\n\n\n',
            "network = build()\nnetwork.summary()\n",
            "\n# Training settings.\n",
            _LEFT_OUT if _asks_more(recipe) else "",
            _steps(recipe, counted=bool(rates or ending)),
            _RATES[recipe.schedule].format(
                rate=recipe.learning_rate,
                low=recipe.learning_rate / ONE_CYCLE_BEGIN,
                end=ONE_CYCLE_END,
                exponential_end=EXPONENTIAL_END,
                warmup=recipe.warmup,
            ),
            _steered(recipe, rates) if rates else "",
            _STOP.format(last=_place(ending)) if ending else "",
            _FIT.format(
                optimizer=_optimizer(recipe),
                exclude=_EXCLUDE if recipe.weight_decay else "",
                digits="Batches()" if changes else _UNCHANGED.format(recipe.batch_size),
                epochs=recipe.epochs,
                stop="\n    callbacks=[Stop()]," if ending else "",
                plain=_plain(recipe, steered=bool(rates)),
                name=name,
            ),
        )
    )


_EXCLUDE = 'optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])\n'


def _steps(recipe: Recipe, *, counted: bool) -> str:
    """Return the code that counts batches, where a schedule or `counted` has need of it."""
    scheduled = recipe.schedule != "constant"
    epoch = f"epoch = -(-len(training) // {recipe.batch_size})  # batches\n"
    steps = f"steps = {recipe.epochs} * epoch\n" if scheduled else ""
    return epoch + steps if scheduled or counted else ""


def _place(event: TrainingEvent) -> str:
    """Return the code of the step at which something happened; `epoch` is that of a whole one."""
    return f"round({event.epoch:.6g} * epoch)"


def _steered(recipe: Recipe, rates: Sequence[TrainingEvent]) -> str:
    factors = (f"{(event.learning_rate or 0) / (recipe.learning_rate or 1):.6g}" for event in rates)
    places = map(_place, rates)
    changes = (f"    ({place}, {factor})," for place, factor in zip(places, factors, strict=True))
    return _STEERED.format(changes="\n".join(changes))


def _plain(recipe: Recipe, *, steered: bool) -> str:
    """Return how the network is made anew where it could not be opened without the script."""
    purposes = []
    if recipe.mixed_precision:
        purposes.append("computes in 32 bits")
    if steered:
        purposes.append("opens without this script")
    policy = _FLOAT32 if recipe.mixed_precision else ""
    return _PLAIN.format(purpose=" and ".join(purposes), policy=policy) if purposes else ""


def _asks_more(recipe: Recipe) -> bool:
    """Return whether a recipe, from the command line, asks for what is left out."""
    return recipe.real_per_batch < recipe.batch_size or bool(
        recipe.averaging or recipe.label_smoothing
    )


def _optimizer(recipe: Recipe) -> str:
    if recipe.weight_decay or recipe.optimizer == "adamw":  # whose own is not 0
        return f"{_OPTIMIZERS[recipe.optimizer]}, weight_decay={recipe.weight_decay}"
    return _OPTIMIZERS[recipe.optimizer]


def _layer(layer: PlacedLayer, recipe: Recipe) -> str:
    if layer.kind == _INPUT:
        return f'    {layer.name} = keras.Input({layer.output_shape}, name="{layer.name}")\n'
    settings = [
        json.dumps(value) if name in _FIRST else f"{name}={json.dumps(value)}"
        for name, value in layer.config.items()
    ]
    settings.append(f'name="{layer.name}"')
    if recipe.mixed_precision and layer.name == LOGITS:
        settings.append('dtype="float32"')
    before = [_variable(name) for name in layer.inbound]
    inputs = before[0] if len(before) == 1 else f"[{', '.join(before)}]"
    call = f"    {_variable(layer.name)} = layers.{layer.kind}("
    line = f"{call}{', '.join(settings)})({inputs})\n"
    if len(line) <= _WIDTH:
        return line
    inside = "".join(f"        {each},\n" for each in settings)
    return f"{call}\n{inside}    )({inputs})\n"


def _variable(name: str) -> str:
    """Return the name of a layer's variable: the layer's, unless that means something else."""
    return f"{name}_" if keyword.iskeyword(name) or name in ("keras", "layers") else name


def _augmented(recipe: Recipe, changed: Sequence[TrainingEvent]) -> str:
    """Return what changes the digits while they are trained on: the code that this app runs."""
    below_imports = inspect.getsource(augmentation).split("import numpy as np\n", 1)[1]
    at = f"self.epoch + number / -(-len(training) // {recipe.batch_size})"
    later = [
        f"    ({event.epoch:.6g}, Augmentation(\n        {_changes(event.augmentation)}\n    )),"
        for event in changed
        if event.augmentation is not None
    ]
    batches = _AUGMENTATION.format(
        changes=_changes(recipe.augmentation),
        later=_LATER.format(later="\n".join(later)) if later else "",
        seed=recipe.seed,
        batch_size=recipe.batch_size,
        now=f"changes_at({at})" if later else "CHANGES",
    )
    return f"\n{below_imports.rstrip()}{batches}"


def _changes(augmentation: Augmentation) -> str:
    return ", ".join(f"{name}={most:g}" for name, most in vars(augmentation).items())
