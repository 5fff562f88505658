"""Every sentence exists in English and in Simplified Chinese."""

import ast
import gettext
import re
from pathlib import Path

import pytest

from tests.catalogue import MO, ROOT, extracted, translated

SENTENCES = [message.id for message in extracted() if message.id]
HAN = re.compile(r"[一-鿿]")
# The same in both: names of things, or only numbers and signs.
SAME = {"Convscope"}


@pytest.fixture(scope="module")
def chinese():
    with MO.open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_is_said_in_chinese(sentence, chinese):
    said = chinese.gettext(sentence)
    assert HAN.search(said) or sentence in SAME


@pytest.mark.parametrize("sentence", [each for each in SENTENCES if "{" in each])
def test_a_translation_fills_the_same_braces(sentence, chinese):
    braces = re.compile(r"\{(\w+)\}")
    assert sorted(braces.findall(chinese.gettext(sentence))) == sorted(braces.findall(sentence))


def test_the_compiled_catalogue_is_the_one_that_was_translated(chinese):
    for message in translated():
        if message.id:
            assert chinese.gettext(message.id) == message.string


def _literals(path: Path) -> list[tuple[str, ast.AST]]:
    """Find the string literals that a page hands to Streamlit without translating them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (argument.value, call)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "st"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_no_page_says_a_sentence_past_the_catalogue(path):
    spoken = [text for text, _ in _literals(path) if " " in text]
    assert spoken == []


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_no_sentence_hides_from_the_catalogue_inside_an_f_string(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = [
        call.args[0].value
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("_", "N_")
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []
