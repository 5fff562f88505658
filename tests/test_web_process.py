"""The process that serves must never import Keras: robbed of it, it could not be fast or small."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

VISIT = """
import asyncio, json, sys
import httpx
from streamlit import config
from streamlit.testing.v1 import AppTest

config.set_option("client.showErrorDetails", "full")
sys.path.insert(0, ".")
import app  # the entry, with its routes
from model.pixels.strokes import Stroke
from pages.server import routes

sent = {"revision": 2000, "strokes": [{"width": 16, "points": [140, 60, 138, 140, 140, 220]}]}
visited = []

def look(visitor):
    visitor.run()
    assert not visitor.exception, visitor.exception
    visited.append(visitor.title[0].value)

async def draw():
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        described = await client.get("/live/networks/default/1")
        assert described.status_code == 200, described.text

for drawn in (False, True):
    visitor = AppTest.from_file("pages/navigation.py", default_timeout=30)
    if drawn:
        visitor.session_state["canvas"] = {"drawing": sent}
    for page in json.loads(sys.argv[1]):
        visitor.switch_page(page)
        look(visitor)
asyncio.run(draw())
heavy = sorted({name.partition(".")[0] for name in sys.modules} & set(json.loads(sys.argv[2])))
print(json.dumps({"visited": visited, "heavy": heavy}))
"""
HEAVY = ["keras", "tensorflow", "tf2onnx", "torch", "jax", "plotly", "matplotlib"]


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """Walk through every page with and without a drawing, and draw, in a process of its own."""
    pages = sorted(path.name for path in (ROOT / "pages").glob("*.py"))
    pages = [name for name in pages if name not in ("__init__.py", "navigation.py", "services.py")]
    done = subprocess.run(
        [sys.executable, "-c", VISIT, json.dumps(pages), json.dumps(HEAVY)],
        cwd=ROOT,
        env={**os.environ, "CONVSCOPE_HOME": str(tmp_path_factory.mktemp("home"))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return pages, json.loads(done.stdout.splitlines()[-1])


def test_every_page_was_visited_twice(walked):
    pages, told = walked
    assert len(pages) >= 2
    assert len(told["visited"]) == 2 * len(pages)
    assert len(set(told["visited"])) == len(pages)


@pytest.mark.parametrize("name", ["keras", "tensorflow"])
def test_no_page_and_no_route_imports(walked, name):
    assert name not in walked[1]["heavy"]
