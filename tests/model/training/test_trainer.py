"""A run from its first moment to its last, and everything that can go wrong between."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from model.base.errors import UserError
from model.data.augmentation import NONE, Augmentation
from model.experiments import script
from model.experiments.designs import OWN, Design
from model.experiments.recipes import Recipe
from model.handwriting import hand
from model.inference import catalogue
from model.inference.network import logits_of
from model.runs import control, results, snapshots, store
from model.runs.pulses import digits_at_checkpoint, read_pulses
from model.training import loop, monitor
from model.training.batches import FIRST
from model.training.recorder import RunRecorder
from model.training.trainer import perform

ROOT = Path(__file__).parents[3]
DESIGN = Design(
    OWN,
    (
        {"kind": "conv", "filters": 3, "kernel_size": 5, "strides": 3},
        {"kind": "batch_normalization"},
        {"kind": "activation", "activation": "relu"},
    ),
    dropout=0.25,
)
RECIPE = Recipe(
    epochs=3,
    batch_size=50,
    learning_rate=0.01,
    synthetic=0,
    outliers=0,
    averaging=0,
    generated=0,
    validation=100,
    seed=3,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Digits of our own handwriting with labels, in a file with Keras's keys."""
    pixels, labels = hand.digits(1400, seed=1)
    path = tmp_path_factory.mktemp("data") / "digits.npz"
    parts = {"x_train": pixels[:1300], "y_train": labels[:1300]}
    np.savez(path, **parts, x_test=pixels[1300:], y_test=labels[1300:])
    return str(path)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    """A home of this module's own: its runs are counted."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("CONVSCOPE_HOME", str(folder))
        yield folder


@pytest.fixture
def begin(file):
    def create(recipe=RECIPE, *, state=store.RUNNING, **settings):
        request = store.RunRequest(DESIGN, recipe, source=file, **settings)
        return store.create(request, owner="ada", state=state)

    return create


@pytest.fixture(scope="module")
def undisturbed(file):
    """A run that went through, and what was told of its batches."""
    seen = []
    run = store.create(store.RunRequest(DESIGN, RECIPE, source=file), owner="ada")
    card = perform(run, on_batch=lambda done, total, loss: seen.append((done, total)))
    return store.find(run.id), card, seen


def last_weights(run):
    return snapshots.load(run.id, snapshots.NOW).weights


def assert_same_end(run, other):
    assert [store.find(each.id).status.state for each in (run, other)] == [store.DONE, store.DONE]
    ours, theirs = last_weights(run), last_weights(other)
    assert set(ours) == set(theirs)
    for name, value in ours.items():
        np.testing.assert_allclose(value, theirs[name], atol=1e-6, rtol=0, err_msg=name)
    ours, theirs = (store.find(each.id).status.history for each in (run, other))
    for one, another in zip(ours, theirs, strict=True):
        assert one["loss"] == pytest.approx(another["loss"], abs=1e-5)
        assert one["validation_accuracy"] == another["validation_accuracy"]


def at_batch(number, act):
    """A listener that acts once, after so many batches."""

    def on_batch(done, total, loss):
        if done == number:
            act()

    return on_batch


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def test_a_run_leaves_everything_that_is_shown_of_it(undisturbed):
    run, card, seen = undisturbed
    pulses = read_pulses(run.id)
    shown = [pulse["digits"] for pulse in pulses]

    assert run.status.state == store.DONE
    assert (run.status.reason, run.status.device.kind) == (None, "cpu")
    assert seen[-1] == (len(seen), len(seen))
    assert run.status.digits_total == shown[-1] == 3 * 1200
    assert shown == sorted(set(shown))
    assert {0, *FIRST} <= set(shown)
    assert snapshots.numbers(run.id) == sorted({0, *FIRST, *quarters()})
    assert pulses[0]["loss"] is None
    for pulse in pulses[1:]:
        assert pulse["loss"] > 0
        assert 0 <= pulse["accuracy"] <= 1
        assert pulse["speed"] > 0
        assert set(pulse["layers"]) == {"conv1", "norm1", "activation1", "logits"}
        assert pulse["layers"]["conv1"]["gradient"] > 0
        assert pulse["layers"]["conv1"]["update"] > 0
    assert pulses[-1]["epoch"] == pytest.approx(3)
    assert pulses[-1]["validation_accuracy"] == run.status.history[-1]["validation_accuracy"]
    assert "control.json" not in os.listdir(run.folder)
    assert card.id == run.id


def quarters():
    """How many digits were shown at each quarter of the three epochs."""
    first = [50, 35, 35, 43, 43, 44, *[50] * 19]
    sizes = [*first, *[50] * 48]
    ends = [6, 13, 19, 25, *(25 + part for part in (6, 12, 18, 24, 30, 36, 42, 48))]
    return [sum(sizes[:end]) for end in ends]


def test_the_last_snapshot_answers_as_the_published_network(undisturbed, monkeypatch):
    run, card, _ = undisturbed
    monkeypatch.setattr(catalogue, "SHIPPED", run.folder)
    digits = np.random.default_rng(0).random((5, 28, 28), np.float32)
    published = logits_of(catalogue.open_network(run.id), digits)
    cnn = keras.models.load_model(run.folder / f"{run.id}.keras")
    theirs = np.asarray(cnn(digits[..., np.newaxis], training=False))

    answers = logits_of(snapshots.open_snapshot(run.id, snapshots.NOW), digits)
    np.testing.assert_allclose(answers, published, atol=1e-5)
    np.testing.assert_allclose(answers, theirs, atol=1e-5)
    assert results.read(run.id).test_accuracy == card.test_accuracy


def test_the_confusion_of_a_snapshot_is_that_of_the_validation_digits(undisturbed):
    run, _, _ = undisturbed
    for number in snapshots.numbers(run.id):
        snapshot = snapshots.load(run.id, number)
        assert snapshot.pulse["digits"] == number
        assert snapshot.confusion.sum() == 100
        right = snapshot.confusion.trace() / 100
        assert right == pytest.approx(snapshot.pulse["validation_accuracy"])


def test_a_run_that_is_paused_and_resumed_ends_as_if_it_had_never_stopped(
    undisturbed, begin, monkeypatch
):
    monkeypatch.setattr(loop, "_LISTENING", 0)
    run = begin()
    for batch in (7, 41):
        pause = at_batch(batch, lambda: control.write_control(run.id, command=control.PAUSE))
        assert perform(store.find(run.id), on_batch=pause) is None
        paused = store.find(run.id)
        assert (paused.status.state, store.is_alive(paused)) == (store.PAUSED, False)
        assert read_pulses(run.id)[-1]["step"] == batch
    perform(store.find(run.id))

    assert_same_end(run, undisturbed[0])
    assert [pulse["digits"] for pulse in read_pulses(run.id)][-1] == 3600
    assert snapshots.numbers(run.id) == snapshots.numbers(undisturbed[0].id)


KILLED = """
import os, signal, sys
from model.runs import store
from model.training.trainer import perform

