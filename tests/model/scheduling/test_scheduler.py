"""Who is trained when: places, limits, owners; trainers that die, hang or outlive the server."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from model.base.errors import UserError
from model.experiments.designs import Design
from model.experiments.plans import TrainingPlan
from model.experiments.recipes import Recipe
from model.runs import control, store
from model.runs.owners import new_owner
from model.runs.pulses import read_pulses
from model.scheduling.estimates import Pace, multiplications
from model.scheduling.processes import OBEYS_WITHIN, PATIENCE, STARTS_WITHIN
from model.scheduling.scheduler import MOST_FROM_AN_ADDRESS, MOST_QUEUED, Dispatcher
from model.scheduling.standby import IDLE
from tests import waiting

ROOT = Path(__file__).parents[3]
STAND_IN = (sys.executable, "-m", "tests.stand_in_trainer")
TINY = Design("tiny")
RECIPE = Recipe(synthetic=0, outliers=0, generated=0, batch_size=16)
BRIEF = replace(RECIPE, epochs=1)
until = partial(waiting.until, within=60)  # seconds, on a machine busy with other things


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """A home without runs; none is being trained any more when the test is over."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    yield tmp_path
    for run in store.listings():
        if isinstance(run, store.Run) and store.is_alive(run):
            with contextlib.suppress(ProcessLookupError):
                os.kill(run.status.process, signal.SIGKILL)


@pytest.fixture
def server():
    """Make dispatchers; what they started is over when the test is."""
    made = []

    def dispatcher(**options):
        made.append(Dispatcher(**{"command": STAND_IN, "side_by_side": 1, **options}))
        return made[-1]

    yield dispatcher
    for each in made:
        each.close()
        for started in each._trainers._started.values():
            started.process.kill()
            started.process.wait()


@pytest.fixture
def dispatcher(server):
    return server()


def order(owner, *titles, to, design=TINY, recipe=RECIPE):
    """Ask for a group of runs; give their ids, or the one where there is one."""
    titles = titles or ("endless",)
    group = to.enqueue([TrainingPlan(title, design, recipe) for title in titles], owner=owner)
    ids = [run.id for run in group]
    return ids[0] if len(ids) == 1 else ids


def state(run_id):
    return store.find(run_id).status.state


def begun(run_id, dispatcher):
    """Wait until a run is trained and has told something."""
    until(lambda: state(run_id) == store.RUNNING and read_pulses(run_id), dispatcher)


# The queue


def test_what_is_asked_for_is_trained_and_told_to_be_over(dispatcher):
    run = order("ann", "short", to=dispatcher)
    assert state(run) == store.QUEUED
    until(lambda: state(run) == store.DONE, dispatcher)
    assert len(read_pulses(run)) == 5


def test_one_is_trained_at_a_time_and_the_others_have_places_in_their_order(dispatcher):
    ann, ben, cem = (order(owner, to=dispatcher) for owner in ("ann", "ben", "cem"))
    assert [dispatcher.place(run) for run in (ann, ben, cem)] == [1, 2, 3]
    begun(ann, dispatcher)
    assert [dispatcher.place(run) for run in (ann, ben, cem)] == [None, 1, 2]
    assert [state(run) for run in (ben, cem)] == [store.QUEUED] * 2
    dispatcher.stop(ann, "ann")
    begun(ben, dispatcher)
    assert state(ann) == store.DONE
    assert [dispatcher.place(run) for run in (ann, ben, cem)] == [None, None, 1]


def test_as_many_are_trained_side_by_side_as_there_is_room_for(server):
    dispatcher = server(side_by_side=2)
    ann, ben, cem = (order(owner, to=dispatcher) for owner in ("ann", "ben", "cem"))
    begun(ann, dispatcher)
    begun(ben, dispatcher)
    assert state(cem) == store.QUEUED
    assert dispatcher.place(cem) == 1
    dispatcher.stop(ben, "ben")
    begun(cem, dispatcher)
    assert state(ann) == store.RUNNING


def test_a_class_of_thirty_finds_room_in_the_queue(dispatcher):
    runs = [order(f"visitor{number}", to=dispatcher) for number in range(30)]
    assert [dispatcher.place(run) for run in runs] == list(range(1, 31))


