"""Runs that a Dask cluster trains: a scheduler and two workers on this computer."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest
from distributed import Client

from model.base.errors import UserError
from model.base.files import sha256
from model.cluster import client, worker
from model.data.augmentation import NONE
from model.experiments.designs import Design
from model.experiments.plans import TrainingPlan
from model.experiments.recipes import Recipe
from model.handwriting import hand
from model.runs import control, snapshots, store
from model.runs.pulses import read_pulses
from model.scheduling.scheduler import Dispatcher
from tests import waiting

ROOT = Path(__file__).parents[3]
TINY = Design("tiny")
RECIPE = Recipe(
    epochs=50, synthetic=0, outliers=0, generated=0, averaging=0, validation=100, augmentation=NONE
)
STAND_IN = "tests.stand_in_trainer"  # learns nothing, and keeps to all that is asked of trainers
WITHIN = 120.0  # seconds, on a machine that is busy with other things
until = partial(waiting.until, within=WITHIN)


class Cluster:
    """A scheduler and workers as processes of their own."""

    def __init__(self, folder, workers, data=None):
        self.folder = folder
        self.data = data
        self.processes = []
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        for _ in range(workers):
            self.add_worker()
        until((folder / "scheduler.json").exists)
        self.address = json.loads((folder / "scheduler.json").read_text())["address"]
        self.client = Client(self.address, set_as_default=False)
        self.client.wait_for_workers(workers)

    def add_worker(self):
        self._start("worker", "--nthreads", "1", "--no-nanny", "--local-directory", self.folder)

    def _start(self, kind, *options):
        file = ("--scheduler-file", self.folder / "scheduler.json", "--no-dashboard")
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *file, *options]
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        if self.data:
            environment["CONVSCOPE_MNIST"] = str(self.data)
        log = (self.folder / "cluster.log").open("ab")
        process = subprocess.Popen(
            list(map(str, command)), cwd=ROOT, stdout=log, stderr=log, env=environment
        )
        log.close()
        self.processes.append(process)

    def worker_of(self, run_id):
        """Give the process of the worker that trains a run."""
        numbers = self.client.run(os.getpid)
        jobs = self.client.processing()
        (address,) = [each for each, keys in jobs.items() if any(run_id in key for key in keys)]
        return numbers[address]

    def close(self):
        self.client.close(timeout=1)
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A file of digits that only the workers know of."""
    pixels, labels = hand.digits(1500, seed=1)
    path = tmp_path_factory.mktemp("worker") / "digits.npz"
    np.savez(path, x_train=pixels, y_train=labels, x_test=pixels[:100], y_test=labels[:100])
    return path


@pytest.fixture(scope="module")
def dask(tmp_path_factory, data):
    """A cluster with two workers."""
    made = Cluster(tmp_path_factory.mktemp("cluster"), workers=2, data=data)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """A home without runs; none is being trained any more when the test is over."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    yield tmp_path
    for run in store.listings():
        if store.is_alive(run):
            os.kill(run.status.process, signal.SIGTERM)
    until(lambda: not any(trainers(run) for run in store.listings()))


@pytest.fixture
def start(tmp_path):
    """Have a run trained by a cluster, by a process that is over when the test is."""
    started = []

    def begin(run, address, trainer=STAND_IN):
        command = [sys.executable, "-m", "model.cluster.client", run.id, trainer]
        environment = {**os.environ, "CONVSCOPE_SCHEDULER": address}
        with (run.folder / "log.txt").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.terminate()
        process.wait()


def created(title="endless", **more):
    return store.create(
        store.RunRequest(TINY, RECIPE), owner="ann", title=title, state=store.QUEUED, **more
    )


def pulses(run):
    return len(read_pulses(run.id))


def trainers(run):
    """Tell which processes of this computer train a run."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or ()
        if "model.cluster.worker" in words and run.id in words:
            found.append(process.pid)
    return found


# A network in training


@pytest.fixture
def dispatcher(dask, monkeypatch):
    """One that is told of the cluster; what it started is over when the test is."""
    monkeypatch.setenv("CONVSCOPE_SCHEDULER", dask.address)
    made = Dispatcher()
    yield made
    for started in made._trainers._started.values():
        started.process.terminate()
        started.process.wait()