def kill(done, total, loss):
    if done == 37:
        os.kill(os.getpid(), signal.SIGKILL)

perform(store.find(sys.argv[1]), on_batch=kill)
"""


def test_a_run_whose_process_is_killed_is_interrupted_and_ends_the_same_once_resumed(
    undisturbed, begin
):
    run = begin()
    done = subprocess.run([sys.executable, "-c", KILLED, run.id], cwd=ROOT, capture_output=True)
    left = store.find(run.id)

    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert left.status.state == store.INTERRUPTED
    assert "unexpectedly" in str(left.status.reason)
    assert 0 < read_pulses(run.id)[-1]["step"] <= 37
    with (run.folder / "pulses.jsonl").open("a") as pulses:
        pulses.write('{"step": 37, "dig')  # as a kill may leave it
    perform(left)
    assert_same_end(run, undisturbed[0])
    told = [pulse["digits"] for pulse in read_pulses(run.id)]
    assert told == sorted(set(told))


def test_ctrl_c_ends_a_run_after_its_batch_and_loses_nothing(undisturbed, begin):
    run = begin()
    with pytest.raises(KeyboardInterrupt):
        perform(run, on_batch=at_batch(33, interrupt))
    left = store.find(run.id)

    assert left.status.state == store.INTERRUPTED
    assert len(left.status.history) == 1
    assert read_pulses(run.id)[-1]["step"] == 33
    perform(left)
    assert_same_end(run, undisturbed[0])


def test_a_run_that_is_stopped_keeps_what_it_had_learned(begin, monkeypatch):
    monkeypatch.setattr(loop, "_LISTENING", 0)
    run = begin()
    stop = at_batch(40, lambda: control.write_control(run.id, command=control.STOP))
    card = perform(run, on_batch=stop)
    found = store.find(run.id)

    assert found.status.state == store.DONE
    assert "as requested" in str(found.status.reason)
    assert read_pulses(run.id)[-1]["step"] == 40
    assert results.read(run.id).test_accuracy == card.test_accuracy
    assert len(found.status.history) == 1


def test_a_run_that_is_canceled_ends_and_publishes_nothing(begin, monkeypatch):
    monkeypatch.setattr(loop, "_LISTENING", 0)
    run = begin()
    cancel = at_batch(5, lambda: control.write_control(run.id, command=control.CANCEL))

    assert perform(run, on_batch=cancel) is None
    assert not store.is_alive(store.find(run.id))
    assert not (run.folder / f"{run.id}.json").exists()
    store.delete(run.id)


def test_a_run_ends_at_its_time_limit_with_what_it_has(begin):
    run = begin(time_limit=0.0)
    perform(run)
    found = store.find(run.id)

    assert found.status.state == store.DONE
    assert "time limit" in str(found.status.reason)
    assert read_pulses(run.id)[-1]["step"] == 1
    assert results.read(run.id).n == 100


def test_learning_rate_and_augmentation_change_while_it_runs(begin, monkeypatch):
    monkeypatch.setattr(loop, "_LISTENING", 0)
    monkeypatch.setattr(monitor, "_PERIOD", 0)
    recipe = Recipe(**{**vars(RECIPE), "schedule": "constant", "augmentation": NONE})
    run = begin(recipe)
    changed = Augmentation(rotation=45)
    change = at_batch(
        20, lambda: control.write_control(run.id, learning_rate=0.001, augmentation=changed)
    )

    def both(done, total, loss):
        change(done, total, loss)
        if done == 35:
            interrupt()

    with pytest.raises(KeyboardInterrupt):
        perform(run, on_batch=both)
    perform(store.find(run.id))
    rates = {pulse["step"]: pulse["learning_rate"] for pulse in read_pulses(run.id)}

    assert rates[19] == pytest.approx(0.01)
    assert [rates[step] for step in (22, 35, 36, 70)] == pytest.approx([0.001] * 4)
    with np.load(run.checkpoint) as kept:
        assert json.loads(str(kept["progress"]))["augmentation"]["rotation"] == 45


def test_what_happened_to_a_run_is_kept_with_its_place_in_its_status_and_on_its_card(
    begin, monkeypatch
):
    monkeypatch.setattr(loop, "_LISTENING", 0)
    run = begin()
    changed = Augmentation(rotation=45)
    steer = at_batch(
        20, lambda: control.write_control(run.id, learning_rate=0.001, augmentation=changed)
    )
    stop = at_batch(50, lambda: control.write_control(run.id, command=control.STOP))

    def until_interrupted(done, total, loss):
        steer(done, total, loss)
        if done == 35:
            interrupt()

    with pytest.raises(KeyboardInterrupt):
        perform(run, on_batch=until_interrupted)
    left = store.find(run.id)
    before = left.status.events
    assert digits_at_checkpoint(left) == 1200 + 10 * 50
    card = perform(store.find(run.id), on_batch=stop)
    events = store.find(run.id).status.events

    assert events[: len(before)] == before
    assert [event.kind for event in events] == [
        "learning_rate",
        "augmentation",
        "resumed",
        "stopped",
    ]
    assert (events[0].learning_rate, events[1].augmentation) == (0.001, changed)
    # The first epoch has 1 + 2 + 3 + 5 + 10 small batches up to 1,000 digits, then 4 of 50 as all
    # later ones have 24.
    assert [event.digits for event in events] == [950, 950, 1200 + 10 * 50, 1200 + 25 * 50]
    epochs = [20 / 25, 20 / 25, 1 + 10 / 24, 1 + 25 / 24]
    assert [event.epoch for event in events] == pytest.approx(epochs)
    assert [event["kind"] for event in card.events] == [event.kind for event in events]
    assert catalogue.Card.from_json(card.as_json()) == card


def test_what_happened_after_the_last_checkpoint_is_forgotten_with_it(begin, monkeypatch):
    monkeypatch.setattr(loop, "_LISTENING", 0)
    run = begin()
    monkeypatch.setattr(RunRecorder, "write_checkpoint", lambda *_: None)
    steer = at_batch(20, lambda: control.write_control(run.id, learning_rate=0.001))

    def until_killed(done, total, loss):
        steer(done, total, loss)
        if done == 30:
            raise MemoryError

    with pytest.raises(MemoryError):
        perform(run, on_batch=until_killed)
    assert [event.digits > 0 for event in store.find(run.id).status.events] == [True]
    perform(store.find(run.id))  # from the beginning, with what it was asked for meanwhile
    assert [event.digits for event in store.find(run.id).status.events] == [0]


def test_a_loss_that_is_no_number_fails_the_run_and_keeps_what_was_good(begin):
    wild = Recipe(**{**vars(RECIPE), "optimizer": "sgd", "learning_rate": 1e6, "weight_decay": 0})
    run = begin(wild)
    with pytest.raises(UserError, match="NaN"):
        perform(run)
    failed = store.find(run.id)

    assert failed.status.state == store.FAILED
    assert "lower the learning rate" in str(failed.status.reason)
    for number in snapshots.numbers(run.id):
        kept = snapshots.load(run.id, number)
        assert all(np.isfinite(each).all() for each in kept.weights.values())
        json.dumps(kept.pulse, allow_nan=False)
        noise = np.random.default_rng(1).random((50, 28, 28), np.float32)
        assert np.isfinite(logits_of(snapshots.open_snapshot(run.id, number), noise)).all()
    assert "NaN" not in (run.folder / "pulses.jsonl").read_text("utf-8")
    assert not (run.folder / f"{run.id}.json").exists()


class Quota:
    """As much room on the disk as a file may have: beyond it, writing fails."""

    def __init__(self):
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def full(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, (3500, self.before[1]))

    def lift(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


@pytest.fixture
def quota():
    disk = Quota()
    yield disk
    disk.lift()


def test_a_full_disk_ends_no_training_and_what_it_swallowed_is_told_later(
    undisturbed, begin, quota
):
    run = begin()
    during = []

    def on_batch(done, total, loss):
        if done == 10:
            quota.full()
        if done == 50:
            during.append((store.find(run.id), len(read_pulses(run.id))))
            quota.lift()

    perform(run, on_batch=on_batch)
    [(state, pulses)] = during

    assert state.status.state == store.RUNNING
    assert "cannot be saved" in str(state.status.reason)
    assert pulses < len(read_pulses(run.id))
    assert_same_end(run, undisturbed[0])
    assert store.find(run.id).status.reason is None
    told = [pulse["step"] for pulse in read_pulses(run.id)]
    assert told == sorted(set(told))
    assert {11, 13, 19, 21, 25, 31, 37, 43, 49} <= set(told)  # those of the full disk too


def test_a_disk_that_stays_full_fails_the_run_which_can_be_resumed(undisturbed, begin, quota):
    run = begin()
    with pytest.raises(OSError, match="too large"):
        perform(run, on_batch=at_batch(40, quota.full))
    failed = store.find(run.id)
    quota.lift()

    assert (failed.status.state, store.is_alive(failed)) == (store.FAILED, False)
    assert "cannot be saved" in str(failed.status.reason)
    perform(failed)
    assert_same_end(run, undisturbed[0])


def test_an_unexpected_error_is_told_in_plain_words_and_raised_for_the_log(begin):
    def burst():
        raise RuntimeError("no kernel in /srv/secret")

    run = begin()
    with pytest.raises(RuntimeError, match="secret"):
        perform(run, on_batch=at_batch(40, burst))
    failed = store.find(run.id)

    assert failed.status.state == store.FAILED
    assert str(failed.status.reason).startswith("Training stopped because of")
    assert "secret" not in (run.folder / "state.json").read_text()
    assert run.checkpoint.exists()


def test_two_processes_cannot_train_one_run(begin, monkeypatch):
    monkeypatch.setattr(store, "_LOOKING", 0.1)
    run = begin()
    with store.hold(run), pytest.raises(UserError, match="already"):
        threaded(perform, run)


def threaded(call, *arguments):
    """Call in another thread, where a lock counts as another's, and raise what it raised."""
    raised = []

    def perform():
        try:
            call(*arguments)
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=perform)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def test_a_trainer_of_its_own_holds_the_lock_before_it_imports_keras_and_ends_at_sigterm(begin):
    run = begin(Recipe(**{**vars(RECIPE), "epochs": 100}), state=store.QUEUED)
    process = subprocess.Popen(
        [sys.executable, "-m", "model.training.trainer", run.id], cwd=ROOT, stderr=subprocess.PIPE
    )
    try:
        early = awaited(
            lambda: store.find(run.id), lambda found: found.status.state == store.RUNNING
        )
        assert early.status.device is None  # which Keras has to say
        awaited(lambda: read_pulses(run.id), lambda pulses: len(pulses) > 8)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    finally:
        process.kill()
        _, words = process.communicate()

    assert store.find(run.id).status.state == store.INTERRUPTED, words.decode()[-2000:]
    assert store.find(run.id).status.reason is None
    assert run.checkpoint.exists()


