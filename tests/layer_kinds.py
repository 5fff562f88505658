"""Write down what the browser is told of each kind of layer: `python -m tests.layer_kinds`.

The tests of the browser's modules read it, for networks that they make by hand.
"""

import json
from pathlib import Path

from model.inference.layer_kinds import LAYER_KINDS

WRITTEN = Path(__file__).with_name("components") / "layer_kinds.json"


def content() -> str:
    """Return the facts of all kinds as JSON, a kind a line."""
    lines = [
        f"  {json.dumps(name)}: {json.dumps(kind.facts, ensure_ascii=False)}"
        for name, kind in LAYER_KINDS.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    WRITTEN.write_text(content(), "utf-8")
