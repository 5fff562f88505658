import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "model").rglob("*.py"))
SESSION = ROOT / "pages" / "common" / "session"
PAGES = [
    path
    for path in (ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")))
    if SESSION not in path.parents
]
STATE = re.compile(
    r"session_state|lru_cache|cache_(data|resource)|functools(\.| import .*\b)cache\b"
)
SERVING = sorted(path.stem for path in (ROOT / "model" / "serving").glob("[a-z]*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_model_knows_nothing_of_pages_and_only_learning_knows_keras(path):
    found = set(imported(path))

    assert not found & {"streamlit", "plotly", "pages", "assets"}
    if (ROOT / "model" / "learning") not in path.parents:
        assert not found & {"keras", "tensorflow", "jax", "torch", "onnx"}


def test_serving_does_not_reach_for_what_learns():
    for path in (ROOT / "model" / "serving").glob("*.py"):
        assert "model.learning" not in path.read_text("utf-8"), path.name


def test_everything_that_serves_leaves_keras_alone():
    modules = ", ".join(f"model.serving.{name}" for name in SERVING)
    script = (
        f"import sys, {modules}, model.command_line, model.learning.runs, model.learning.datasets\n"
        "print(sorted({'keras', 'tensorflow', 'jax', 'onnx', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_session_state_and_caches_live_in_one_package_of_the_pages(path):
    text = path.read_text("utf-8")

    assert not STATE.search(text)
    assert not re.search(r"common\.session(\.| import)", text), "it is asked as a whole"
