"""Which Convscope this is, and which Pythons it runs on."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import model
from model.command_line import main

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("python", [(3, 10), (3, 14)])
@pytest.mark.parametrize("module", ["app", "model.command_line"])
def test_on_another_python_it_ends_with_a_sentence(python, module):
    script = f"import sys; sys.version_info = {python}; import {module}"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.startswith("Convscope runs on Python 3.11 to 3.13; this is Python 3.1")
    assert "Traceback" not in done.stderr


def test_the_packaging_names_the_same_pythons():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    newest, after = model.NEWEST_PYTHON, f"3.{model.NEWEST_PYTHON[1] + 1}"

    assert newest[0] == 3
    assert project["requires-python"] == f">={'.'.join(map(str, model.OLDEST_PYTHON))},<{after}"


def test_the_command_line_says_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"Convscope {model.__version__}\n"


def test_the_changelog_knows_the_version():
    assert f"\n## {model.__version__}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
