"""Deleted runs: restored for a day, removed for good when old or when their room is needed."""

import os

import pytest

from model.base.errors import UserError
from model.experiments.designs import Design
from model.experiments.recipes import PLAIN
from model.runs import control, quota, store, trash


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))


def run_of(owner, title):
    request = store.RunRequest(Design("tiny"), PLAIN)
    return store.create(request, owner=owner, title=title, state=store.PAUSED)


def test_a_deleted_run_is_restored_as_it_was():
    run = run_of("ann", "Mine")
    (run.folder / "pulses.jsonl").write_text("{}\n")
    store.delete(run.id)
    (deleted,) = trash.deleted_runs("ann")
    assert (deleted.id, deleted.title) == (run.id, "Mine")
    trash.restore(run.id)
    assert store.find(run.id) == run
    assert (run.folder / "pulses.jsonl").read_text() == "{}\n"
    assert trash.deleted_runs("ann") == []


def test_deleted_runs_are_those_of_one_owner_the_last_deleted_first():
    ids = [run_of("ann", title).id for title in ("One", "Two")]
    other = run_of("ben", "Theirs").id
    for age, run_id in enumerate([other, *ids]):
        store.delete(run_id)
        os.utime(store.folder_aside(run_id), (1000 + age, 1000 + age))
    assert [each.title for each in trash.deleted_runs("ann")] == ["Two", "One"]
    assert [each.title for each in trash.deleted_runs()] == ["Two", "One", "Theirs"]


def test_a_canceled_run_that_is_restored_is_canceled_no_more():
    run = run_of("ann", "Mine")
    control.write_control(run.id, command=control.CANCEL, learning_rate=0.5)
    store.delete(run.id)
    trash.restore(run.id)
    asked = control.read_control(run)
    assert (asked.command, asked.learning_rate) == ("", 0.5)


def test_a_deleted_run_is_removed_for_good_after_a_day():
    run = run_of("ann", "Mine")
    store.delete(run.id)
    deleted = trash.deleted_runs()[0].deleted
    trash.remove_old(clock=lambda: deleted + 24 * 3600 - 1)
    assert len(trash.deleted_runs()) == 1
    trash.remove_old(clock=lambda: deleted + 24 * 3600 + 1)
    assert trash.deleted_runs() == []
    with pytest.raises(UserError, match="cannot be restored"):
        trash.restore(run.id)


@pytest.mark.parametrize("run_id", ["", "..", "../networks", "nowhere"])
def test_what_was_not_deleted_is_not_restored(run_id):
    with pytest.raises(UserError, match="cannot be restored"):
        trash.restore(run_id)


def test_deleted_runs_count_until_their_room_is_needed_and_the_oldest_gives_way_first(
    monkeypatch,
):
    runs = [run_of("ann", title) for title in ("Old", "New")]
    for age, run in enumerate(runs):
        (run.folder / "checkpoint.npz").write_bytes(bytes(1_000_000))
        store.delete(run.id)
        os.utime(store.folder_aside(run.id), (1000 + age, 1000 + age))
    monkeypatch.setenv("CONVSCOPE_DISK_MB", "4")
    quota.check_room(1_500_000)
    assert len(trash.deleted_runs()) == 2
    quota.check_room(2_500_000)
    assert [each.title for each in trash.deleted_runs()] == ["New"]
    with pytest.raises(UserError, match="Not enough disk space"):
        quota.check_room(5_000_000)