def test_a_run_is_trained_there_watched_here_lost_with_its_worker_and_resumed(dask, dispatcher):
    [run] = dispatcher.enqueue([TrainingPlan("Away", TINY, RECIPE)], owner="ann")

    until(lambda: pulses(run) > 8, dispatcher)
    assert store.find(run.id).status.state == store.RUNNING
    told = read_pulses(run.id)
    assert {0, 50, 120, 250} <= set(snapshots.numbers(run.id))
    newest = snapshots.load(run.id, snapshots.NOW)
    assert newest.pulse["digits"] >= told[-1]["digits"]
    assert snapshots.open_snapshot(run.id, 250).names
    dispatcher.steer(run.id, "ann", learning_rate=1e-5)
    until(lambda: read_pulses(run.id)[-1]["learning_rate"] <= 1e-5, dispatcher)

    os.kill(dask.worker_of(run.id), signal.SIGKILL)
    until(lambda: store.find(run.id).status.state == store.INTERRUPTED, dispatcher)
    assert "worker" in str(store.find(run.id).status.reason)
    assert run.checkpoint.exists()
    until(lambda: not trainers(run))
    dask.add_worker()

    before = read_pulses(run.id)[-1]["digits"]
    dispatcher.resume(run.id, "ann")
    until(lambda: read_pulses(run.id)[-1]["digits"] > before, dispatcher)
    digits = [pulse["digits"] for pulse in read_pulses(run.id)]
    assert digits == sorted(set(digits))
    assert read_pulses(run.id)[-1]["learning_rate"] <= 1e-5
    dispatcher.stop(run.id, "ann")
    until(lambda: store.find(run.id).status.state == store.DONE, dispatcher)
    names = {path.name for path in run.folder.iterdir()}
    published = {f"{run.id}{suffix}" for suffix in (".keras", ".onnx", ".json")}
    assert published | {"results.json", "predictions.npz", "graph.onnx", "layers.json"} <= names
    card = json.loads((run.folder / f"{run.id}.json").read_text())
    assert card["onnx_sha256"] == sha256(run.folder / f"{run.id}.onnx")
    assert store.find(run.id).request.network_folder == str(run.folder)


# The same with a trainer that learns nothing


def test_what_a_run_is_told_reaches_its_trainer_and_how_that_ends_is_how_it_ends(dask, start):
    run = created()
    process = start(run, dask.address)
    until(lambda: pulses(run) > 3)
    control.write_control(run.id, command=control.PAUSE)
    assert process.wait(WITHIN) == 0
    assert store.find(run.id).status.state == store.PAUSED
    paused = pulses(run)

    again = start(run, dask.address)
    until(lambda: pulses(run) > paused)
    steps = [pulse["step"] for pulse in read_pulses(run.id)]
    assert steps == list(range(1, len(steps) + 1))
    control.write_control(run.id, command=control.CANCEL)
    assert again.wait(WITHIN) == 0
    assert not store.is_alive(store.find(run.id))


def test_two_runs_are_trained_by_two_workers_at_once(dask, start):
    pair = [created(), created()]
    for run in pair:
        start(run, dask.address)
    until(lambda: all(pulses(run) > 3 for run in pair))
    assert len({dask.worker_of(run.id) for run in pair}) == 2


def test_a_trainer_that_dies_there_leaves_its_run_interrupted_here(dask, start):
    run = created()
    start(run, dask.address)
    until(lambda: pulses(run) > 3)
    os.kill(trainers(run)[0], signal.SIGKILL)
    until(lambda: store.find(run.id).status.state == store.INTERRUPTED)
    assert "ended unexpectedly" in str(store.find(run.id).status.reason)


def test_a_trainer_that_dies_before_it_trains_is_a_failure_whose_cause_is_in_the_log(dask, start):
    run = created("clumsy")
    start(run, dask.address).wait(WITHIN)
    assert store.find(run.id).status.state == store.FAILED
    reason = store.find(run.id).status.reason
    assert (reason.code, reason.values) == ("not_begun", {})
    assert "no such thing as TensorFlow" in (run.folder / "log.txt").read_text()


def test_who_ends_the_process_here_ends_the_trainer_there(dask, start):
    run = created()
    process = start(run, dask.address)
    until(lambda: pulses(run) > 3)
    process.terminate()
    process.wait(WITHIN)
    until(lambda: not trainers(run))
    assert store.find(run.id).status.state == store.INTERRUPTED