def test_runs_that_race_have_one_place_and_are_trained_together(dispatcher):
    ann = order("ann", to=dispatcher)
    one, other = order("ben", "endless", "endless", to=dispatcher)
    cem = order("cem", to=dispatcher)
    assert [dispatcher.place(run) for run in (ann, one, other, cem)] == [1, 2, 2, 3]
    assert store.find(other).request.group == one
    dispatcher.cancel(ann, "ann")
    begun(one, dispatcher)
    begun(other, dispatcher)
    dispatcher.stop(one, "ben")
    until(lambda: state(one) == store.DONE, dispatcher)
    assert state(cem) == store.QUEUED  # the race is not over
    dispatcher.stop(other, "ben")
    begun(cem, dispatcher)


def test_one_that_is_trained_from_the_command_line_is_waited_for(dispatcher):
    own = store.create(store.RunRequest(TINY, RECIPE), title="endless")
    process = subprocess.Popen([*STAND_IN, own.id], cwd=ROOT)
    until(lambda: state(own.id) == store.RUNNING)
    ann = order("ann", to=dispatcher)
    for _ in range(5):
        dispatcher.tick()
    assert state(ann) == store.QUEUED
    process.kill()
    process.wait()
    begun(ann, dispatcher)


def test_the_queue_outlives_the_server(server):
    ann, ben = (order(owner, to=server()) for owner in ("ann", "ben"))
    after = server()
    begun(ann, after)
    assert after.place(ben) == 1


def test_a_short_run_waits_for_no_long_one_and_has_a_place_for_each_core(server):
    dispatcher = server(side_by_side=1, short_side_by_side=2)
    ann, ben = (order(owner, to=dispatcher) for owner in ("ann", "ben"))
    short = [order(owner, to=dispatcher, recipe=BRIEF) for owner in ("cem", "dan", "eve")]
    assert [dispatcher.place(run) for run in (ann, ben, *short)] == [1, 2, 1, 2, 3]
    for run in (ann, *short[:2]):
        begun(run, dispatcher)
    assert [dispatcher.place(run) for run in (ben, short[2])] == [1, 1]


def test_who_waits_is_told_how_long_by_what_is_ahead(server):
    """Five equal runs, two places: two begin when the first two are over, one after those."""
    dispatcher = server(short_side_by_side=2)
    owners = ("ann", "ben", "cem", "dan", "eve")
    runs = [order(owner, to=dispatcher, recipe=BRIEF) for owner in owners]
    waits = [dispatcher.wait_of(run) for run in runs]
    each = Pace().seconds(store.find(runs[0]))
    assert waits == pytest.approx([0, 0, each, each, 2 * each])
    begun(runs[0], dispatcher)
    assert dispatcher.wait_of(runs[0]) is None


def test_the_arithmetic_of_a_training_is_that_of_its_layers():
    """Tiny: 4 kernels of 3 × 3 on 26 × 26 cells, 6 of 3 × 3 × 4 on 7 × 7, 294 numbers to 10."""
    by_hand = 26 * 26 * 4 * (9 + 1) + 7 * 7 * 6 * (36 + 1) + 10 * (294 + 1)
    assert multiplications(TINY) == by_hand


# Its limits


def test_an_owner_has_one_group_that_waits_or_runs(dispatcher):
    ann = order("ann", to=dispatcher)
    with pytest.raises(UserError, match="already"):
        order("ann", to=dispatcher)
    begun(ann, dispatcher)
    with pytest.raises(UserError, match="already"):
        order("ann", to=dispatcher)
    dispatcher.stop(ann, "ann")
    until(lambda: state(ann) == store.DONE, dispatcher)
    order("ann", to=dispatcher)
    assert len(store.listings("ann")) == 2


def test_so_many_groups_may_wait_and_no_more(dispatcher):
    begun(order("first", to=dispatcher), dispatcher)
    waiting = [order(f"owner{number}", to=dispatcher) for number in range(MOST_QUEUED)]
    with pytest.raises(UserError, match=str(MOST_QUEUED)):
        order("late", to=dispatcher)
    assert store.listings("late") == []
    dispatcher.cancel(waiting[0], "owner0")
    order("late", to=dispatcher)