def awaited(ask, is_so):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        answer = ask()
        if is_so(answer):
            return answer
        time.sleep(0.05)
    raise TimeoutError(answer)


WARM = [sys.executable, "-m", "model.training.trainer"]


def test_a_trainer_without_a_run_waits_and_trains_the_one_that_it_is_told(begin):
    run = begin(state=store.QUEUED)
    with subprocess.Popen(WARM, cwd=ROOT, stdin=subprocess.PIPE) as trainer:
        trainer.communicate(f"{run.id}\n".encode())
    assert trainer.returncode == 0
    assert store.find(run.id).status.state == store.DONE
    assert (run.folder / "log.txt").exists()


def test_a_trainer_that_nobody_can_tell_a_run_any_more_ends():
    done = subprocess.run(WARM, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=300)
    assert done.returncode == 0


def test_an_epoch_and_the_end_are_validated_on_all_digits_kept_apart(begin):
    run = begin(replace(RECIPE, validation=260))
    perform(run)
    found = store.find(run.id)
    pulses = {pulse["epoch"]: pulse for pulse in read_pulses(run.id)}

    for epoch in found.status.history:
        pulse = pulses[epoch["number"]]
        assert pulse["validated"] == 260
        assert pulse["validation_accuracy"] == epoch["validation_accuracy"]
    kept = snapshots.load(run.id, snapshots.NOW)
    assert kept.confusion.sum() == 260


