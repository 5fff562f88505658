import pytest

from model.data import augmentation, datasets
from model.experiments.presets import PRESETS, on_fewer
from model.experiments.shapes import parameters, rows

BY_ID = {preset.id: preset for preset in PRESETS}
RACERS = [racer for preset in PRESETS for racer in preset.runs]


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
    assert 1 <= len(preset.runs) <= 3
    assert len({racer.title for racer in preset.runs}) == len(preset.runs)


@pytest.mark.parametrize("racer", RACERS, ids=lambda racer: racer.title)
def test_every_training_of_an_experiment_may_be_asked_for_by_visitors(racer):
    rows(racer.design)
    racer.recipe.check()
    racer.recipe.check_bounds()


def told(preset_id):
    """Tell what the trainings of a race differ in."""
    racers = BY_ID[preset_id].runs
    differing = set()
    for part in ("design", "recipe"):
        settings = [vars(getattr(racer, part)) for racer in racers]
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
        ("initialisation", {"kernel_initializer"}),
        ("textbook", {"layers"}),
    ],
)
def test_a_race_differs_in_nothing_but_what_it_asks_about(preset_id, differing):
    assert told(preset_id) == differing


def test_learning_by_heart_is_asked_on_500_digits_that_one_of_two_sees_unchanged():
    plain, held = BY_ID["overfitting"].runs
    assert plain.recipe.digits == held.recipe.digits == 500
    assert plain.recipe.augmentation == augmentation.NONE
    assert plain.design.dropout == 0 < held.design.dropout


def test_the_question_about_the_textbook_names_the_parameters_that_there_are():
    preset = BY_ID["textbook"]
    for racer in preset.runs:
        count = f"{parameters(racer.design):,}"
        assert count in preset.question
        assert count in racer.title


def test_the_textbook_pair_has_the_settings_that_are_told():
    for racer in BY_ID["textbook"].runs:
        recipe = racer.recipe
        assert (recipe.optimizer, recipe.batch_size, recipe.epochs) == ("adam", 64, 5)
        assert recipe.digits == 20_000


def test_the_networks_whose_gradient_is_followed_have_eleven_convolutions():
    for racer in BY_ID["vanishing"].runs:
        assert sum(row.kind == "Conv2D" for row in rows(racer.design)) == 11


@pytest.mark.parametrize("racer", RACERS, ids=lambda racer: racer.title)
def test_on_the_small_digits_a_network_sees_about_as_many_in_all(racer):
    train, _validation = datasets.small_digits().split(0, racer.recipe.validation)
    fewer = on_fewer(racer.recipe)
    fewer.check_bounds()
    there = min(fewer.digits or len(train), len(train))
    asked = racer.recipe.digits or 58_000
    assert fewer.epochs * there == pytest.approx(racer.recipe.epochs * asked, rel=0.06)
