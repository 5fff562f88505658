import json
import math
from dataclasses import replace

import digit_file
import keras
import numpy as np
import pytest

from model.base.errors import UserError
from model.data.augmentation import Augmentation
from model.data.datasets import Dataset, Digits
from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.handwriting import hand
from model.inference import catalogue
from model.inference.network import logits_of
from model.runs import snapshots, store
from model.training import batches, checkpoints
from model.training.batches import BatchSequence, gather
from model.training.build import build
from model.training.callbacks import TrainingCallbacks
from model.training.loop import train
from model.training.trainer import perform

RECIPE = Recipe(
    epochs=3,
    batch_size=32,
    generated=300,
    validation=60,
    synthetic=0.3,
    outliers=0.1,
    label_smoothing=0.05,
    seed=4,
)


@pytest.fixture(scope="module")
def dataset():
    pixels, labels = hand.digits(500, seed=1)
    everything = Digits(pixels, labels)
    return Dataset("our own handwriting", everything[:400], everything[400:])


@pytest.fixture(scope="module")
def data(dataset):
    return gather(dataset, RECIPE)


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    """A training that ran through: its network, its history and its folder."""
    folder = tmp_path_factory.mktemp("run")
    training = train("tiny", data, RECIPE, folder=folder)
    return training.cnn, training.history, folder


def weights(cnn):
    return [np.asarray(variable) for variable in cnn.weights]


class Stopped(Exception):
    pass


def test_an_interrupted_training_ends_as_if_it_had_never_stopped(trained, data, tmp_path):
    whole, history, _ = trained
    steps = BatchSequence(data, RECIPE).steps

    def stop_in_the_second_epoch(done, total, loss):
        assert total == 3 * steps
        if done == steps + 5:
            raise Stopped

    interrupting = TrainingCallbacks(on_batch=stop_in_the_second_epoch)
    with pytest.raises(Stopped):
        train("tiny", data, RECIPE, folder=tmp_path, callbacks=interrupting)
    resumed = train("tiny", data, RECIPE, folder=tmp_path)
    again = resumed.history

    for one, other in zip(weights(whole), weights(resumed.cnn), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6, rtol=0)
    assert [epoch.number for epoch in again] == [1, 2, 3]
    for one, other in zip(history, again, strict=True):
        assert one.loss == pytest.approx(other.loss, abs=1e-5)
        assert one.validation_accuracy == other.validation_accuracy


def test_a_training_that_is_over_is_not_changed_by_taking_it_up(trained, data):
    cnn, _, folder = trained
    again = train("tiny", data, RECIPE, folder=folder)

    assert len(again.history) == 3
    for one, other in zip(weights(cnn), weights(again.cnn), strict=True):
        np.testing.assert_array_equal(one, other)


def test_training_teaches(trained, dataset):
    cnn, history, _ = trained
    untrained = build("tiny", seed=RECIPE.seed)
    batch = dataset.test.pixels[..., np.newaxis] / np.float32(255)

    right = [
        np.mean(np.asarray(each.predict_on_batch(batch)).argmax(axis=1) == dataset.test.labels)
        for each in (untrained, cnn)
    ]
    assert right[1] > right[0] + 0.3
    assert history[-1].loss < history[0].loss


def test_a_loss_that_is_no_number_ends_the_training_and_spoils_no_checkpoint(data, tmp_path):
    wild = Recipe(**{**vars(RECIPE), "learning_rate": 1e30})
    with pytest.raises(UserError, match="NaN"):
        train("tiny", data, wild, folder=tmp_path)

    with np.load(tmp_path / "checkpoint.npz") as file:
        assert all(np.isfinite(file[name]).all() for name in file if name != "progress")


def test_a_checkpoint_of_another_network_is_refused(trained, data):
    _, _, folder = trained
    with pytest.raises(UserError, match="checkpoint"):
        train("lenet5", data, RECIPE, folder=folder)


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"text"])
def test_a_checkpoint_that_is_damaged_is_refused(data, tmp_path, content):
    (tmp_path / "checkpoint.npz").write_bytes(content)

    with pytest.raises(UserError, match="cannot be read"):
        train("tiny", data, RECIPE, folder=tmp_path)


def test_a_batch_holds_what_the_recipe_says(data):
    plain = Recipe(**{**vars(RECIPE), "augmentation": Augmentation(0, 0, 0, 0, 0, 0)})
    sequence = BatchSequence(data, plain)
    pixels, targets = sequence[3]

    assert pixels.shape == (32, 28, 28, 1)
    assert (pixels.min(), pixels.max()) == (0, 1)
    assert plain.real_per_batch == 32 - 10 - 3
    known = {picture.tobytes() for picture in data.real.pixels}
    came = [(picture[..., 0] * 255).round().astype(np.uint8).tobytes() for picture in pixels]
    assert [each in known for each in came] == [True] * 19 + [False] * 13
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(targets[:29].max(axis=1), 1 - 0.05 + 0.005, atol=1e-6)
    np.testing.assert_array_equal(targets[29:], np.float32(0.1))


