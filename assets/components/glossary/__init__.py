"""Hand the terms of the field to the components that explain them (shared/glossary/mark.mjs)."""

from collections.abc import Mapping
from typing import TypedDict

from assets.components import Words, register

_mount = register("glossary")


class ExplainedTerm(TypedDict):
    """A term in the visitor's language."""

    name: str
    text: str


class GlossaryData(TypedDict):
    """All terms by their keys, and the words around them."""

    words: Words
    terms: Mapping[str, ExplainedTerm]


def glossary(data: GlossaryData, *, key: str) -> None:
    """Mount what hands the glossary on; it shows nothing."""
    _mount(key=key, data=data)
