"""How a network is trained, as plain numbers; importing this costs nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from model.learning.augmentation import Augmentation
from model.serving.sentences import N_, Refusal


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what comes out of a training, beside architecture and digits."""

    epochs: int = 70  # times that each digit of the data set is seen
    batch_size: int = 128
    learning_rate: float = 3e-3  # the highest; it rises to it, then falls to nearly nothing
    warmup: float = 0.1  # share of all steps in which it rises
    weight_decay: float = 0.02  # AdamW; of kernels, not of biases
    label_smoothing: float = 0.0  # share of the target that is spread over all ten digits
    averaging: float = 0.05  # share of all steps over which weights are averaged, at the end kept
    synthetic: float = 0.3  # share of each batch that our own handwriting gives
    outliers: float = 0.06  # share of each batch that is no digit: all ten equally right
    written: int = 120_000  # synthetic digits to write, and a third as many outliers
    validation: int = 5_000  # digits kept apart for choosing; 0 trains on everything
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0
    jit_compile: bool = False  # on a CPU, XLA takes one and a half to three times as long

    def as_json(self) -> dict[str, Any]:
        """Give the recipe as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Recipe":
        """Read a recipe back; KeyError or TypeError when it is not one."""
        return cls(**{**data, "augmentation": Augmentation(**data["augmentation"])})

    def check(self) -> None:
        """Refuse numbers that no training can be run with."""
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise Refusal(N_("{name} must be at least 1."), name=name)
        for name in ("warmup", "label_smoothing", "averaging", "synthetic", "outliers"):
            if not 0 <= getattr(self, name) < 1:
                raise Refusal(N_("{name} must be at least 0 and less than 1."), name=name)
        for name in ("learning_rate", "weight_decay", "written", "validation", "seed"):
            if not getattr(self, name) >= 0:
                raise Refusal(N_("{name} must not be negative."), name=name)
        if self.real < 1:
            raise Refusal(N_("Nothing is left of a batch for digits of the data set."))

    @property
    def strange(self) -> int:
        """How many of a batch are no digits."""
        return round(self.batch_size * self.outliers)

    @property
    def ours(self) -> int:
        """How many of a batch our own handwriting gives."""
        return round(self.batch_size * self.synthetic)

    @property
    def real(self) -> int:
        """How many of a batch come from the data set."""
        return self.batch_size - self.ours - self.strange


FIELDS = tuple(each.name for each in fields(Recipe))