def test_an_epoch_shows_every_real_digit(data):
    plain = Recipe(**{**vars(RECIPE), "augmentation": Augmentation(0, 0, 0, 0, 0, 0)})
    sequence = BatchSequence(data, plain)
    shown = set()
    for number in range(sequence.steps):
        pixels = sequence[number][0][: plain.real_per_batch, ..., 0]
        shown |= {(picture * 255).round().astype(np.uint8).tobytes() for picture in pixels}

    assert shown == {picture.tobytes() for picture in data.real.pixels}


@pytest.mark.parametrize(
    ("digits", "batch_size", "synthetic", "outliers"),
    [(1037, 64, 0, 0), (1000, 64, 0, 0), (130, 512, 0, 0), (40, 32, 0, 0), (90, 32, 0.3, 0.1)],
)
def test_what_is_shown_counts_each_digit_once_in_an_epoch(digits, batch_size, synthetic, outliers):
    numbers = np.zeros((digits, 28, 28), np.uint8)
    numbers[:, 0, 0], numbers[:, 0, 1] = np.divmod(np.arange(digits), 256)
    real = Digits(numbers, np.zeros(digits, np.uint8))
    recipe = Recipe(
        epochs=3,
        batch_size=batch_size,
        synthetic=synthetic,
        outliers=outliers,
        generated=30,
        validation=0,
        augmentation=Augmentation(0, 0, 0, 0, 0, 0),
    )
    sequence = BatchSequence(gather(Dataset("numbers", real, real), recipe), recipe)

    written = recipe.batch_size - recipe.real_per_batch
    counted, seen = [0], set()
    for number in range(len(sequence)):
        epoch = sum(number >= sequence.epoch_end(each) for each in (1, 2))
        pixels = np.rint(sequence[number][0][..., 0] * 255).astype(int)
        came = pixels[: len(pixels) - written, 0, 0] * 256 + pixels[: len(pixels) - written, 0, 1]
        seen |= {(epoch, digit) for digit in came.tolist()}
        counted.append(len(seen) + (number + 1) * written)

    assert [sequence.digits_seen(number) for number in range(len(sequence) + 1)] == counted
    assert counted[-1] - len(sequence) * written == 3 * digits


def test_a_batch_is_the_same_whenever_it_is_asked_for(data):
    sequence, later = BatchSequence(data, RECIPE), BatchSequence(data, RECIPE, done=18)
    expected = sequence[sequence.steps + 2]
    sequence[0], sequence[2 * sequence.steps]

    assert sequence.steps == 18
    for batch in (sequence[sequence.steps + 2], later[2]):
        np.testing.assert_array_equal(batch[0], expected[0])
        np.testing.assert_array_equal(batch[1], expected[1])
    assert (sequence[2][0] != expected[0]).any()
    assert len(later) == 2 * sequence.steps


def test_what_is_written_does_not_depend_on_how_many_write(dataset, monkeypatch):
    monkeypatch.setattr(batches, "_PIECE", 60)
    recipe = Recipe(**{**vars(RECIPE), "generated": 150})
    told = []
    alone = gather(dataset, recipe, on_generated=lambda done, total: told.append((done, total)))
    together = gather(dataset, recipe, processes=2)

    np.testing.assert_array_equal(alone.synthetic.pixels, together.synthetic.pixels)
    np.testing.assert_array_equal(alone.outliers, together.outliers)
    assert (len(alone.synthetic), len(alone.outliers)) == (150, 50)
    assert told == [(60, 200), (120, 200), (180, 200), (200, 200)]


@pytest.fixture
def file(dataset, tmp_path):
    return str(digit_file.written(tmp_path / "digits.npz", dataset))


def test_a_run_ends_in_a_network_whose_card_is_true(dataset, file, tmp_path, monkeypatch):
    run = store.create(
        store.RunRequest(
            Design("tiny"), RECIPE, source=file, network_id="mine", network_folder=str(tmp_path)
        )
    )
    card = perform(run)
    monkeypatch.setattr(catalogue, "SHIPPED", tmp_path)

    assert store.find(run.id).status.state == store.DONE
    assert [epoch["number"] for epoch in store.find(run.id).status.history] == [1, 2, 3]
    assert card.recipe["epochs"] == 3
    assert card.seed == 4
    assert card.device
    parts = {each.source: each.count for each in card.data}
    assert parts == {"mnist": 340, "synthetic": 300, "outliers": 100}
    found = logits_of(catalogue.open_network("mine"), dataset.test.pixels / np.float32(255))
    assert card.test_accuracy == np.mean(found.argmax(axis=1) == dataset.test.labels)
    assert card.test_digits == 100


