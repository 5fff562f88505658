"""Keeping the network of a run: three files under a new id, whole or not at all."""

import dataclasses
import json
import shutil
import threading

import pytest
from published import copy_default

from model.base.errors import UserError
from model.base.files import sha256
from model.base.home import VALID_ID
from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.inference.catalogue import SHIPPED, listing, open_network
from model.runs import store
from model.runs.library import delete, save
from model.runs.owners import owner_hash
from model.runs.quota import bytes_in


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run that is over and came to the shipped network."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    run = store.create(store.RunRequest(Design("convscope"), Recipe(generated=0)), owner="ann")
    for suffix in (".keras", ".onnx"):
        shutil.copyfile(SHIPPED / f"default{suffix}", run.folder / f"{run.id}{suffix}")
    card = json.loads((SHIPPED / "default.json").read_text("utf-8"))
    (run.folder / f"{run.id}.json").write_text(json.dumps({**card, "id": run.id}), "utf-8")
    return run.write_status(state=store.DONE)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "networks"


def kept(folder):
    """Name what lies in the folder of networks, the lock apart."""
    names = (path.name for path in folder.glob("*")) if folder.exists() else ()
    return sorted(name for name in names if name != ".saving.lock")


def test_a_network_that_is_kept_can_be_opened_and_is_the_runs(run, folder):
    card = save(run, "  My   best one ")
    assert (card.id, card.title) == ("my-best-one", "My best one")
    assert kept(folder) == [f"my-best-one{suffix}" for suffix in (".json", ".keras", ".onnx")]
    found = listing(folder / "my-best-one.json")
    assert found.card == card
    for suffix, told in ((".keras", card.keras_sha256), (".onnx", card.onnx_sha256)):
        assert sha256((run.folder / run.id).with_suffix(suffix)) == told
    assert open_network("my-best-one").names == open_network("default").names
    before = listing(run.folder / f"{run.id}.json").card
    assert before.id == run.id
    mine = {"id": card.id, "title": card.title, "kept_by": owner_hash("ann")}
    assert {**before.as_json(), **mine} == card.as_json()


def of(run, owner):
    """The same run, as if another visitor had trained it."""
    return dataclasses.replace(run, owner=owner)


def test_what_lies_on_disk_does_not_tell_whose_a_network_is(run, folder):
    save(run, "Mine")
    everything = b"".join(path.read_bytes() for path in folder.glob("*"))
    assert b'"ann"' not in everything
    assert owner_hash("ann") not in (owner_hash("ben"), owner_hash(""), "", "ann")


def test_two_visitors_may_give_their_networks_the_same_title(run, folder):
    mine, theirs = save(run, "Mine"), save(of(run, "ben"), "Mine")
    assert (mine.title, theirs.title) == ("Mine", "Mine")
    assert mine.id != theirs.id
    assert [listing(folder / f"{each.id}.json").card for each in (mine, theirs)] == [mine, theirs]


def test_who_kept_a_network_can_delete_it_and_keep_it_again(run, folder):
    save(run, "Mine")
    save(run, "Other")
    delete("mine", "ann")
    assert kept(folder) == [f"other{suffix}" for suffix in (".json", ".keras", ".onnx")]
    assert store.find(run.id).status.state == store.DONE
    assert save(run, "Mine").id == "mine"


@pytest.mark.parametrize("owner", ["ben", "", "ann ", owner_hash("ann")])
def test_nobody_else_can_delete_a_network(run, folder, owner):
    save(run, "Mine")
    before = kept(folder)
    with pytest.raises(UserError, match="not yours"):
        delete("mine", owner)
    assert kept(folder) == before


@pytest.mark.parametrize("owner", ["ann", ""])
def test_what_is_shipped_or_made_on_the_command_line_cannot_be_deleted(run, folder, owner):
    copy_default(folder.parent, "ownerless", "Ownerless")
    for network_id in ("default", "ownerless"):
        with pytest.raises(UserError, match="not yours"):
            delete(network_id, owner)
        assert open_network(network_id)


