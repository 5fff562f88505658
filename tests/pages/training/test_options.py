from dataclasses import replace

import pytest

from model.data.augmentation import Augmentation
from model.experiments import recipes
from model.experiments.designs import Design
from pages.training import options

NONE = Augmentation(rotation=0, scale=0, shear=0, shift=0, bend=0, thickness=0)


@pytest.mark.parametrize("strength", recipes.STRENGTHS)
def test_an_augmentation_is_shown_as_the_strength_that_it_was_chosen_with(strength):
    assert recipes.strength_of(recipes.augmentation_of(strength)) == strength


def test_nothing_changed_is_the_strength_none_and_parts_changed_one_by_one_are_none_of_them():
    assert recipes.strength_of(NONE) == "none"
    assert recipes.strength_of(replace(NONE, rotation=3)) is None


def test_the_form_begins_with_a_strength_that_is_selected():
    assert options.values(Design("convscope"), options.BEGINNING)["strength"] == "none"
