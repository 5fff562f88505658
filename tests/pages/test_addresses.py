"""Whatever stands in an address: a page, a sentence at most, and text that stays text."""

import re

import pytest
from visiting import PAGES, Visitor

NAMES = sorted(
    path.name
    for path in PAGES.glob("*.py")
    if path.name not in ("__init__.py", "navigation.py", "services.py")
)
PARAMETERS = ["network", "lang", "digit", "skip", "layer", "channel", "cell", "run", "beside"]
MARKUP = "[free](https://evil.example) ![](https://evil.example/x.png) **bold** :red[x]"
GARBAGE = [
    "",
    "\0",
    "-1",
    "9" * 400,
    "1e999",
    "../../etc/passwd",
    "☃" * 50,
    "a,b,,c",
    "s" + "A" * 15,
    "s____________",
    "p",
    "{0.__class__}",
    MARKUP,
]


@pytest.mark.parametrize("page", NAMES)
@pytest.mark.parametrize("value", GARBAGE, ids=range(len(GARBAGE)))
def test_no_parameter_of_an_address_breaks_a_page(page, value):
    visitor = Visitor(link=dict.fromkeys(PARAMETERS, value))
    visitor.turn_to(page)  # which fails where anything went wrong in it


@pytest.mark.parametrize("name", ["network", "run"])
def test_words_of_an_address_are_shown_as_the_text_that_they_are(name):
    visitor = Visitor(link={name: MARKUP})
    if name == "run":
        visitor.turn_to("train.py")
    assert visitor.refusals()
    for said in visitor.refusals():
        assert not re.search(r"(?<!\\)[\[\]*]", said), said