def test_visitors_from_one_address_leave_places_for_others(dispatcher):
    key = b"the server's"
    for _ in range(MOST_FROM_AN_ADDRESS):
        order(new_owner(key, "192.0.2.1"), to=dispatcher)
    with pytest.raises(UserError, match=str(MOST_FROM_AN_ADDRESS)):
        order(new_owner(key, "192.0.2.1"), to=dispatcher)
    order(new_owner(key, "192.0.2.2"), to=dispatcher)


def test_no_run_is_taken_on_that_might_fill_the_disk(dispatcher, monkeypatch, shelf):
    saved = shelf / "networks" / "saved.keras"
    saved.parent.mkdir()
    saved.write_bytes(bytes(4_000_000))
    monkeypatch.setenv("CONVSCOPE_DISK_MB", "20")
    order("ann", to=dispatcher)
    order("ben", to=dispatcher)
    with pytest.raises(UserError, match="Not enough disk space"):
        order("cem", "endless", "endless", to=dispatcher)
    with pytest.raises(UserError, match="Not enough disk space"):
        order("cem", to=dispatcher, design=Design("convscope"))
    assert store.listings("cem") == []
    order("cem", to=dispatcher)
    monkeypatch.setenv("CONVSCOPE_DISK_MB", "much")
    with pytest.raises(UserError, match="CONVSCOPE_DISK_MB"):
        order("dan", to=dispatcher)


def test_a_group_of_which_one_run_cannot_be_is_not_taken_on_at_all(dispatcher):
    plans = [
        TrainingPlan("good", TINY, RECIPE),
        TrainingPlan("bad", TINY, Recipe(epochs=0, generated=0)),
    ]
    with pytest.raises(UserError, match="epochs"):
        dispatcher.enqueue(plans, owner="ann")
    assert store.listings() == []


