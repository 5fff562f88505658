"""requirements.lock, which CI and the container install from."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


def pinned(name):
    text = (ROOT / name).read_text()
    return {package.lower().replace("_", "-"): version for package, version in PINNED.findall(text)}


def test_the_lock_holds_what_people_read_in_the_requirements():
    locked = pinned("requirements.lock")
    wanted = pinned("requirements.txt")
    assert wanted == {package: locked.get(package) for package in wanted}


def test_every_package_is_locked_with_hashes_and_names_no_place_to_load_from():
    text = re.sub("^#.*\n", "", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)
    packages = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(packages) > len(pinned("requirements.txt"))
    for package in packages:
        first, *hashes = package.replace(" \\", "").splitlines()
        assert PINNED.fullmatch(first.partition(" ;")[0])
        assert hashes
        assert all(re.fullmatch("    --hash=sha256:[0-9a-f]{64}", each) for each in hashes)
    assert "://" not in text
