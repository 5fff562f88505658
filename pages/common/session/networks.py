"""The opened networks, the same for all visitors, and which of them each looks through."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from model.learning import layout, runs, snapshots
from model.learning.runs import Run
from model.learning.saving import delete, mark
from model.serving.networks import (
    DEFAULT,
    Card,
    Listing,
    card_file,
    card_files,
    listing,
    open_network,
    version,
)
from model.serving.sentences import Refusal
from model.serving.tracing import Network
from pages.common.session.visitor import owner


def network(network_id: str) -> Network:
    """Open a network, once for all visitors; raises Refusal where there is none of that id.

    "RUN@500" is a run's network as it was after 500 digits, "RUN@now" as it is now.
    """
    if asked := snapshots.named(network_id):
        return _opened_snapshot(*asked, snapshots.version(*asked))
    return _opened(network_id, version(card_file(network_id)))


@lru_cache(maxsize=16)
def _opened(network_id: str, _version: tuple) -> Network:
    return open_network(network_id)


@lru_cache(maxsize=32)  # at most 2 MB each
def _opened_snapshot(run_id: str, number: int | str, _version: tuple) -> Network:
    return snapshots.open_snapshot(run_id, number)


def card(network_id: str) -> Card:
    """Give the card of a network; raises Refusal where there is none, or a damaged one."""
    if asked := snapshots.named(network_id):
        return _snapshot_card(network_id, runs.find(asked[0]))
    found = _listed(card_file(network_id))
    if found.damage:
        raise found.damage
    return found.card


def _snapshot_card(network_id: str, run: Run) -> Card:
    """Say what is known of a network that is a moment of a run; nothing was measured of it."""
    return Card(
        id=network_id,
        title=run.title,
        architecture=run.architecture,
        parameters=layout.parameters(run.design),
        layers=network(network_id).layers,
        data="",
        recipe=run.recipe.as_json(),
        seed=run.recipe.seed,
        device=run.device,
        date=run.written,
        test_accuracy=None,
        test_digits=0,
        unsure_below=0.0,
        keras_sha256="",
        onnx_sha256="",
    )


def tag(network_id: str) -> str:
    """Give what changes with a network, for browsers that keep its description."""
    if asked := snapshots.named(network_id):
        return "-".join(map(str, snapshots.version(*asked)))
    return card(network_id).onnx_sha256


def _listed(card_file: Path) -> Listing:
    return _checked(card_file, version(card_file))


@lru_cache(maxsize=1000)
def _checked(card_file: Path, _version: tuple) -> Listing:
    return listing(card_file)


# --- which of them the visitor looks through ---


def networks() -> list[Card]:
    """List the cards of the networks that the visitor can choose, the default one first.

    They are everybody's and those that the visitor kept.
    """
    return [each.card for each in _at_hand() if each.card]


def damages() -> list[Refusal]:
    """Say what is wrong with those that cannot be opened."""
    return [each.damage for each in _at_hand() if each.damage]


def _at_hand() -> list[Listing]:
    theirs = ("", mark(owner()))
    return [each for each in map(_listed, card_files()) if each.kept_by in theirs]


def is_own(card: Card) -> bool:
    """Tell whether the visitor kept this network."""
    return card.kept_by == mark(owner())


def delete_network(network_id: str) -> None:
    """Delete a network that the visitor kept and look through the default one instead."""
    delete(network_id, owner())
    set_network(DEFAULT)


def network_id() -> str:
    """Tell which network the visitor looks through: the chosen one, as long as it is there."""
    chosen = st.session_state.get("network", DEFAULT)
    return chosen if is_whole(chosen) else DEFAULT


def is_whole(network_id: str) -> bool:
    """Tell whether a network is there and can be opened."""
    try:
        card(network_id)
    except Refusal:
        return False
    return True


def set_network(network_id: str) -> None:
    """Let the visitor look through another network; the link keeps it from now on."""
    st.session_state["network"] = st.query_params["network"] = network_id


def choices() -> list[Card]:
    """List what the visitor can look through: what they can choose, and what a link opened."""
    found, now = networks(), card(network_id())
    return found if now in found else [*found, now]


def settle_network() -> None:
    """Take over the network that the link names; without one the visitor's stays.

    Where it is not there, or no more, the visitor looks through the default one and a Refusal
    says why.
    """
    asked = st.query_params.get("network", st.session_state.get("network", DEFAULT))
    found = asked if is_whole(asked) else DEFAULT
    if found != asked:
        st.query_params["network"] = found
    st.session_state["network"] = st.session_state["network_switch"] = found
    card(asked)


def leave_for_layers(network_id: str) -> None:
    """Let the page of the layers show this network next; for callbacks."""
    st.session_state["network"] = st.session_state["leaving"] = network_id


def leaves_for_layers() -> dict[str, str]:
    """Give, once, the link of what the visitor asked the page of the layers to show.

    Empty where nothing was asked. This page's own link is left alone: the browser's way back
    leads to it.
    """
    network_id = st.session_state.pop("leaving", None)
    if network_id is None:
        return {}
    kept = {"lang": st.query_params["lang"]} if "lang" in st.query_params else {}
    return {**kept, "network": network_id}
