"""Whose runs are: each visitor's share of the disk, and runs that nobody comes back to."""

import os
from datetime import datetime

import pytest

from model.base.errors import UserError
from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.runs import quota, store, trash, visits
from model.runs.owners import owner_hash
from model.runs.quota import most_bytes

TINY = Design("tiny")
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    return tmp_path


def run_of(owner, *, megabytes=0, state=store.DONE):
    run = store.create(store.RunRequest(TINY, Recipe(generated=0)), owner=owner, state=state)
    (run.folder / "checkpoint.npz").write_bytes(bytes(megabytes * 1_000_000))
    return run


def ids():
    return {run.id for run in store.listings()}


# Runs that nobody comes back to


@pytest.fixture
def noted(shelf):
    """Visits have been noted for a year."""
    visits.remove_abandoned()
    os.utime(shelf / "visitors" / ".begun", (0, 0))


def after(days, run):
    """A clock so many days after a run was written last."""
    written = datetime.fromisoformat(run.status.written).timestamp()
    return lambda: written + days * DAY


def test_runs_of_a_visitor_who_has_gone_for_good_are_deleted_and_can_be_restored_for_a_day(noted):
    run = run_of("ann")
    visits.remove_abandoned(after(visits.DAYS, run))
    assert ids() == {run.id}
    visits.remove_abandoned(after(visits.DAYS + 1, run))
    assert ids() == set()
    assert [each.id for each in trash.deleted_runs("ann")] == [run.id]


def test_whoever_was_here_since_then_keeps_them(noted, shelf):
    mine, theirs = run_of("ann"), run_of("ben")
    visits.note_visit("ann")
    (note,) = (shelf / "visitors").glob("[!.]*")
    assert "ann" not in note.name
    os.utime(note, (after(50, mine)(), after(50, mine)()))
    visits.remove_abandoned(after(visits.DAYS + 1, theirs))
    assert ids() == {mine.id}
    visits.remove_abandoned(after(visits.DAYS + 51, mine))
    assert ids() == set()


def test_what_is_at_work_or_of_the_command_line_stays(noted):
    kept = {run_of("", state=store.DONE).id, run_of("ann", state=store.QUEUED).id}
    visits.remove_abandoned(after(1000, store.find(next(iter(kept)))))
    assert ids() == kept


def test_nothing_is_deleted_before_visits_have_been_noted_for_so_long():
    run = run_of("ann")
    visits.remove_abandoned(after(1, run))
    visits.remove_abandoned(after(visits.DAYS - 1, run))
    assert ids() == {run.id}


def test_a_visit_is_noted_once_an_hour_and_a_folder_that_cannot_be_written_is_no_trouble(shelf):
    visits.note_visit("ann", clock=lambda: 10_000)
    (note,) = (shelf / "visitors").iterdir()
    os.utime(note, (10_000, 10_000))
    visits.note_visit("ann", clock=lambda: 13_000)
    assert note.stat().st_mtime == 10_000
    visits.note_visit("ann", clock=lambda: 14_000)
    assert note.stat().st_mtime > 14_000
    note.unlink()
    note.parent.rmdir()
    note.parent.write_text("a file where the folder should be")
    visits.note_visit("ann")


# A share of the disk


def test_one_visitor_may_take_their_share_and_leaves_that_of_others(monkeypatch):
    monkeypatch.setenv("CONVSCOPE_VISITOR_MB", "5")
    run_of("ann", megabytes=3)
    run_of("ben", megabytes=4)
    quota.check_share(owner_hash("ann"), 1_500_000)
    with pytest.raises(UserError, match="Your share of the disk is 5 MB: 3 are used"):
        quota.check_share(owner_hash("ann"), 3_000_000)


def test_what_a_visitor_has_deleted_gives_way_first(monkeypatch):
    monkeypatch.setenv("CONVSCOPE_VISITOR_MB", "5")
    mine, theirs = run_of("ann", megabytes=3), run_of("ben", megabytes=3)
    for run in (mine, theirs):
        store.delete(run.id)
    quota.check_share(owner_hash("ann"), 3_000_000)
    assert [each.id for each in trash.deleted_runs()] == [theirs.id]


def test_a_share_that_is_no_number_is_said(monkeypatch):
    monkeypatch.setenv("CONVSCOPE_VISITOR_MB", "much")
    with pytest.raises(UserError, match="CONVSCOPE_VISITOR_MB"):
        quota.check_share(owner_hash("ann"), 1)


def test_a_class_of_thirty_that_trains_the_default_network_fits_on_the_disk():
    """Three epochs keep a dozen snapshots and some early ones, not all that a run may have."""
    assert 30 * most_bytes(Design("convscope"), 3) < 2000e6 / 2
    assert most_bytes(Design("convscope"), 100) < 400e6
