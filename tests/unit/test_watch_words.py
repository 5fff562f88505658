"""What the watch over trainings can say."""

import ast
from pathlib import Path

import pytest

from pages.common import watch_words

LEARNING = Path(__file__).parents[2] / "model" / "learning"


def sentences(module):
    """All sentences of a module that are to be translated."""
    tree = ast.parse((LEARNING / f"{module}.py").read_text("utf-8"))
    return {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "N_"
    }


@pytest.mark.parametrize("module", ["checkpoints", "processes", "trainer", "training"])
def test_every_reason_why_a_training_ends_is_known_to_the_watch(module):
    assert sentences(module)
    assert sentences(module) <= watch_words.watch(str)["reasons"].keys()


def test_no_reason_is_told_that_nobody_gives():
    modules = ["checkpoints", "processes", "runs", "trainer", "training", "writing"]
    given = set.union(*map(sentences, modules))
    assert set(watch_words.REASONS) <= given


def test_a_reason_is_told_in_the_visitors_language():
    said = watch_words.watch(str.upper)["reasons"]
    assert said["Its process ended unexpectedly."] == "ITS PROCESS ENDED UNEXPECTEDLY."
