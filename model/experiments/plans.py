"""One training to be run, as plain data: under which title, what, and how."""

from dataclasses import dataclass

from model.experiments.designs import Design
from model.experiments.recipes import Recipe


@dataclass(frozen=True)
class TrainingPlan:
    """A network to be trained by a recipe."""

    title: str
    design: Design
    recipe: Recipe
