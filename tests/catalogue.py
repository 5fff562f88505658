"""Bring the catalogue of translations up to date: `python -m tests.catalogue`.

Finds every sentence marked with `_`, `N_` or `ngettext`, merges new ones into the `.po` file
without losing a translation, drops what nobody says any more, and compiles the `.mo` file that the
app reads. It then names the sentences that still want a translation.
"""

from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PO = ROOT / "assets" / "locale" / "zh_CN" / "LC_MESSAGES" / "convscope.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """Collect every sentence that the app can say."""
    catalogue = Catalog(locale="zh_CN", domain="convscope", project="Convscope")
    for folder in ("model", "pages"):
        found = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS)
        for path, _line, message, comments, _context in found:
            catalogue.add(message, locations=[(f"{folder}/{path}", 0)], auto_comments=comments)
    return catalogue


def translated() -> Catalog:
    """Read the translations as they stand."""
    if not PO.exists():
        return Catalog(locale="zh_CN", domain="convscope", project="Convscope")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN", domain="convscope")


def forms(message: str | Sequence[str] | None) -> Sequence[str]:
    """Return a sentence, or all forms of one that goes with a count; "" for none."""
    return [message or ""] if message is None or isinstance(message, str) else message


def main() -> None:
    """Merge, compile, and name what is missing."""
    catalogue = translated()
    found = extracted()
    found.creation_date = catalogue.creation_date  # or each run would change the files
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    with MO.open("wb") as file:
        write_mo(file, catalogue)
    for message in catalogue:
        if message.id and not all(forms(message.string)):
            print(f"not translated: {message.id}")


if __name__ == "__main__":
    main()
