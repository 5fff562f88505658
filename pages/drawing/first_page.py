"""What the HTML of the first page holds: canvas and prediction at once, and what is needed next.

On a weak line Streamlit takes many seconds to come, and drawing needs nothing of it: one draws and
is read while everything else is loading, and the page takes over what is there
(shared/component.mjs). What Streamlit would find out to need round trip after round trip is named
beforehand.
"""

import base64
import html
import json
import re
from pathlib import Path

import streamlit as st
from streamlit import file_util

from assets import components
from model.inference.catalogue import DEFAULT
from pages import services
from pages.display import texts
from pages.drawing.panel import empty_canvas
from pages.visitor import language

EARLY = {
    "digit_canvas": ("bringing", "samples"),
    "prediction": ("glossary/glossary",),
}  # shared styles
_ELEMENTS = ("BidiComponent", "Html", "PageLink", "ButtonGroup")  # Streamlit's own
_STREAMLIT = Path(file_util.get_static_dir())
_IMPORT = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')
_STYLES = Path(__file__).parents[2] / "assets"
_COLORS = {  # what components are colored by -> the theme's option
    "background-color": "backgroundColor",
    "secondary-background-color": "secondaryBackgroundColor",
    "text-color": "textColor",
    "border-color": "borderColor",
    "primary-color": "primaryColor",
}
_RADII = {"base-radius": "baseRadius", "button-radius": "buttonRadius"}
# The boxes are those that Streamlit makes, so that page.css puts all in the same places.
_BODY = """
    <div id="early">
      <style>{style}</style>
      <div class="stAppHeader"></div>
      <div class="stMainBlockContainer"><div class="st-key-stage">
        <div><div class="st-key-stage_input">{digit_canvas}</div></div>
        <div><div class="st-key-stage_maps"></div></div>
        <div><div class="st-key-stage_prediction">{prediction}</div></div>
      </div></div>
    </div>
    <script type="module" async src="{base}/shared/early.mjs"></script>
"""
_HOST = """<div data-early="{name}" data-{kind}="{data}">
  <template shadowrootmode="open"><style>{style}</style></template>
</div>"""


def opening() -> str:
    """Return the head's first lines: what is there at once is loaded before anything else."""
    paths = [path for name in EARLY for path in components.modules_of(name)]
    base = components.base()
    modules = [f"{base}/{path}" for path in dict.fromkeys(["shared/early.mjs", *paths])]
    network = "live/networks/{id}/{version}".format(**services.network_address(DEFAULT))
    return _preloads(modules) + f'<link rel="preload" as="fetch" crossorigin href="{network}">\n'


def closing() -> str:
    """Return the head's last lines: what Streamlit needs for the page's elements."""
    return _preloads([f"./static/js/{name}" for name in late_scripts()])


def _preloads(addresses: list[str]) -> str:
    lines = (f'<link rel="modulepreload" crossorigin href="{each}">\n' for each in addresses)
    return "".join(lines)


def late_scripts() -> list[str]:
    """List the scripts of Streamlit's elements, with those they import that its page leaves out."""
    folder, page = _STREAMLIT / "static" / "js", (_STREAMLIT / "index.html").read_text("utf-8")
    found = [next(folder.glob(f"{name}.*.js")).name for name in _ELEMENTS]
    for name in found:  # it grows meanwhile
        imported = dict.fromkeys(_IMPORT.findall((folder / name).read_text("utf-8")))
        found += [each for each in imported if each not in found and each not in page]
    return found


def body(spoken: str) -> str:
    """Return the body's last lines: canvas and prediction, with their words in a language."""
    with language.speaking(spoken):
        frame = base64.b64encode(empty_canvas()).decode()
        words = json.dumps({"words": texts.prediction()}, ensure_ascii=False)
    return _BODY.format(
        style=_theme() + (_STYLES / "page.css").read_text() + (_STYLES / "early.css").read_text(),
        digit_canvas=_host("digit_canvas", "frame", frame),
        prediction=_host("prediction", "json", words),
        base=components.base(),
    )


def _host(name: str, kind: str, data: str) -> str:
    style = components.style_of(name, *EARLY[name])
    return _HOST.format(name=name, kind=kind, data=html.escape(data), style=style)


def _theme() -> str:
    """Return the theme as Streamlit will give it to components."""
    colors = {
        name: f"light-dark({st.get_option(f'theme.light.{option}')}, "
        f"{st.get_option(f'theme.dark.{option}')})"
        for name, option in _COLORS.items()
    }
    radii = {name: st.get_option(f"theme.{option}") for name, option in _RADII.items()}
    values = {**colors, **radii, "font": '"Source Sans", sans-serif'}
    style = " ".join(f"--st-{name}: {value};" for name, value in values.items())
    return f":root:has(#early) {{color-scheme: light dark; {style}}}\n"