def test_the_script_of_a_steered_run_trains_the_same_network_outside_of_the_project(
    begin, file, monkeypatch, tmp_path
):
    monkeypatch.setattr(loop, "_LISTENING", 0)
    run = begin(replace(RECIPE, schedule="constant", augmentation=NONE))
    steer = at_batch(20, lambda: control.write_control(run.id, learning_rate=0.004))
    stop = at_batch(60, lambda: control.write_control(run.id, command=control.STOP))

    def on_batch(done, total, loss):
        steer(done, total, loss)
        stop(done, total, loss)

    card = perform(run, on_batch=on_batch)
    events = store.find(run.id).status.events
    assert [event.kind for event in events] == ["learning_rate", "stopped"]
    (tmp_path / "train.py").write_text(script.text(DESIGN, run.request.recipe, events), "utf-8")
    command = [sys.executable, "-I", "train.py", file]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]

    (saved,) = tmp_path.glob("*.keras")
    theirs = keras.saving.load_model(saved)
    ours = keras.saving.load_model(run.folder / f"{run.request.network_id}.keras")
    shapes = [[weight.shape for weight in each.weights] for each in (ours, theirs)]
    assert shapes[0] == shapes[1]
    # Beside the run: it reads about the same share of the test digits right.
    with np.load(file) as arrays:
        pixels, labels = arrays["x_test"][..., np.newaxis] / 255, arrays["y_test"]
    read = theirs.predict(pixels, verbose=0).argmax(axis=1)
    assert float(np.mean(read == labels)) == pytest.approx(card.test_accuracy, abs=0.15)
