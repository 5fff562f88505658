"""Networks that a test puts beside the shipped one."""

import json
import shutil
from pathlib import Path

from model.serving.networks import SHIPPED


def copy_default(home: Path, network_id: str, title: str) -> Path:
    """Publish the shipped network once more under another id and title; its card's path."""
    folder = home / "networks"
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in (".keras", ".onnx"):
        shutil.copyfile(SHIPPED / f"default{suffix}", folder / f"{network_id}{suffix}")
    card = json.loads((SHIPPED / "default.json").read_text("utf-8"))
    path = folder / f"{network_id}.json"
    path.write_text(json.dumps({**card, "id": network_id, "title": title}), "utf-8")
    return path
