"""What the watch over trainings can say."""

import ast
import gettext
from pathlib import Path

import pytest

from pages.training.runs import watch_texts
from pages.visitor import identity
from tests.catalogue import MO

MODEL = Path(__file__).parents[3] / "model"


def sentences(module):
    """All sentences of a module that are to be translated."""
    tree = ast.parse((MODEL / f"{module}.py").read_text("utf-8"))
    return {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "N_"
    }


@pytest.mark.parametrize(
    "module", ["training/checkpoints", "scheduling/processes", "training/trainer", "training/loop"]
)
def test_every_reason_why_a_training_ends_is_known_to_the_watch(module):
    assert sentences(module)
    assert sentences(module) <= watch_texts.watch()["reasons"].keys()


def test_no_reason_is_told_that_nobody_gives():
    modules = [
        "training/checkpoints",
        "scheduling/processes",
        "runs/store",
        "training/trainer",
        "training/loop",
        "base/files",
    ]
    given = set.union(*map(sentences, modules))
    assert set(watch_texts.REASONS) <= given


def test_a_reason_is_told_in_the_visitors_language(monkeypatch):
    monkeypatch.setattr(identity, "language", lambda: "zh")
    with MO.open("rb") as file:
        chinese = gettext.GNUTranslations(file)
    reasons = watch_texts.watch()["reasons"]
    assert reasons == {reason: chinese.gettext(reason) for reason in reasons}
    assert all(reason != said for reason, said in reasons.items())