def test_a_full_disk_is_told_in_a_sentence(dispatcher, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    ann = order("ann", to=dispatcher)
    monkeypatch.setattr("model.base.files._flush", full)
    for asked in (
        lambda: order("ben", to=dispatcher),
        lambda: dispatcher.pause(ann, "ann"),
        lambda: dispatcher.rename(ann, "ann", "Mine"),
        lambda: dispatcher.steer(ann, "ann", learning_rate=1.0),
    ):
        with pytest.raises(UserError, match="No space left"):
            asked()
    assert [run.id for run in store.listings()] == [ann]


# What an owner can do, and nobody else


def test_a_run_is_paused_and_resumed_where_it_was(dispatcher):
    ann = order("ann", to=dispatcher)
    begun(ann, dispatcher)
    dispatcher.pause(ann, "ann")
    until(lambda: state(ann) == store.PAUSED, dispatcher)
    paused = len(read_pulses(ann))
    ben = order("ben", to=dispatcher)
    begun(ben, dispatcher)
    dispatcher.resume(ann, "ann")
    assert dispatcher.place(ann) == 1
    dispatcher.stop(ben, "ben")
    begun(ann, dispatcher)
    until(lambda: len(read_pulses(ann)) > paused)
    steps = [pulse["step"] for pulse in read_pulses(ann)]
    assert steps == list(range(1, len(steps) + 1))


def test_a_run_is_resumed_while_its_process_is_still_leaving(dispatcher):
    ann = order("ann", "slow", to=dispatcher)
    begun(ann, dispatcher)
    dispatcher.pause(ann, "ann")
    until(lambda: state(ann) == store.PAUSED)
    paused = len(read_pulses(ann))
    dispatcher.resume(ann, "ann")
    until(lambda: len(read_pulses(ann)) > paused, dispatcher)
    assert state(ann) == store.RUNNING


def test_a_run_that_is_over_is_deleted_while_its_process_is_still_leaving(dispatcher):
    ann = order("ann", "slow", to=dispatcher)
    begun(ann, dispatcher)
    dispatcher.stop(ann, "ann")
    until(lambda: state(ann) == store.DONE)
    dispatcher.delete(ann, "ann")
    assert store.listings() == []


def test_who_resumes_is_the_last_in_the_queue(dispatcher):
    ann = order("ann", to=dispatcher)
    dispatcher.pause(ann, "ann")
    assert state(ann) == store.PAUSED
    assert dispatcher.place(ann) is None
    ben = order("ben", to=dispatcher)
    time.sleep(1.1)  # moments are written down to the second
    dispatcher.resume(ann, "ann")
    assert [dispatcher.place(run) for run in (ben, ann)] == [1, 2]


def test_one_that_waits_is_canceled_at_once_and_one_that_is_trained_soon(dispatcher):
    ann, ben = (order(owner, to=dispatcher) for owner in ("ann", "ben"))
    begun(ann, dispatcher)
    dispatcher.cancel(ben, "ben")
    assert store.listings("ben") == []
    dispatcher.cancel(ann, "ann")
    until(lambda: not store.listings("ann"), dispatcher)
    assert not list(store.home_of_runs().glob("*ann*"))


def test_a_paused_run_can_be_kept_as_it_is(dispatcher):
    ann = order("ann", to=dispatcher)
    with pytest.raises(UserError, match="not started"):
        dispatcher.stop(ann, "ann")
    begun(ann, dispatcher)
    dispatcher.pause(ann, "ann")
    until(lambda: state(ann) == store.PAUSED, dispatcher)
    dispatcher.stop(ann, "ann")
    until(lambda: state(ann) == store.DONE, dispatcher)


def test_a_run_is_steered_renamed_and_at_last_deleted(dispatcher):
    ann = order("ann", to=dispatcher)
    begun(ann, dispatcher)
    dispatcher.steer(ann, "ann", learning_rate=0.5)
    assert control.read_control(store.find(ann)).learning_rate == 0.5
    with pytest.raises(UserError, match="is training"):
        dispatcher.delete(ann, "ann")
    dispatcher.stop(ann, "ann")
    until(lambda: state(ann) == store.DONE, dispatcher)
    dispatcher.rename(ann, "ann", "Best so far")
    assert store.find(ann).title == "Best so far"
    dispatcher.delete(ann, "ann")
    assert store.listings() == []


@pytest.mark.parametrize("command", ["pause", "resume", "stop"])
def test_what_a_run_that_is_over_cannot_do_is_refused(dispatcher, command):
    ann = order("ann", "short", to=dispatcher)
    until(lambda: state(ann) == store.DONE, dispatcher)
    with pytest.raises(UserError, match="changed"):
        getattr(dispatcher, command)(ann, "ann")


@pytest.mark.parametrize("somebody", ["ben", "", "ANN"])
@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("pause", {}),
        ("resume", {}),
        ("stop", {}),
        ("cancel", {}),
        ("delete", {}),
        ("rename", {"title": "Mine"}),
        ("steer", {"learning_rate": 9.0}),
    ],
)
def test_nobody_but_its_owner_changes_a_run(dispatcher, somebody, command, more):
    ann = order("ann", to=dispatcher)
    with pytest.raises(UserError, match="someone else"):
        getattr(dispatcher, command)(ann, somebody, **more)
    own = store.create(store.RunRequest(TINY, RECIPE), title="command line", state=store.PAUSED)
    with pytest.raises(UserError, match="someone else"):
        getattr(dispatcher, command)(own.id, somebody, **more)
    assert [run.title for run in store.listings()] == ["command line", "endless"]


@pytest.mark.parametrize("run_id", ["nowhere", "../runs", "", ".deleted-x", "dispatcher.lock"])
def test_a_run_that_is_not_there_is_refused(dispatcher, run_id):
    with pytest.raises(UserError, match="does not exist"):
        dispatcher.delete(run_id, "ann")


# Faults


def log(run_id):
    return (store.find(run_id).folder / "log.txt").read_text()


def test_a_trainer_that_dies_before_it_trains_is_a_failure_whose_cause_is_in_the_log(dispatcher):
    ann, ben = order("ann", "clumsy", to=dispatcher), order("ben", "short", to=dispatcher)
    until(lambda: state(ann) == store.FAILED, dispatcher)
    assert str(store.find(ann).status.reason).startswith(
        "The training process ended before training began."
    )
    assert "TensorFlow" not in str(store.find(ann).status.reason)
    assert "no such thing as TensorFlow" in log(ann)
    until(lambda: state(ben) == store.DONE, dispatcher)


