"""Two networks beside each other: what they read, how large they are, how well they do."""

from dataclasses import replace

from model.inference.catalogue import DEFAULT
from pages import services
from pages.display.architectures import architecture_data, comparison_table


def test_two_networks_stand_beside_each_other_in_what_is_known_of_them():
    one = services.card(DEFAULT)
    other = replace(one, id="another", title="<b>Mine</b> | *x*", test_accuracy=None)
    head, _line, *rows = comparison_table([one, other]).splitlines()

    assert head.count("|") - head.count(r"\|") == 4  # a title is text, and no markup
    assert r"\<b\>Mine" in head
    assert any("28 × 28 × 1 | 28 × 28 × 1" in row for row in rows)
    assert "not measured" in rows[-1]


def test_the_picture_of_an_architecture_has_every_layer():
    card = services.card(DEFAULT)
    shown = architecture_data(card, [])

    assert [layer["name"] for layer in shown["layers"]] == [layer.name for layer in card.layers]
