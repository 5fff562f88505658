"""The visitor's language: the link's, else the one chosen before, else the browser's."""

import contextlib
import gettext
from collections.abc import Iterator
from contextvars import ContextVar

import streamlit as st

from model.base.errors import UserError
from pages import services
from pages.visitor import identity

LANGUAGES = {"en": "English", "zh": "简体中文"}
FOLDERS = {"zh": "zh_CN"}
PARAMETER = "lang"
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def settle() -> str:
    """Settle the language of this run and return its code."""
    asked = st.query_params.get(PARAMETER)
    language = asked if asked in LANGUAGES else identity.language() or _from_browser()
    identity.set_language(language, chosen=asked in LANGUAGES)
    return language


def choose(language: str | None) -> None:
    """Set the language that the visitor chose, if it is one; the link keeps it from now on."""
    if language not in LANGUAGES:
        return
    identity.set_language(language, chosen=True)
    st.query_params[PARAMETER] = language


def asked_for(parameter: str | None, accepted: str) -> str:
    """Return the language of a page that is only asked for, and has no session yet.

    `accepted` is the header Accept-Language.
    """
    return parameter if parameter in LANGUAGES else _closest(accepted)


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in this language until the end of the block, whoever's session it is."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


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
    return tag_of(identity.language() or settle())


def tag_of(language: str) -> str:
    """Return a language as browsers name it."""
    return FOLDERS.get(language, language).replace("_", "-")


def _from_browser() -> str:
    return _closest(st.context.locale or "")


def _closest(locale: str) -> str:
    return "zh" if locale.lower().startswith("zh") else "en"


def _catalogue() -> gettext.NullTranslations:
    language = _spoken.get() or identity.language() or settle()
    return services.catalogue(FOLDERS.get(language, language))
