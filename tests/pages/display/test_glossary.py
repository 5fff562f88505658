import re
from pathlib import Path

import pytest

from pages.display.glossary import TERMS, explain
from pages.visitor import identity

PAGES = Path(__file__).parents[3] / "pages"
USED = {
    key
    for path in PAGES.rglob("*.py")
    for call in re.findall(r"\bexplain\((.*?)(?:hint|\))", path.read_text("utf-8"), re.S)
    for key in re.findall(r'"(\w+)"', call)
}


def test_each_term_has_one_name_and_one_explanation():
    for values in ([each.name for each in TERMS.values()], [each.text for each in TERMS.values()]):
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("key", TERMS)
def test_a_term_is_explained_in_two_sentences(key):
    text = re.sub(r"\d\.\d", "", TERMS[key].text)  # a decimal point ends no sentence
    assert len(re.findall(r"[.!?](?: |$)", text)) == 2


@pytest.mark.parametrize("key", sorted(USED))
def test_a_page_explains_terms_that_the_glossary_has(key):
    assert key in TERMS


def test_pages_use_the_glossary():
    assert len(USED) >= 15


@pytest.mark.parametrize(("language", "name"), [("en", "Stride"), ("zh", "步幅")])
def test_a_term_is_explained_in_the_visitors_language_with_a_hint_behind_it(
    language, name, monkeypatch
):
    monkeypatch.setattr(identity, "language", lambda: language)
    term, bias, hint = explain("stride", "bias", hint="Usually 1.").split("\n\n")
    assert term.startswith(f"**{name}**")
    assert bias.startswith("**")
    assert hint == "Usually 1."
