"""The opened networks, the same for all visitors, and which of them each looks through."""

import streamlit as st

from model.base.errors import UserError
from model.inference.catalogue import Card, Listing, card_files
from model.runs.library import delete
from model.runs.owners import owner_hash
from pages.services import card, first_network, is_whole, listed
from pages.visitor.identity import owner

# --- which of them the visitor looks through ---


def networks() -> list[Card]:
    """Return the cards of the networks that the visitor can choose, the default one first.

    They are everybody's and those that the visitor kept.
    """
    return [each.card for each in _at_hand() if each.card]


def network_errors() -> list[UserError]:
    """Return what is wrong with those that cannot be opened."""
    return [each.damage for each in _at_hand() if each.damage]


def _at_hand() -> list[Listing]:
    theirs = ("", owner_hash(owner()))
    return [each for each in map(listed, card_files()) if each.kept_by in theirs]


def is_own(card: Card) -> bool:
    """Return whether the visitor saved this network."""
    return card.kept_by == owner_hash(owner())


def delete_network(network_id: str) -> None:
    """Delete a network that the visitor kept and look through the first one instead."""
    delete(network_id, owner())
    set_network(first_network())


def network_id() -> str:
    """Return the id of the visitor's network: the chosen one, as long as it exists."""
    chosen = st.session_state.get("network")
    return chosen if chosen and is_whole(chosen) else first_network()


def set_network(network_id: str) -> None:
    """Set the visitor's network; the link keeps it from now on."""
    st.session_state["network"] = st.query_params["network"] = network_id


def selectable_networks() -> list[Card]:
    """Return the cards that can be selected: those to choose from, and what a link opened."""
    found, now = networks(), card(network_id())
    return found if now in found else [*found, now]


def settle_network() -> None:
    """Take over the network that the link names; without one the visitor's stays.

    Where it is not there, or no more, the visitor looks through the first one and a UserError says
    why.
    """
    before = st.session_state.get("network") or first_network()
    asked = st.query_params.get("network", before)
    found = asked if is_whole(asked) else first_network()
    if found != asked:
        st.query_params["network"] = found
    st.session_state["network"] = st.session_state["network_switch"] = found
    card(asked)


def leave_for_stage(network_id: str) -> None:
    """Make the stage open next, with this network on it; for callbacks."""
    st.session_state["network"] = st.session_state["leaving"] = network_id


def pending_stage_link() -> dict[str, str]:
    """Return, once, the link of what the visitor asked the stage to show.

    Empty where nothing was asked. This page's own link is left alone: the browser's way back
    leads to it.
    """
    network_id = st.session_state.pop("leaving", None)
    if network_id is None:
        return {}
    kept = {"lang": st.query_params["lang"]} if "lang" in st.query_params else {}
    return {**kept, "network": network_id}
