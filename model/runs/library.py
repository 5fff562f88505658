"""Keeps a network among those at hand, as its visitor's own: of a run, or from elsewhere."""

import hashlib
import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from model.base.errors import N_, UserError
from model.base.files import all_or_none
from model.base.home import INVALID_ID, VALID_ID, home
from model.inference.catalogue import Card, card_file, card_files, listing
from model.runs.owners import owner_hash
from model.runs.quota import check_room, check_share, on_disk
from model.runs.store import DONE, Run, clean_title

_LONGEST_ID = 40  # characters of a title that an id is made of
_SUFFIXES = (".keras", ".onnx", ".json")


def save(run: Run, title: str) -> Card:
    """Copy the network that a run came to, as its owner's own; its id is made of the title.

    A UserError says that there is no network yet, it is damaged, the run's owner has one of that
    title already, or the disk is full.
    """
    if run.status.state != DONE:
        raise UserError(N_("This run has not finished; there is no network to save yet."))
    source = run.folder / f"{run.request.network_id}.json"
    return keep(source, title, owner_hash(run.owner))


def keep(source: Path, title: str, kept_by: str, *, network_id: str = "") -> Card:
    """Copy a network, named by its card's path, among those at hand.

    The card gets the new id and title and whose it is, the other files stay as they are. `kept_by`
    is the hash of a visitor, or "" where it becomes everybody's. A UserError says that it is
    damaged, there is one of that id or title already, or the disk is full.
    """
    title = clean_title(title)
    if not title:
        raise UserError(N_("A network needs a name."))
    card = listing(source).whole().as_json() | {"title": title, "kept_by": kept_by}
    folder = home() / "networks"
    with on_disk():
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".saving.lock"):
            card["id"] = _still_free(network_id) if network_id else _free_id(title, kept_by)
            more = sum(source.with_suffix(suffix).stat().st_size for suffix in _SUFFIXES)
            if kept_by:
                check_share(kept_by, more)
            check_room(more)
            _write(source, folder, card)
    return Card.from_json(card)


def delete(network_id: str, owner: str) -> None:
    """Delete a network that this visitor kept; a UserError where it is anybody else's."""
    path = card_file(network_id)
    if listing(path).kept_by != owner_hash(owner):
        raise UserError(N_("Network {id} is not yours: you cannot delete it."), id=network_id)
    with on_disk():
        for suffix in reversed(_SUFFIXES):  # the card first: without it the others count no more
            path.with_suffix(suffix).unlink(missing_ok=True)


def _write(source: Path, folder: Path, card: Mapping[str, Any]) -> None:
    names = [card["id"] + suffix for suffix in _SUFFIXES]
    with all_or_none(folder, names) as (keras_part, onnx_part, card_part):
        shutil.copyfile(source.with_suffix(".keras"), keras_part)
        shutil.copyfile(source.with_suffix(".onnx"), onnx_part)
        card_part.write_text(json.dumps(card, ensure_ascii=False, indent=1), "utf-8")


def _id_of(title: str) -> str:
    """Return an id of a title's letters and digits; where some are not Latin, of a hash as well."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_ID].strip("-")
    if words and title.isascii():
        return words
    return f"{words}-{hashlib.sha256(title.encode()).hexdigest()[:8]}".strip("-")


def _free_id(title: str, keeper: str) -> str:
    """Return an id that is free; what other visitors have kept is no reason to refuse a title."""
    network_id = _id_of(title)
    try:
        taken = listing(card_file(network_id))
    except UserError:
        return network_id
    if taken.kept_by in ("", keeper):
        raise UserError(N_("A network {id} already exists: choose another name."), id=network_id)
    return f"{network_id}-{secrets.token_hex(4)}"


def _still_free(network_id: str) -> str:
    """Return an id that was asked for; a UserError where it is none, or taken."""
    if not VALID_ID.fullmatch(network_id):
        raise UserError(INVALID_ID, id=repr(network_id)[:80])
    if any(path.stem == network_id for path in card_files()):
        raise UserError(N_("A network {id} already exists: choose another name."), id=network_id)
    return network_id