def test_a_full_disk_here_ends_the_trainer_there_and_is_told(dask, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    run = created()
    monkeypatch.setenv("CONVSCOPE_SCHEDULER", dask.address)
    monkeypatch.setattr(client, "write_whole", full)
    with pytest.raises(OSError, match="No space"):
        client.main(run.id, STAND_IN)
    until(lambda: not trainers(run))
    assert store.find(run.id).status.state == store.FAILED
    assert "No space left" in str(store.find(run.id).status.reason)


def test_a_job_that_dask_gives_to_another_worker_is_not_trained_twice(dask, start):
    run = created()
    process = start(run, dask.address)
    until(lambda: pulses(run) > 3)
    os.kill(dask.worker_of(run.id), signal.SIGKILL)
    assert process.wait(WITHIN) == 0
    assert store.find(run.id).status.state == store.INTERRUPTED
    until(lambda: not trainers(run))
    until(
        lambda: not any(run.id in key for keys in dask.client.processing().values() for key in keys)
    )
    assert not trainers(run)
    dask.add_worker()


def test_a_run_that_waits_for_a_worker_can_be_paused(dask, start):
    busy = [created(), created()]
    for run in busy:
        start(run, dask.address)
    until(lambda: all(pulses(run) > 0 for run in busy))
    waiting = created()
    process = start(waiting, dask.address)
    until(lambda: store.find(waiting.id).status.state == store.RUNNING)
    control.write_control(waiting.id, command=control.PAUSE)
    assert process.wait(WITHIN) == 0
    assert store.find(waiting.id).status.state == store.PAUSED
    assert not trainers(waiting)


# Clusters that are not there


def test_a_scheduler_that_goes_leaves_the_run_interrupted(tmp_path_factory, start):
    short_lived = Cluster(tmp_path_factory.mktemp("short"), workers=1)
    try:
        run = created()
        process = start(run, short_lived.address)
        until(lambda: pulses(run) > 3)
        short_lived.processes[0].kill()
        assert process.wait(WITHIN) == 0
        assert store.find(run.id).status.state == store.INTERRUPTED
        assert "cannot be reached" in str(store.find(run.id).status.reason)
        until(lambda: not trainers(run))
    finally:
        short_lived.close()


def test_a_scheduler_that_cannot_be_reached_is_a_failure_that_says_so(start):
    run = created()
    start(run, "tcp://127.0.0.1:9").wait(WITHIN)
    assert store.find(run.id).status.state == store.FAILED
    assert "tcp://127.0.0.1:9 cannot be reached" in str(store.find(run.id).status.reason)


def test_without_distributed_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match="distributed"):
        client.run_remotely(created(), "tcp://127.0.0.1:9")


# What goes to and fro


def test_a_worker_takes_its_own_file_only_where_it_holds_the_same_digits(tmp_path, monkeypatch):
    there, own = tmp_path / "there.npz", tmp_path / "own.npz"
    own.write_bytes(b"digits")
    monkeypatch.setenv("CONVSCOPE_MNIST", str(own))
    assert worker.find_digits(None, "") is None
    assert worker.find_digits("digits", "") == "digits"
    assert worker.find_digits(str(there), sha256(own)) == str(own)
    there.write_bytes(b"digits")
    assert worker.find_digits(str(there), sha256(there)) == str(there)
    there.write_bytes(b"others")
    assert worker.find_digits(str(there), sha256(own)) == str(own)
    with pytest.raises(UserError, match="has no file"):
        worker.find_digits(str(there), "0" * 64)


def test_changes_tell_what_is_new_once_and_of_what_grows_only_the_rest(tmp_path):
    sent = {}
    pulses, snapshot = tmp_path / "pulses.jsonl", tmp_path / "snapshots" / "000000050.npz"
    pulses.write_bytes(b"one\n")
    snapshot.parent.mkdir()
    snapshot.write_bytes(b"weights")
    (tmp_path / "alive.lock").touch()
    (tmp_path / ".part-1-2-state.json").touch()
    assert worker.changes(tmp_path, sent) == [
        ("snapshots/000000050.npz", 0, b"weights"),
        ("pulses.jsonl", 0, b"one\n"),  # last, since it tells of the other
    ]
    assert worker.changes(tmp_path, sent) == []
    pulses.write_bytes(b"one\ntwo\n")
    assert worker.changes(tmp_path, sent) == [("pulses.jsonl", 4, b"two\n")]
    pulses.write_bytes(b"another\nthree\n")
    assert worker.changes(tmp_path, sent) == [("pulses.jsonl", 0, b"another\nthree\n")]
    snapshot.unlink()
    assert worker.changes(tmp_path, sent) == []