def test_a_trainer_that_cannot_be_started_is_a_failure(server):
    dispatcher = server(command=("/nowhere/python",))
    ann = order("ann", to=dispatcher)
    dispatcher.tick()
    assert state(ann) == store.FAILED
    assert str(store.find(ann).status.reason).startswith(
        "The training process could not start. Nothing is lost"
    )
    assert "nowhere" not in str(store.find(ann).status.reason)
    assert "nowhere" in log(ann)


def test_a_trainer_that_is_killed_leaves_its_run_interrupted_and_it_can_be_resumed(dispatcher):
    ann, ben = (order(owner, to=dispatcher) for owner in ("ann", "ben"))
    begun(ann, dispatcher)
    os.kill(store.find(ann).status.process, signal.SIGKILL)
    until(lambda: state(ann) == store.INTERRUPTED)
    begun(ben, dispatcher)
    dispatcher.resume(ann, "ann")
    dispatcher.stop(ben, "ben")
    begun(ann, dispatcher)


class Clock:
    """A clock whose seconds pass when somebody says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_trainer_that_shows_no_sign_of_life_is_ended_as_a_failure(server):
    dispatcher = server(clock=(clock := Clock()))
    ann = order("ann", to=dispatcher)
    ben = order("ben", "short", to=dispatcher)
    begun(ann, dispatcher)
    os.kill(store.find(ann).status.process, signal.SIGSTOP)
    dispatcher.tick()
    clock.now += PATIENCE
    dispatcher.tick()
    assert state(ann) == store.RUNNING
    clock.now += 1
    until(lambda: state(ann) == store.FAILED, dispatcher)
    assert "No progress" in str(store.find(ann).status.reason)
    until(lambda: state(ben) == store.DONE, dispatcher)


@pytest.mark.parametrize(("is_outlived", "after"), [(True, "running"), (False, "interrupted")])
def test_where_nothing_outlives_the_server_its_trainers_save_and_end(server, is_outlived, after):
    dispatcher = server(is_outlived=is_outlived)
    ann = order("ann", to=dispatcher)
    begun(ann, dispatcher)
    dispatcher.close()
    assert state(ann) == after
    assert store.find(ann).checkpoint.exists()


def test_one_that_takes_long_to_begin_is_waited_for_but_not_for_ever(server):
    dispatcher = server(clock=(clock := Clock()))
    ann = order("ann", "silent", to=dispatcher)
    until(lambda: state(ann) == store.RUNNING, dispatcher)
    dispatcher.tick()
    clock.now += STARTS_WITHIN
    dispatcher.tick()
    assert state(ann) == store.RUNNING
    clock.now += 1
    until(lambda: state(ann) == store.FAILED, dispatcher)


def test_one_that_gets_on_is_left_in_peace(server):
    dispatcher = server(clock=(clock := Clock()))
    ann = order("ann", to=dispatcher)
    begun(ann, dispatcher)
    for _ in range(5):
        known = len(read_pulses(ann))
        until(lambda known=known: len(read_pulses(ann)) > known)
        clock.now += PATIENCE
        dispatcher.tick()
    assert state(ann) == store.RUNNING


def test_a_trainer_that_does_not_obey_is_asked_to_end_and_then_ended(server):
    dispatcher = server(clock=(clock := Clock()))
    ann = order("ann", "deaf", to=dispatcher)
    begun(ann, dispatcher)
    dispatcher.cancel(ann, "ann")
    dispatcher.tick()
    for _ in range(2):
        assert state(ann) == store.RUNNING
        clock.now += OBEYS_WITHIN + 1
        dispatcher.tick()
    until(lambda: not store.listings(), dispatcher)


def test_a_damaged_run_harms_no_other_and_can_be_deleted_by_its_owner(dispatcher):
    ann = order("ann", to=dispatcher)
    (store.find(ann).folder / "state.json").write_text("{")
    ben = order("ben", "short", to=dispatcher)
    until(lambda: state(ben) == store.DONE, dispatcher)
    with pytest.raises(UserError, match="someone else"):
        dispatcher.delete(ann, "ben")
    dispatcher.delete(ann, "ann")
    assert [run.id for run in store.listings()] == [ben]


# More than one server


def test_a_second_server_starts_nothing_until_the_first_is_gone(server):
    first, second = server(), server()
    first.tick()
    ann = order("ann", to=second)
    for _ in range(5):
        second.tick()
    assert state(ann) == store.QUEUED
    assert second.place(ann) == 1
    begun(ann, first)
    second.stop(ann, "ann")
    until(lambda: state(ann) == store.DONE, second)


SERVER = """
import sys, time
from tests.model.scheduling.test_scheduler import Dispatcher, STAND_IN, order
dispatcher = Dispatcher(command=STAND_IN)
order("ann", to=dispatcher), order("ben", "short", to=dispatcher)
while True:
    dispatcher.tick()
    time.sleep(0.02)
