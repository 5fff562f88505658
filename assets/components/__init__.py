"""The browser's side: one folder a component, registered here under the folder's name.

Modules have an address that changes with their content, so that a browser keeps them for good and
a second visit asks for none.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypedDict

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

Words = Mapping[str, object]  # what a component says, by its own names, in the visitor's language


class NetworkAddress(TypedDict):
    """A network as the browser asks for it: `live/networks/ID/VERSION`."""

    id: str
    version: str  # changes with all that the answer holds


class Sample(TypedDict):
    """A digit to start with."""

    name: str
    title: str


class Samples(TypedDict):
    """A row of digits to start with (shared/samples.mjs)."""

    label: str
    sheet: str  # the address of a picture, the samples beside each other
    samples: Sequence[Sample]  # in that order


class Refusal(TypedDict):
    """Why the server did not take what was brought."""

    number: int  # grows with each refusal, so that the same one is said again
    sentence: str


FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'\bfrom "(\.[^"]+\.mjs)"')

_LOADER = """
// The modules come from the route beside the pages, where they can import others: all at once,
// for one after the other would take as many round trips as imports are deep.
const base = new URL("{base}/", document.baseURI);
for (const path of {modules}) {{
  const {{href}} = new URL(path, base);
  if (document.head.querySelector(`link[href="${{href}}"]`)) continue;
  const link = Object.assign(document.createElement("link"), {{rel: "modulepreload", href}});
  document.head.append(link);
}}
const {{default: component}} = await import(new URL("{name}/{name}.mjs", base).href);
export default component;
"""


def register(name: str, *shared: str) -> ComponentRenderer:
    """Register the component whose module and style lie in the folder `name`.

    `shared` names the styles that it needs of the folder "shared", beside those that each has.
    """
    modules = json.dumps(modules_of(name))
    loader = _LOADER.format(base=base(), modules=modules, name=name)
    return st.components.v2.component(name, css=style_of(name, *shared), js=loader)


def style_of(name: str, *shared: str) -> str:
    """Return the style of a component, with those that it needs of the folder "shared"."""
    styles = [FOLDER / "shared" / f"{each}.css" for each in ("tooltip", "spoken", *shared)]
    styles += [FOLDER / name / f"{name}.css", FOLDER / "shared" / "forced_colors.css"]
    return "".join(path.read_text(encoding="utf-8") for path in styles)


def base() -> str:
    """Return where the modules lie, beside the pages."""
    return f"live/components/{version()}"


@cache
def version() -> str:
    """Return a name for the content of all modules: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*.mjs")):
        digest.update(f"{path.relative_to(FOLDER).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def modules_of(name: str, entry: str | None = None) -> list[str]:
    """List the modules that a component loads, itself first: "digit_canvas/digit_canvas.mjs".

    `entry` is another module of its folder that begins instead.
    """
    found = [FOLDER / name / f"{entry or name}.mjs"]
    for path in found:  # it grows meanwhile
        for address in _IMPORT.findall(path.read_text(encoding="utf-8")):
            imported = (path.parent / address).resolve()
            if imported not in found:
                found.append(imported)
    return [path.relative_to(FOLDER).as_posix() for path in found]
