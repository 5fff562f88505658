"""How a network is trained, as plain numbers; importing this costs nothing."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from model.base.errors import N_, UserError
from model.data.augmentation import NONE, Augmentation

OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "one-cycle", "cosine", "exponential")

MOMENTUM = 0.9  # of "momentum" and "nesterov"
ONE_CYCLE_BEGIN = 25  # the highest learning rate is so many times the first of one cycle,
ONE_CYCLE_END = 0.002  # of which the last is this share
EXPONENTIAL_END = 0.01  # the last learning rate as a share of the first

# The least and the most that visitors may ask for; what protects the machine that they share.
BOUNDS: dict[str, tuple[float, float]] = {
    "epochs": (1, 200),
    "batch_size": (8, 512),
    "learning_rate": (1e-6, 1e6),
    "weight_decay": (0, 1),
    "digits": (0, 1_000_000),
    "generated": (0, 20_000),
    "validation": (0, 10_000),
    "seed": (0, 2**31 - 1),
}

# How far a digit may be changed: beyond, it would be none any more.
MOST = {"rotation": 90, "scale": 1, "shear": 1, "shift": 10, "bend": 3, "thickness": 1}

STRENGTHS = {"none": 0.0, "gentle": 0.5, "usual": 1.0, "strong": 1.75}  # of usual augmentation

_FORMER_NAMES = {"written": "generated"}


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what comes out of a training, beside architecture and digits."""

    epochs: int = 60  # times that each digit of the data set is seen
    batch_size: int = 128
    optimizer: str = "adamw"  # one of `OPTIMIZERS`
    schedule: str = "one-cycle"  # one of `SCHEDULES`: how the learning rate changes
    learning_rate: float = 3e-3  # the highest that the schedule comes to
    warmup: float = 0.1  # share of all steps in which it rises; only in one cycle
    weight_decay: float = 0.02  # of kernels, not of biases
    label_smoothing: float = 0.0  # share of the target that is spread over all ten digits
    averaging: float = 0.05  # share of all steps over whose weights the kept ones are an average
    synthetic: float = 0.2  # share of each batch that is generated handwriting
    outliers: float = 0.06  # share of each batch that is no digit: all ten equally right
    generated: int = 120_000  # synthetic digits to generate, and a third as many outliers
    digits: int = 0  # how many of the data set's are trained on; 0 = all
    validation: int = 5_000  # digits kept apart for choosing; 0 trains on everything
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0
    jit_compile: bool = False  # on a CPU, XLA takes one and a half to three times as long
    mixed_precision: bool = False  # activations in 16 bits: faster on a GPU that can, slower else
    tensorboard: bool = False  # whether TensorBoard's files are written as well

    def as_json(self) -> dict[str, Any]:
        """Return the recipe as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Recipe":
        """Read a recipe back; KeyError or TypeError when it is not one.

        Older recipes say `written` for `generated`.
        """
        named = {_FORMER_NAMES.get(name, name): value for name, value in data.items()}
        return cls(**{**named, "augmentation": Augmentation(**data["augmentation"])})

    def check(self) -> None:
        """Refuse numbers that no training can be run with."""
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise UserError(N_("{name} must be at least 1."), name=name)
        for name in ("warmup", "label_smoothing", "averaging", "synthetic", "outliers"):
            if not 0 <= getattr(self, name) < 1:
                raise UserError(N_("{name} must be at least 0 and less than 1."), name=name)
        for name in ("learning_rate", "weight_decay", "generated", "digits", "validation", "seed"):
            if not 0 <= getattr(self, name) < math.inf:
                raise UserError(N_("{name} must not be negative."), name=name)
        for name, known in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
            if getattr(self, name) not in known:
                raise UserError(
                    N_("{name} must be one of {known}."), name=name, known=", ".join(known)
                )
        check_augmentation(self.augmentation)
        if self.real_per_batch < 1:
            raise UserError(
                N_(
                    "The shares of synthetic digits and outliers leave no room in the batch for "
                    "the data set."
                )
            )

    def check_bounds(self) -> None:
        """Refuse what visitors of a shared machine may not ask for."""
        for name, (least, most) in BOUNDS.items():
            if not least <= getattr(self, name) <= most:
                raise UserError(
                    N_("{name} must be from {least} to {most}."),
                    name=name,
                    least=f"{least:,}",
                    most=f"{most:,}",
                )

    @property
    def outliers_per_batch(self) -> int:
        """Number of pictures in each batch that are no digits."""
        return round(self.batch_size * self.outliers)

    @property
    def synthetic_per_batch(self) -> int:
        """Number of digits in each batch that were generated."""
        return round(self.batch_size * self.synthetic)

    @property
    def real_per_batch(self) -> int:
        """Number of digits in each batch that come from the data set."""
        return self.batch_size - self.synthetic_per_batch - self.outliers_per_batch


def check_augmentation(augmentation: Augmentation) -> None:
    """Refuse what would not leave a digit."""
    for name, most in MOST.items():
        if not 0 <= getattr(augmentation, name) <= most:
            raise UserError(
                N_("{name} must be from {least} to {most}."), name=name, least=0, most=most
            )


def augmentation_of(strength: str) -> Augmentation:
    """Return the augmentation of a strength: each kind of change in the same proportion."""
    usual = asdict(Augmentation()).items()
    return Augmentation(
        **{name: min(STRENGTHS[strength] * most, MOST[name]) for name, most in usual}
    )


def strength_of(chosen: Augmentation) -> str | None:
    """Return the strength that an augmentation has, None where its parts differ in it."""
    return next((name for name in STRENGTHS if augmentation_of(name) == chosen), None)


# The digits of the data set as they are and nothing else, as every textbook trains.
PLAIN = Recipe(averaging=0, synthetic=0, outliers=0, generated=0, augmentation=NONE)

# A good network in one short training: every digit once, nothing kept apart.
QUICK = replace(PLAIN, epochs=1, batch_size=64, warmup=0.15, label_smoothing=0.05, validation=0)