"""


def test_a_killed_server_leaves_its_trainer_at_work_and_the_next_one_finds_it(dispatcher):
    process = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT)
    try:
        until(lambda: len(store.listings("ben")) == 1)
        (ann,), (ben,) = ([run.id for run in store.listings(owner)] for owner in ("ann", "ben"))
        until(lambda: state(ann) == store.RUNNING and read_pulses(ann))
    finally:
        process.kill()
        process.wait()
    trainer = store.find(ann).status.process
    told = len(read_pulses(ann))
    until(lambda: len(read_pulses(ann)) > told + 10, dispatcher)
    assert {pulse["process"] for pulse in read_pulses(ann)} == {trainer}
    assert state(ben) == store.QUEUED
    dispatcher.cancel(ann, "ann")
    until(lambda: state(ben) == store.DONE, dispatcher)
    assert store.listings("ann") == []


# A trainer that is kept warm


WAITS = (sys.executable, "-m", "tests.stand_in_trainer")  # without a run: it is told one


def is_over(process):
    return process.poll() is not None


def test_somebody_in_the_room_has_one_trainer_waiting_that_trains_the_next_run(server):
    dispatcher = server(warm_command=WAITS)
    dispatcher.tick()
    assert dispatcher._warm.process is None
    dispatcher.expect_runs()
    dispatcher.tick()
    warm = dispatcher._warm.process
    dispatcher.tick()
    assert dispatcher._warm.process is warm
    run = order("ann", "endless", to=dispatcher)
    begun(run, dispatcher)
    assert store.find(run).status.process == warm.pid
    dispatcher.close()
    assert not is_over(warm)  # what it trains goes on
    dispatcher.stop(run, "ann")
    until(lambda: state(run) == store.DONE, dispatcher)


def test_a_trainer_that_waits_for_nobody_is_ended(server):
    clock = Clock()
    dispatcher = server(warm_command=WAITS, clock=clock)
    dispatcher.expect_runs()
    dispatcher.tick()
    warm = dispatcher._warm.process
    clock.now += IDLE - 1
    dispatcher.tick()
    assert not is_over(warm)
    clock.now += 2
    dispatcher.tick()
    assert is_over(warm)
    assert dispatcher._warm.process is None


def test_a_trainer_that_waits_ends_with_its_server_however_that_ends():
    script = (
        "import sys, time; from model.scheduling.scheduler import Dispatcher\n"
        f"dispatcher = Dispatcher(command={STAND_IN}, warm_command={WAITS})\n"
        "dispatcher.expect_runs(); dispatcher.tick()\n"
        "print(dispatcher._warm.process.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as killed:
        warm = int(killed.stdout.readline())
        os.kill(warm, 0)
        killed.kill()
    until(lambda: not Path(f"/proc/{warm}").exists() or "Z (zombie)" in status_of(warm))


def status_of(process):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/status").read_text()
    return "Z (zombie)"


def test_where_the_warm_one_has_died_a_run_is_trained_all_the_same(server):
    dispatcher = server(warm_command=WAITS)
    dispatcher.expect_runs()
    dispatcher.tick()
    dispatcher._warm.process.kill()
    dispatcher._warm.process.wait()
    run = order("ann", "short", to=dispatcher)
    until(lambda: state(run) == store.DONE, dispatcher)


def test_whoever_waits_for_something_to_do_is_woken_when_it_is_asked_for(dispatcher):
    dispatcher.tick()
    order("ann", to=dispatcher)
    begun_waiting = time.monotonic()
    dispatcher.wait(60)
    assert time.monotonic() - begun_waiting < 30
