import re
from pathlib import Path

import pytest

from model.inference.layer_kinds import LAYER_KINDS
from pages.display import texts
from pages.display.glossary import TERMS, explain
from pages.visitor import identity

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "pages"
COMPONENTS = ROOT / "assets" / "components"
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


def test_every_term_of_a_layer_kind_is_in_the_glossary():
    assert {*texts.FAMILY_TERMS.values(), *texts.KIND_TERMS.values()} <= set(TERMS)
    assert set(texts.FAMILY_TERMS) <= {kind.family for kind in LAYER_KINDS.values()}
    assert set(texts.KIND_TERMS) <= set(LAYER_KINDS)


def test_what_components_explain_is_in_the_glossary():
    marks = re.compile(r'\bmark\("(\w+)"')
    used = {key for path in COMPONENTS.rglob("*.mjs") for key in marks.findall(path.read_text())}
    assert len(used) >= 5
    assert used <= set(TERMS)
