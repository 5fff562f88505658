"""How phrases are put together: each language has marks of its own for that.

Where the parts are known, the whole sentence belongs in the catalogue instead.
"""

from collections.abc import Iterable
from functools import reduce

from pages.visitor.language import _


def titled(title: str, text: str) -> str:
    """Return a text behind what it is about: "Adam: momentum and …"."""
    return _("{title}: {text}").format(title=title, text=text)


def listed(parts: Iterable[str]) -> str:
    """Return parts as a list within a sentence: "3 × 3, same, relu"; "" for none."""
    pair = _("{list}, {next}")
    first, *rest = [*parts] or [""]
    return reduce(lambda whole, part: pair.format(list=whole, next=part), rest, first)


def joints() -> dict[str, str]:
    """Return what a component in the browser joins phrases with; `shared/phrases.mjs` does it."""
    return {
        "titled": _("{title}: {text}"),
        "listed": _("{list}, {next}"),
        "clauses": _("{list}; {next}"),
    }
