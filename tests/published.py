"""Networks that a test puts beside the shipped one."""

import json
import shutil
from pathlib import Path

from model.inference.catalogue import SHIPPED
from model.runs.owners import owner_hash


def copy_default(home: Path, network_id: str, title: str, *, owner: str = "") -> Path:
    """Publish the shipped network once more under another id and title; its card's path.

    With an `owner` it is as this visitor has kept it.
    """
    folder = home / "networks"
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in (".keras", ".onnx"):
        shutil.copyfile(SHIPPED / f"default{suffix}", folder / f"{network_id}{suffix}")
    card = json.loads((SHIPPED / "default.json").read_text("utf-8"))
    path = folder / f"{network_id}.json"
    kept_by = owner_hash(owner) if owner else ""
    path.write_text(json.dumps({**card, "id": network_id, "title": title, "kept_by": kept_by}))
    return path
