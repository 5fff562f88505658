import pytest

from model.data import augmentation, datasets
from model.experiments.presets import PRESETS, on_fewer
from model.experiments.shapes import layers_of, parameters

BY_ID = {preset.id: preset for preset in PRESETS}
RACERS = [plan for preset in PRESETS for plan in preset.plans]


def test_every_experiment_has_an_id_of_its_own():
    assert len(BY_ID) == len(PRESETS)


@pytest.mark.parametrize("preset", PRESETS, ids=BY_ID)
def test_an_experiment_asks_first_and_one_of_two_to_four_answers_comes_true(preset):
    assert preset.question.endswith("?")
    assert 2 <= len(set(preset.answers)) == len(preset.answers) <= 4
    assert 0 <= preset.right < len(preset.answers)
    assert preset.expect.endswith(".")
    assert preset.watch.endswith(".")


def test_the_right_answer_stands_in_more_than_one_place():
    assert len({preset.right for preset in PRESETS}) > 1


@pytest.mark.parametrize("preset", PRESETS, ids=BY_ID)
def test_an_experiment_is_one_training_or_a_race_of_two_or_three(preset):
    assert 1 <= len(preset.plans) <= 3
    assert len({plan.title for plan in preset.plans}) == len(preset.plans)


@pytest.mark.parametrize("plan", RACERS, ids=lambda plan: plan.title)
def test_every_training_of_an_experiment_may_be_asked_for_by_visitors(plan):
    layers_of(plan.design)
    plan.recipe.check()
    plan.recipe.check_bounds()


def told(preset_id):
    """Tell what the trainings of a race differ in."""
    plans = BY_ID[preset_id].plans
    differing = set()
    for part in ("design", "recipe"):
        settings = [vars(getattr(plan, part)) for plan in plans]
        differing |= {
            name for name in settings[0] if len({str(each[name]) for each in settings}) > 1
        }
    return differing


@pytest.mark.parametrize(
    ("preset_id", "differing"),
    [
        ("overfitting", {"dropout", "augmentation"}),
        ("vanishing", {"architecture"}),
        ("exploding", {"learning_rate"}),
        ("initialization", {"kernel_initializer"}),
        ("textbook", {"layers"}),
    ],
)
def test_a_race_differs_in_nothing_but_what_it_asks_about(preset_id, differing):
    assert told(preset_id) == differing


def test_learning_by_heart_is_asked_on_500_digits_that_one_of_two_sees_unchanged():
    plain, held = BY_ID["overfitting"].plans
    assert plain.recipe.digits == held.recipe.digits == 500
    assert plain.recipe.augmentation == augmentation.NONE
    assert plain.design.dropout == 0 < held.design.dropout


def test_the_question_about_the_textbook_names_the_parameters_that_there_are():
    preset = BY_ID["textbook"]
    for plan in preset.plans:
        count = f"{parameters(plan.design):,}"
        assert count in preset.question
        assert count in plan.title


def test_the_textbook_pair_has_the_settings_that_are_told():
    for plan in BY_ID["textbook"].plans:
        recipe = plan.recipe
        assert (recipe.optimizer, recipe.batch_size, recipe.epochs) == ("adam", 64, 5)
        assert recipe.digits == 20_000


def test_the_networks_whose_gradient_is_followed_have_eleven_convolutions():
    for plan in BY_ID["vanishing"].plans:
        assert sum(row.kind == "Conv2D" for row in layers_of(plan.design)) == 11


@pytest.mark.parametrize("plan", RACERS, ids=lambda plan: plan.title)
def test_on_the_small_digits_a_network_sees_about_as_many_in_all(plan):
    train, _validation = datasets.small_digits().split(0, plan.recipe.validation)
    fewer = on_fewer(plan.recipe)
    fewer.check_bounds()
    there = min(fewer.digits or len(train), len(train))
    asked = plan.recipe.digits or 58_000
    assert fewer.epochs * there == pytest.approx(plan.recipe.epochs * asked, rel=0.06)
