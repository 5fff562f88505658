"""The command `add`: a network from elsewhere becomes one of those at hand."""

import argparse
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.base.errors import N_, UserError
from model.base.home import home
from model.imports.scaling import SCALINGS
from model.inference.catalogue import Card
from model.terminal import command, say

_CONFIG = Path(__file__).parents[1] / ".streamlit" / "config.toml"
_SCALING = "how its pixels were scaled when it was trained; by default what reads digits best"


def add_add(commands: Any) -> None:
    """Offer `add`."""
    add = command(commands, "add", _add, "add a network from a .keras file")
    add.add_argument("file", type=Path, metavar="FILE", help="saved by Keras 3: model.save(FILE)")
    add.add_argument("--id", default="", help="of the network; by default one made of its title")
    add.add_argument("--title", default="", help="by default the file's name")
    add.add_argument("--labels", type=Path, metavar="FILE", help="names of its classes, one a line")
    add.add_argument("--scaling", choices=SCALINGS, default="", help=_SCALING)


def _add(options: argparse.Namespace) -> int:
    from model.imports.adding import labels_from

    labels = labels_from(_text(options.labels)) if options.labels else ()
    card = add_file(
        options.file,
        title=options.title,
        network_id=options.id,
        scaling=options.scaling,
        labels=labels,
    )
    link = _link(card.id)
    assert card.imported is not None
    words = f"{card.id}: {card.title}, {card.parameters:,} parameters, pixels as in "
    words += f"{card.imported.scaling}, in {home() / 'networks'}\n{link}"
    say({"network": card.as_json(), "link": link}, words, options.json)
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise UserError(N_("{path} is not a text file."), path=path) from error


def add_file(
    path: Path,
    *,
    title: str = "",
    network_id: str = "",
    scaling: str = "",
    labels: Sequence[str] = (),
) -> Card:
    """Add the network of a file for everybody, unless it came in the same file before.

    Raises UserError that says what about it cannot be taken.
    """
    from model.imports import adding

    data = adding.read_file(path)
    if not (network_id or title or scaling or labels) and (known := adding.added_before(data)):
        return known
    engine = adding.builder()
    try:
        return adding.add(data, title or path.stem, engine, scaling=scaling, network_id=network_id)
    finally:
        engine.stop()


def _link(network_id: str) -> str:
    """Return where a server that was started as README says shows a network."""
    server = tomllib.loads(_CONFIG.read_text("utf-8"))["server"]
    port = os.environ.get("STREAMLIT_SERVER_PORT") or server["port"]
    return f"http://{server['address']}:{port}/?network={network_id}"
