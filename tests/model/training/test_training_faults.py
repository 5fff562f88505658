"""Trainings through the worst: real processes, killed where it hurts, and nothing is lost.

One story for all tests, since a trainer takes seconds to start: Ann and Ben ask a server for a
training each; the server is killed while Ann's is trained, then her trainer is, and a second
server trains Ben's and then the rest of hers.
"""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from model.base.errors import UserError
from model.handwriting import hand
from model.inference.catalogue import listing, open_network
from model.runs import results, snapshots, store
from model.runs.library import save
from model.runs.pulses import read_pulses
from model.scheduling.scheduler import Dispatcher
from tests import waiting

ROOT = Path(__file__).parents[3]
until = partial(waiting.until, within=300)  # seconds, on a machine busy with other things
SERVER = """
import sys, time
from model.data.augmentation import NONE
from model.experiments.designs import Design
from model.experiments.plans import TrainingPlan
from model.scheduling.scheduler import Dispatcher
from model.experiments.recipes import Recipe

def asked(title, epochs):
    recipe = Recipe(epochs=epochs, digits=400, validation=100, batch_size=32, synthetic=0,
                    outliers=0, generated=0, averaging=0, augmentation=NONE)
    return [TrainingPlan(title, Design("tiny"), recipe)]

dispatcher = Dispatcher(short_side_by_side=1)
dispatcher.enqueue(asked("Ann's", 200), owner="ann", source=sys.argv[1], time_limit=600.0)
dispatcher.enqueue(asked("Ben's", 2), owner="ben", source=sys.argv[1], time_limit=600.0)
while True:
    dispatcher.tick()
    time.sleep(0.1)
"""


def pulses(run_id):
    return [(pulse["digits"], pulse["loss"]) for pulse in read_pulses(run_id)]


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Let it all happen, and keep what was seen at each turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(tmp_path_factory.mktemp("home")))
        digits = tmp_path_factory.mktemp("digits") / "written.npz"
        pixels, labels = hand.digits(600, seed=3)
        np.savez(
            digits, x_train=pixels[:500], y_train=labels[:500], x_test=pixels[500:],
            y_test=labels[500:],
        )  # fmt: skip
        seen = SimpleNamespace()
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(digits)], cwd=ROOT)
        try:
            _happen(seen, server)
            yield seen
        finally:
            server.kill()
            server.wait()
            for run in store.listings():
                if isinstance(run, store.Run) and store.is_alive(run):
                    os.kill(run.status.process, signal.SIGKILL)


def _happen(seen, server):
    until(lambda: len(store.listings("ben")) == 1)
    (ann,), (ben,) = ([run.id for run in store.listings(owner)] for owner in ("ann", "ben"))
    seen.ann, seen.ben = ann, ben
    until(lambda: len(pulses(ann)) > 5)
    seen.trainer = store.find(ann).status.process
    server.kill()
    server.wait()
    seen.told_at_servers_death = len(pulses(ann))

    after = Dispatcher(short_side_by_side=1)
    until(lambda: len(pulses(ann)) > seen.told_at_servers_death + 2, after)
    seen.adopted = store.find(ann)
    seen.ben_meanwhile = store.find(ben).status.state, after.place(ben)
    os.kill(seen.trainer, signal.SIGKILL)
    until(lambda: not store.is_alive(store.find(ann)))
    seen.killed = store.find(ann)
    seen.pulses_when_killed = pulses(ann)
    seen.kept_when_killed = snapshots.numbers(ann)
    (damaged := store.home_of_runs() / "damaged-0123456789abcdef").mkdir()
    (damaged / "state.json").write_text("no state")

    after.resume(ann, "ann")
    seen.places = after.place(ben), after.place(ann)
    until(lambda: store.find(ben).status.state == store.DONE, after)
    until(lambda: store.find(ann).status.state == store.RUNNING and len(pulses(ann)) > 3, after)
    until(lambda: pulses(ann)[-1][0] > seen.pulses_when_killed[-1][0], after)
    after.stop(ann, "ann")
    until(lambda: store.find(ann).status.state == store.DONE, after)
    until(lambda: not after._trainers._started, after)


def test_the_training_goes_on_when_its_server_is_killed_and_the_next_server_waits_for_it(story):
    assert story.adopted.status.state == store.RUNNING
    assert story.adopted.status.process == story.trainer
    assert story.ben_meanwhile == (store.QUEUED, 1)


def test_a_killed_trainer_leaves_its_training_interrupted_never_running(story):
    assert story.killed.status.state == store.INTERRUPTED
    assert str(story.killed.status.reason).endswith("unexpectedly.")
    assert story.killed.checkpoint.exists()
    assert story.kept_when_killed[0] == 0


def test_one_that_is_resumed_waits_its_turn(story):
    assert story.places == (1, 2)


def test_it_goes_on_from_its_checkpoint_and_loses_no_more_than_what_came_after(story):
    before, after = dict(story.pulses_when_killed), dict(pulses(story.ann))
    digits = list(after)
    assert digits == sorted(set(digits))
    repeated = [each for each in before if each not in after]
    assert len(repeated) < len(before) / 2 + 12  # ten seconds of pulses at most
    early = [each for each in before if each in after]
    assert early[:3] == digits[:3]
    assert all(before[each] == after[each] for each in early[:3])
    assert digits[-1] > max(before)
    kept = story.kept_when_killed[:-1]  # the last one was the newest, and gave way
    assert set(kept[:4]) <= set(snapshots.numbers(story.ann))


def test_what_is_stopped_is_measured_and_can_be_kept(story):
    run = store.find(story.ann)
    assert "Stopped early" in str(run.status.reason)
    found = results.read(story.ann)
    assert found.n == 100
    assert found.test_accuracy > 0.3  # of ten digits, after some seconds
    card = save(run, "Through the worst")
    assert card.test_accuracy == pytest.approx(found.test_accuracy)
    assert listing(run.folder / f"{run.id}.json").card.onnx_sha256 == card.onnx_sha256
    assert open_network(card.id).names[-1] == "logits"


def test_two_owners_do_not_mix(story):
    ann, ben = store.find(story.ann), store.find(story.ben)
    assert (ann.title, ben.title) == ("Ann's", "Ben's")
    assert [run.id for run in store.listings("ben")] == [story.ben]
    assert ben.status.state == store.DONE
    assert len(ben.status.history) == 2
    assert snapshots.numbers(story.ben)[-1] == ben.status.digits_total >= 800
    assert results.read(story.ben).n == 100
    with pytest.raises(UserError, match="someone else"):
        Dispatcher().delete(story.ann, "ben")


def test_a_damaged_folder_is_listed_as_damaged_and_was_in_nobodys_way(story):
    (damaged,) = [each for each in store.listings() if isinstance(each, store.Damaged)]
    assert damaged.id.startswith("damaged")
    assert "cannot be read" in str(damaged.reason)
