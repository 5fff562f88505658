"""What README and CONTRIBUTING say is true: commands, paths, pages, settings, rooms, versions."""

import ast
import importlib.util
import re
import shlex
from pathlib import Path

import pytest
from test_architecture import FLOORS

import model
from model.command_line import UsageError, _parser
from model.experiments.designs import DESIGNS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
TEXTS = {"README": README, "CONTRIBUTING": CONTRIBUTING}
PATH = r"[\w.][\w./-]*/[\w./-]*|\w+\.(py|mjs|po|toml|md|txt|png|css)"
OF_NO_FILE = {"photo.png", "NAME.mjs", "NAME.css"}  # examples
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def spans(text):
    """List what is set as code: `spans`, and the lines of blocks."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.M))
    return [*inline, *(line for block in blocks for line in block.splitlines())]


def table(text, heading):
    """Read the table below the row that begins with `heading`, as rows of cells."""
    (rows,) = re.findall(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows.splitlines()]


def calls(module):
    """List the calls of `python -m MODULE`, as the words that follow."""
    found = re.compile(rf"(?:^|\s)python -m {re.escape(module)}(?:\s+([^&]*))?$")
    matches = [found.search(span) for text in TEXTS.values() for span in spans(text)]
    return [shlex.split(match[1] or "") for match in matches if match]


def test_every_command_of_the_model_can_be_called_as_it_is_written():
    asked = calls("model")
    for words in asked:
        options = _parser().parse_args(["convscope" if word == "NAME" else word for word in words])
        assert getattr(options, "architecture", None) in (None, *DESIGNS)

    commands = next(each for each in _parser()._actions if each.choices).choices
    assert {words[0] for words in asked} == set(commands)


def test_an_unknown_command_would_be_noticed():
    with pytest.raises((SystemExit, UsageError)):
        _parser().parse_args(["recognize", "photo.png"])


def test_every_option_that_is_named_exists():
    commands = next(each for each in _parser()._actions if each.choices).choices
    known = {option for parser in commands.values() for option in parser._option_string_actions}
    for span in spans(README):
        if re.fullmatch(r"--[\w-]+( \S+)?", span):
            assert span.split()[0] in known


@each_text
def test_every_module_that_is_run_exists(text):
    for span in spans(text):
        for module in re.findall(r"python -m ([\w.]+)", span):
            assert importlib.util.find_spec(module), module


def test_every_benchmark_is_in_the_table():
    files = (ROOT / "tests" / "benchmarks").glob("*.py")
    runnable = [path.stem for path in files if "__main__" in path.read_text("utf-8")]
    written = re.findall(r"python -m tests\.benchmarks\.(\w+)", CONTRIBUTING)

    assert sorted(set(runnable) - {"proxy"}) == sorted(written)


@each_text
def test_every_path_exists(text):
    folders = [ROOT, ROOT / "assets" / "components"]
    for span in spans(text):
        if re.fullmatch(PATH, span) and span not in OF_NO_FILE:
            assert any((folder / span).exists() for folder in folders), span


@each_text
def test_every_link_leads_somewhere(text):
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("https://"):
            continue
        name, _, place = target.partition("#")
        linked = (ROOT / name).read_text("utf-8") if place else ""
        headings = [heading.lower() for heading in re.findall(r"^#+ (.+)$", linked, re.MULTILINE)]
        assert (ROOT / name).is_file()
        assert not place or place in headings


def test_the_pages_are_those_of_the_navigation():
    tree = ast.parse((ROOT / "pages" / "navigation.py").read_text("utf-8"))
    pages = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    pages = [each for each in pages if ast.unparse(each.func) == "st.Page"]
    titles = [ast.literal_eval(word.value.args[0]) for page in pages for word in page.keywords[:1]]

    assert [row[0] for row in table(README, "page")] == titles


def test_the_settings_are_those_that_the_code_reads():
    paths = [ROOT / "app.py", *(ROOT / "model").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    read = {
        name for path in paths for name in re.findall(r"CONVSCOPE_\w+", path.read_text("utf-8"))
    }

    assert {row[0].strip("`") for row in table(README, "environment variable")} == read


def test_the_rooms_are_those_of_the_architecture():
    entries = ("model", "pages", "app.py")  # the rooms that the others lie in
    rooms = [room for floor in FLOORS for room in floor if room not in entries]

    assert sorted(row[0].strip("`") for row in table(CONTRIBUTING, "room")) == sorted(rooms)


def test_a_room_of_the_table_stands_below_those_that_it_may_import():
    floors = {room: number for number, floor in enumerate(FLOORS) for room in floor}
    order = [floors[row[0].strip("`")] for row in table(CONTRIBUTING, "room")]

    assert order == sorted(order)


def test_the_versions_are_those_that_are_required():
    required = "".join(
        (ROOT / name).read_text("utf-8") for name in ("requirements.txt", "tests/requirements.txt")
    )
    pins = re.findall(r"([\w-]+)(?:\[[\w-]+\])?==([\d.]+)", README)
    assert pins
    for name, version in pins:
        pinned = name.removesuffix("-cpu")  # the same release, built without a GPU
        assert f"{pinned}=={version}" in required


def test_the_pythons_are_those_that_it_runs_on():
    pythons = [".".join(map(str, each)) for each in (model.OLDEST_PYTHON, model.NEWEST_PYTHON)]

    assert "Python {} to {} ".format(*pythons) in README


@each_text
def test_ci_ends_with_the_test_command(text):
    command = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1]

    assert command == "python -m pytest tests"
    assert any(span.endswith(command) for span in spans(text))


SOURCES = [
    path
    for pattern in ("app.py", ".streamlit/*.toml", "*/**/*.py", "*/**/*.mjs", "*/**/*.css")
    for path in sorted(ROOT.glob(pattern))
    if path.relative_to(ROOT).parts[0]
    in ("app.py", ".streamlit", "assets", "model", "pages", "tests")
]


def test_every_file_that_a_comment_names_exists():
    named = re.compile(r"\b(?:assets|model|pages|tests)/[\w/.-]+\.(?:py|mjs|json|c|po)\b")
    for path in SOURCES:
        for name in named.findall(path.read_text("utf-8")):
            assert (ROOT / name).is_file(), f"{path.relative_to(ROOT)} names {name}"
