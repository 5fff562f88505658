"""The browser's side: one folder a component, registered here under the folder's name."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent

_LOADER = """
// The module comes from the route beside the pages, where it can import others.
const address = new URL("live/components/{name}/{name}.mjs", document.baseURI);
const {{default: component}} = await import(address.href);
export default component;
"""


def register(name: str) -> ComponentRenderer:
    """Register the component whose module and style lie in the folder `name`."""
    style = (_HERE / name / f"{name}.css").read_text(encoding="utf-8")
    return st.components.v2.component(name, css=style, js=_LOADER.format(name=name))