def test_an_interrupted_run_is_taken_up_from_its_last_epoch(file, tmp_path):
    run = store.create(
        store.RunRequest(
            Design("tiny"), RECIPE, source=file, network_id="mine", network_folder=str(tmp_path)
        )
    )

    def interrupt(history):
        if len(history) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perform(run, on_epoch=interrupt)
    left = store.find(run.id)
    assert left.status.state == store.INTERRUPTED
    assert len(left.status.history) == 2
    assert not (tmp_path / "mine.json").exists()

    seen = []
    perform(left, on_epoch=lambda history: seen.append(len(history)))
    assert seen == [3]
    assert store.find(run.id).status.state == store.DONE
    assert len(store.find(run.id).status.history) == 3
    assert json.loads((tmp_path / "mine.json").read_text("utf-8"))["id"] == "mine"


def test_a_run_that_fails_says_why(tmp_path):
    run = store.create(
        store.RunRequest(Design("tiny"), RECIPE, source=str(tmp_path / "nothing.npz"))
    )
    with pytest.raises(UserError):
        perform(run)

    assert store.find(run.id).status.state == store.FAILED
    assert "nothing.npz" in str(store.find(run.id).status.reason)


def test_a_run_whose_network_would_have_no_place_is_not_begun(tiny_folder):
    with pytest.raises(UserError, match="already"):
        store.create(
            store.RunRequest(
                Design("tiny"), RECIPE, network_id="tiny", network_folder=str(tiny_folder)
            )
        )


@pytest.mark.parametrize("run_id", ["", "..", "../networks", "a/b", "no-such-run", "x" * 300])
def test_a_run_that_is_not_there_is_refused(run_id):
    with pytest.raises(UserError, match="does not exist"):
        store.find(run_id)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"recipe": 1}'])
def test_a_run_whose_state_is_damaged_is_refused(content):
    run = store.create(store.RunRequest(Design("tiny"), RECIPE))
    (run.folder / "state.json").write_text(content)

    with pytest.raises(UserError, match="cannot be read"):
        store.find(run.id)


WRONG = {
    "epochs": 0,
    "batch_size": 0,
    "warmup": 1.5,
    "synthetic": -0.1,
    "outliers": 1.0,
    "learning_rate": -1,
    "validation": -1,
    "weight_decay": math.nan,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_recipe_that_cannot_be_followed_is_refused(name):
    with pytest.raises(UserError, match=name):
        Recipe(**{name: WRONG[name]}).check()


def test_a_recipe_that_leaves_no_room_for_real_digits_is_refused():
    with pytest.raises(UserError, match="no room in the batch"):
        Recipe(synthetic=0.6, outliers=0.4).check()


def test_a_recipe_comes_back_from_its_json_as_it_was():
    assert Recipe.from_json(json.loads(json.dumps(RECIPE.as_json()))) == RECIPE


def test_a_checkpoint_holds_optimizer_and_average(trained, data):
    one, _, folder = trained
    other = build("tiny", seed=9)
    schedule = keras.optimizers.schedules.CosineDecay(1.0, 1)
    other.compile(keras.optimizers.AdamW(schedule, use_ema=True))
    other.optimizer.build(other.trainable_variables)
    checkpoints.restore(folder / "checkpoint.npz", other)

    assert int(other.optimizer.iterations) == 3 * BatchSequence(data, RECIPE).steps
    averages = other.optimizer._model_variables_moving_average
    for kept, average in zip(one.trainable_variables, averages, strict=True):
        np.testing.assert_array_equal(np.asarray(kept), np.asarray(average))


def test_each_snapshot_that_is_kept_is_validated_on_two_thousand_digits_or_more(data, tmp_path):
    pixels, labels = data.real.pixels[:300], data.real.labels[:300]
    many = Digits(np.tile(pixels, (8, 1, 1)), np.tile(labels, 8))
    train("tiny", replace(data, validation=many), RECIPE, folder=tmp_path)
    kept = snapshots.numbers_in(tmp_path)
    pulses = [json.loads(line) for line in (tmp_path / "pulses.jsonl").read_text().splitlines()]
    validated = {pulse["digits"]: pulse["validated"] for pulse in pulses}
    assert len(kept) > 10
    assert min(validated[number] for number in kept) >= 2000
    assert validated[kept[-1]] == 2400
