import pytest

from pages.display import phrases
from pages.visitor import identity


@pytest.fixture(params=["en", "zh"])
def language(request, monkeypatch):
    monkeypatch.setattr(identity, "language", lambda: request.param)
    return request.param


def test_phrases_are_joined_with_the_marks_of_the_language(language):
    expected = {"en": ("Adam: fast", "a, b, c"), "zh": ("Adam：fast", "a、b、c")}
    assert (phrases.titled("Adam", "fast"), phrases.listed("abc")) == expected[language]


def test_one_part_needs_no_mark(language):
    assert phrases.listed(["a"]) == "a"
    assert phrases.listed([]) == ""


def test_what_is_joined_is_not_read_as_a_template():
    assert phrases.titled("{text}", "{title}") == "{text}: {title}"
    assert phrases.listed(["{next}", "{list}"]) == "{next}, {list}"
