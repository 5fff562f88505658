"""The visitor's language: the link's, else the one chosen before, else the browser's."""

import gettext
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from model.base.errors import UserError
from pages.visitor import identity

LANGUAGES = {"en": "English", "zh": "简体中文"}
CATALOGUES = Path(__file__).parents[2] / "assets" / "locale"
_FOLDERS = {"zh": "zh_CN"}
_PARAMETER = "lang"


def settle() -> str:
    """Settle the language of this run; gives its code."""
    asked = st.query_params.get(_PARAMETER)
    language = asked if asked in LANGUAGES else identity.language() or _from_browser()
    identity.set_language(language, chosen=asked in LANGUAGES)
    return language


def choose(language: str | None) -> None:
    """Take the visitor's choice, if it is one; the link keeps it from now on."""
    if language not in LANGUAGES:
        return
    identity.set_language(language, chosen=True)
    st.query_params[_PARAMETER] = language


def words() -> Callable[[str], str]:
    """Give the function that says a sentence in the visitor's language."""
    return _catalogue(identity.language() or settle()).gettext


def tag() -> str:
    """Name the visitor's language as browsers do: "en", "zh-CN"."""
    language = identity.language() or settle()
    return _FOLDERS.get(language, language).replace("_", "-")


def say(refusal: UserError) -> str:
    """Say a refusal in the visitor's language."""
    return words()(refusal.template).format(**refusal.values)


def _from_browser() -> str:
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(
        "convscope", CATALOGUES, [_FOLDERS.get(language, language)], fallback=language == "en"
    )