@pytest.mark.parametrize("network_id", ["nowhere", "../networks/mine", ""])
def test_what_is_not_there_cannot_be_deleted(run, folder, network_id):
    save(run, "Mine")
    with pytest.raises(UserError, match="does not exist"):
        delete(network_id, "ann")
    assert len(kept(folder)) == 3


@pytest.mark.parametrize("title", ["Mine", "mine!", "MINE", "-mine-"])
def test_an_id_that_is_taken_is_taken_for_good(run, folder, title):
    first = save(run, "mine")
    with pytest.raises(UserError, match="already"):
        save(run, title)
    assert listing(folder / "mine.json").card == first


def test_a_shipped_network_keeps_its_id(run, folder):
    with pytest.raises(UserError, match="already"):
        save(run, "Default")
    assert kept(folder) == []


@pytest.mark.parametrize(
    "title",
    [
        "我的网络",
        "第二个网络",
        "Café",
        "😀",
        "!!!",
        "../../etc/passwd",
        "a/b\\c",
        "x" * 5000,
        "NUL\0",
    ],
)
def test_any_title_makes_an_id_of_its_own(run, folder, title):
    card = save(run, title)
    assert VALID_ID.fullmatch(card.id)
    assert len(card.title) <= 80
    assert (folder / f"{card.id}.onnx").parent == folder
    assert open_network(card.id)


def test_two_titles_without_latin_letters_are_two_networks(run, folder):
    assert save(run, "我的网络").id != save(run, "第二个网络").id


@pytest.mark.parametrize("title", ["", "   ", "\n\t"])
def test_a_network_without_a_title_is_not_kept(run, folder, title):
    with pytest.raises(UserError, match="needs a name"):
        save(run, title)


@pytest.mark.parametrize("state", [store.QUEUED, store.PAUSED, store.FAILED])
def test_a_run_that_is_not_over_has_nothing_to_keep(run, folder, state):
    with pytest.raises(UserError, match="not finished"):
        save(run.write_status(state=state), "Mine")
    assert kept(folder) == []


@pytest.mark.parametrize("suffix", [".keras", ".onnx", ".json"])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_damaged_network_is_not_kept(run, folder, suffix, damage):
    path = run.folder / f"{run.id}{suffix}"
    path.write_bytes(path.read_bytes()[:100])
    if damage == "missing":
        path.unlink()
    with pytest.raises(UserError, match="damaged"):
        save(run, "Mine")
    assert kept(folder) == []


def test_what_the_disk_has_no_room_for_is_not_kept(run, folder, monkeypatch):
    network = sum(path.stat().st_size for path in run.folder.glob(f"{run.id}.*"))
    taken = bytes_in(store.home_of_runs())
    monkeypatch.setenv("CONVSCOPE_DISK_MB", str((taken + network - 1) / 1e6))
    with pytest.raises(UserError, match="Not enough disk space"):
        save(run, "Mine")
    assert kept(folder) == []
    monkeypatch.setenv("CONVSCOPE_DISK_MB", str((taken + network + 1) / 1e6))
    save(run, "Mine")


def test_a_disk_that_is_full_in_the_middle_leaves_nothing(run, folder, monkeypatch):
    def copied(source, target):
        if source.suffix == ".onnx":
            raise OSError(28, "No space left on device")
        target.write_bytes(source.read_bytes())

    monkeypatch.setattr("model.runs.library.shutil.copyfile", copied)
    with pytest.raises(UserError, match="No space left"):
        save(run, "Mine")
    assert kept(folder) == []


def test_of_two_who_choose_the_same_title_at_once_one_is_refused(run, folder):
    outcomes = []

    def keep(title):
        try:
            outcomes.append(save(run, title).title)
        except UserError:
            outcomes.append(None)

    threads = [threading.Thread(target=keep, args=[title]) for title in ("mine", "Mine")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [each for each in outcomes if each]
    assert listing(folder / "mine.json").card.title == winner
