"""Every sentence exists in English and in Simplified Chinese."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.visitor import identity
from pages.visitor.language import _, ngettext
from tests.catalogue import KEYWORDS, MO, ROOT, extracted, forms, translated

MESSAGES = [message for message in extracted() if message.id]
HAN = re.compile(r"[一-鿿]")
MARKS = re.compile(r"[，、；：（）。]")
BRACES = re.compile(r"\{(\w+)\}")
# The same in both: names of things, or only numbers and signs.
SAME = {"Convscope"}


@pytest.fixture(scope="module")
def chinese():
    with MO.open("rb") as file:
        return gettext.GNUTranslations(file)


def said(message, chinese):
    """What a visitor reads in Chinese, where one form goes with every count."""
    one, *many = forms(message.id)
    return chinese.ngettext(one, *many, 7) if many else chinese.gettext(one)


def id_of(message):
    return forms(message.id)[0]


def is_joint(message):
    """Whether it only puts together what was said: "{title}: {text}"."""
    return not re.search(r"\w", BRACES.sub("", id_of(message)))


@pytest.mark.parametrize("message", MESSAGES, ids=id_of)
def test_every_sentence_is_said_in_chinese(message, chinese):
    expected = MARKS if is_joint(message) else HAN
    assert expected.search(said(message, chinese)) or message.id in SAME


@pytest.mark.parametrize("message", [each for each in MESSAGES if "{" in id_of(each)], ids=id_of)
def test_a_translation_fills_the_same_braces(message, chinese):
    *_others, most = [sorted(BRACES.findall(form)) for form in forms(message.id)]
    assert sorted(BRACES.findall(said(message, chinese))) == most


@pytest.mark.parametrize("message", MESSAGES, ids=id_of)
def test_a_chinese_sentence_has_chinese_marks(message, chinese):
    assert not re.search(r"[一-鿿}][,;:!?]", said(message, chinese))


def test_the_compiled_catalogue_is_the_one_that_was_translated(chinese):
    for message in translated():
        if message.id:
            assert said(message, chinese) == forms(message.string)[0]


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
        and call.func.id in KEYWORDS
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


CALLS = {"_", "ngettext"}


def _called_on_import(tree):
    """Find what is translated when a module is imported: outside of every function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
            yield ast.unparse(node)
        yield from _called_on_import(node)


MODULES = sorted(set((ROOT / "pages").rglob("*.py")) - set((ROOT / "pages").glob("*.py")))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_sentence_is_said_in_the_language_of_whoever_came_first(path):
    assert list(_called_on_import(ast.parse(path.read_text("utf-8")))) == []


def test_the_language_is_looked_up_when_a_sentence_is_said(monkeypatch):
    languages = iter(["en", "zh", "en"])
    monkeypatch.setattr(identity, "language", lambda: next(languages))
    english, chinese, again = [_("Undo") for _visitor in range(3)]
    assert english == again == "Undo"
    assert HAN.search(chinese)


def test_a_count_chooses_its_form_where_the_language_has_several(monkeypatch):
    monkeypatch.setattr(identity, "language", lambda: "en")
    assert [ngettext("a digit", "digits", count) for count in (1, 0, 2)] == [
        "a digit",
        "digits",
        "digits",
    ]


def test_a_sentence_of_a_callback_and_of_its_run_is_in_the_visitors_language():
    app = AppTest.from_function(_page)
    app.session_state["language"] = "zh"
    app.run()
    app.button[0].click().run()
    in_callback, in_run = (each.value for each in app.text)
    assert in_callback == in_run
    assert HAN.search(in_run)


def _page():
    import streamlit as st

    from pages.visitor.language import _

    def say():
        st.session_state["said"] = _("Undo")

    st.button("Press", on_click=say)
    st.text(st.session_state.get("said", ""))
    st.text(_("Undo"))
