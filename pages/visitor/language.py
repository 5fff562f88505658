"""The visitor's language: the link's, else the one chosen before, else the browser's."""

import gettext

import streamlit as st

from model.base.errors import UserError
from pages import services
from pages.visitor import identity

LANGUAGES = {"en": "English", "zh": "简体中文"}
FOLDERS = {"zh": "zh_CN"}
_PARAMETER = "lang"


def settle() -> str:
    """Settle the language of this run and return its code."""
    asked = st.query_params.get(_PARAMETER)
    language = asked if asked in LANGUAGES else identity.language() or _from_browser()
    identity.set_language(language, chosen=asked in LANGUAGES)
    return language


def choose(language: str | None) -> None:
    """Set the language that the visitor chose, if it is one; the link keeps it from now on."""
    if language not in LANGUAGES:
        return
    identity.set_language(language, chosen=True)
    st.query_params[_PARAMETER] = language


def _(sentence: str) -> str:
    """Return a sentence in the visitor's language, which is looked up with each call."""
    return _catalogue().gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the sentence that goes with this count in the visitor's language."""
    return _catalogue().ngettext(one, many, count)


def error_text(error: UserError) -> str:
    """Return an error's sentence in the visitor's language, its values filled in."""
    return _(error.template).format(**error.values)


def tag() -> str:
    """Return the visitor's language as browsers name it: "en", "zh-CN"."""
    language = identity.language() or settle()
    return FOLDERS.get(language, language).replace("_", "-")


def _from_browser() -> str:
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def _catalogue() -> gettext.NullTranslations:
    language = identity.language() or settle()
    return services.catalogue(FOLDERS.get(language, language))
