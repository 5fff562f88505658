"""What the first page's HTML holds."""

import json
import re

import pytest

from assets import components
from pages.drawing import first_page
from pages.visitor import language


def test_it_names_every_module_of_what_is_there_at_once():
    named = re.findall(r'href="live/components/[0-9a-f]+/([^"]+)"', first_page.opening())
    for name in first_page.EARLY:
        assert set(components.modules_of(name)) <= set(named)
    assert len(set(named)) == len(named)
    assert all((components.FOLDER / path).is_file() for path in named)


def test_it_names_scripts_that_streamlit_has_and_its_own_page_does_not_name():
    named = re.findall(r'href="(\./static/js/[^"]+)"', first_page.closing())
    page = (first_page._STREAMLIT / "index.html").read_text("utf-8")
    assert len(named) >= len(first_page._ELEMENTS)
    for address in named:
        assert (first_page._STREAMLIT / address).is_file()
        assert address not in page


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_it_speaks_each_language_without_a_session(spoken):
    body = first_page.body(spoken)
    words = json.loads(re.search(r'data-json="([^"]+)"', body)[1].replace("&quot;", '"'))["words"]
    assert bool(re.search("[\u4e00-\u9fff]", words["empty"])) == (spoken == "zh")
    assert body.count("<template shadowrootmode=") == len(first_page.EARLY)


def test_what_is_said_in_a_language_for_a_while_is_said_in_none_afterwards():
    with language.speaking("zh"):
        assert language._("Clear") != "Clear"
    with language.speaking("en"):
        assert language._("Clear") == "Clear"
