"""What the watch over trainings can say."""

import gettext

import pytest

from model.runs.reasons import SENTENCES
from pages.training.runs import watch_texts
from pages.visitor import identity
from tests.catalogue import MO


@pytest.mark.parametrize("code", SENTENCES)
def test_a_reason_reaches_the_browser_in_the_visitors_language_by_its_code(monkeypatch, code):
    assert watch_texts.watch()["reasons"][code] == SENTENCES[code]
    monkeypatch.setattr(identity, "language", lambda: "zh")
    with MO.open("rb") as file:
        chinese = gettext.GNUTranslations(file)
    said = watch_texts.watch()["reasons"][code]
    assert said == chinese.gettext(SENTENCES[code]) != SENTENCES[code]


def test_the_browser_has_words_for_the_reasons_that_a_run_can_give_and_no_others():
    assert watch_texts.watch()["reasons"].keys() == SENTENCES.keys()
