"""A network's architecture as its picture needs it, and networks beside each other in a table."""

from collections.abc import Sequence

from assets.components.architecture import ArchitectureData
from model.inference.catalogue import Card
from model.inference.layer_kinds import layer_kind
from model.inference.layers import INPUT
from pages import services
from pages.display import texts
from pages.display.numbers import counted
from pages.visitor.language import _


def architecture_data(card: Card, digit: Sequence[float]) -> ArchitectureData:
    """Return the layers of a network; terms are explained on `digit`, [] for none."""
    return {
        "words": texts.architecture(),
        "network": services.network_address(card.id),
        "layers": [
            {
                "name": layer.name,
                "title": texts.kind(layer.kind),
                "look": layer_kind(layer.kind).facts,
                "output_shape": layer.output_shape,
                "shape": texts.shape(layer),
                "inbound": layer.inbound,
                "facts": texts.layer_facts(layer),
            }
            for layer in card.layers
        ],
        "digit": digit,
    }


def comparison_table(cards: Sequence[Card]) -> str:
    """Return what networks are as a Markdown table, a column for each."""
    rows = [
        ["", *(texts.network(card) for card in cards)],
        [_("Input"), *(texts.shape(card.layers[0]) for card in cards)],
        [_("Classes"), *(counted(len(card.class_names)) for card in cards)],
        [_("Layers"), *(counted(_layers(card)) for card in cards)],
        [_("Parameters"), *(counted(card.parameters) for card in cards)],
        [_("Accuracy"), *(texts.accuracy(card) for card in cards)],
    ]
    lines = [[texts.plain(cell) for cell in row] for row in rows]
    lines.insert(1, ["---"] * (len(cards) + 1))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _layers(card: Card) -> int:
    return sum(layer.kind != INPUT for layer in card.layers)
