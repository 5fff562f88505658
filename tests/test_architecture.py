"""The rooms of the project as data: who may import whom, and where Keras and Streamlit may be."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Each room, from the ground up. A room imports only rooms of lower floors, and itself.
FLOORS = [
    ["model/base"],
    ["model/pixels"],
    ["model/handwriting", "model/inference"],
    ["model/data", "model/sheets"],
    ["model/experiments"],
    ["model/export", "model/runs"],
    ["model/training", "model/scheduling"],
    ["model/cluster", "model/keras_checks"],
    ["model/benchmarks", "model/imports"],
    ["model"],  # the command line
    ["assets"],
    ["pages/services.py"],
    ["pages/visitor"],
    ["pages/display", "pages/server"],
    ["pages/sheet"],
    ["pages/drawing"],
    ["pages/explorer", "pages/importing", "pages/training"],
    ["pages"],  # the scripts, one a page
    ["app.py"],
]
MOST_MODULES = 14  # in one room
MOST_LINES = 60  # in one function
KERAS = {"keras", "tensorflow", "jax", "onnx", "tensorboardX"}
KERAS_ROOMS = {"model/export", "model/training", "model/benchmarks"}
# Functions there import Keras: they run in a process of their own.
KERAS_IN_FUNCTIONS = {"model/keras_checks", "model/data", "model/imports"}
LOADS_KERAS_LATER = {"model.training.trainer"}  # once it holds its run
MAY_HOLD_STATE = re.compile(r"pages/(visitor/\w+|.*_state)\.py")
MAY_CACHE = "pages/services.py"

SOURCES = [
    ROOT / "app.py",
    *(
        path
        for room in ("model", "assets", "pages")
        for path in sorted((ROOT / room).rglob("*.py"))
    ),
]
ROOMS = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def room_of(name):
    """The room of a module or package: the longest that it lies in."""
    inside = [room for room in ROOMS if name == room or name.startswith(f"{room}/")]
    return max(inside, key=len)


def imports_of(path, *, top_level=False):
    """Every module that is imported, as "model.base.errors"."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                inner = ROOT / node.module.replace(".", "/") / alias.name
                is_module = inner.is_dir() or inner.with_suffix(".py").is_file()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def packages_of(path, **options):
    return {name.partition(".")[0] for name in imports_of(path, **options)}


def place_of(module):
    place = module.replace(".", "/")
    return f"{place}.py" if (ROOT / f"{place}.py").is_file() else place


each_source = pytest.mark.parametrize("path", SOURCES, ids=name_of)


@each_source
def test_a_room_imports_only_the_floors_below(path):
    here = room_of(name_of(path))
    for module in imports_of(path):
        if module.partition(".")[0] not in ("model", "assets", "pages", "app"):
            continue
        there = room_of(place_of(module))
        assert there == here or ROOMS[there] < ROOMS[here], f"{here} imports {module}"


@each_source
def test_keras_and_the_onnx_writer_are_loaded_in_few_rooms(path):
    here = room_of(name_of(path))
    if here in KERAS_ROOMS:
        return
    assert not packages_of(path, top_level=here in KERAS_IN_FUNCTIONS) & KERAS
    for module in set(imports_of(path, top_level=True)) - LOADS_KERAS_LATER:
        assert not module.startswith(tuple(room.replace("/", ".") for room in KERAS_ROOMS))


@each_source
def test_streamlit_and_plotly_are_for_pages_alone(path):
    name = name_of(path)
    found = packages_of(path) & {"streamlit", "plotly"}
    if name.startswith("model/") or name == MAY_CACHE or name.startswith("pages/server/"):
        assert not found
    if name.startswith("assets/"):
        assert "plotly" not in found
        assert "streamlit" not in found or name == "assets/components/__init__.py"


@each_source
def test_components_know_nothing_of_the_model(path):
    if name_of(path).startswith("assets/"):
        assert not packages_of(path) & {"model", "pages"}


@each_source
def test_a_visitors_state_is_kept_in_state_modules_alone(path):
    text = path.read_text("utf-8")
    if name_of(path).startswith("pages/") and not MAY_HOLD_STATE.fullmatch(name_of(path)):
        assert "session_state" not in text


@each_source
def test_what_all_visitors_share_is_kept_in_one_module(path):
    cached = r"lru_cache|cache_(data|resource)|functools(\.| import .*\b)cache\b"
    if name_of(path).startswith("pages/") and name_of(path) != MAY_CACHE:
        assert not re.search(cached, path.read_text("utf-8"))


def test_a_room_can_be_taken_in_at_a_glance():
    for folder in {path.parent for path in SOURCES}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= MOST_MODULES, name_of(folder)


@each_source
def test_a_function_fits_on_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= MOST_LINES, f"{node.name} has {lines} lines"


def test_a_file_can_be_read_in_one_sitting():
    for folder in ("model", "assets", "pages"):
        for suffix in ("py", "mjs"):
            for path in (ROOT / folder).rglob(f"*.{suffix}"):
                assert len(path.read_text("utf-8").splitlines()) <= 400, name_of(path)


def test_what_the_web_process_imports_leaves_keras_alone():
    rooms = [room for room in ROOMS if room.startswith("model/") and room not in KERAS_ROOMS]
    modules = [
        name_of(path)[:-3].replace("/", ".")
        for room in rooms
        for path in sorted((ROOT / room).glob("[a-z]*.py"))
        if room != "model/cluster"  # a process of its own, as the trainer is
    ]
    script = (
        f"import sys, {', '.join(modules)}, model.command_line\n"
        f"print(sorted({KERAS | {'sklearn'}!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
