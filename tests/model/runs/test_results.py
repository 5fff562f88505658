import json

import digit_file
import numpy as np
import pytest

from model.base.errors import UserError
from model.data import datasets
from model.data.datasets import Dataset, Digits
from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.handwriting import hand
from model.runs import results, store

N = 400


@pytest.fixture
def run():
    run = store.create(store.RunRequest(Design("tiny"), Recipe()))
    yield run
    store.delete(run.id)


@pytest.fixture
def dataset():
    pixels, labels = hand.digits(N, seed=3)
    return Dataset("Ours", Digits(pixels[:50], labels[:50]), Digits(pixels, labels))


@pytest.fixture
def logits(dataset):
    rng = np.random.default_rng(5)
    towards = 3 * np.eye(10)[dataset.test.labels]
    return (rng.normal(0, 1.5, (N, 10)) + towards).astype(np.float32)


@pytest.fixture
def file(dataset, tmp_path):
    return digit_file.written(tmp_path / "ours.npz", dataset)


@pytest.fixture
def read(run, dataset, file, logits):
    results.write(run.folder, dataset, str(file), logits)
    return results.read(run.id)


def odds(logits):
    return np.array([[np.exp(z) / sum(np.exp(row)) for z in row] for row in logits.astype(float)])


def test_the_accuracy_and_the_confusion_are_those_counted_one_by_one(read, dataset, logits):
    counts = [[0] * 10 for _ in range(10)]
    for label, row in zip(dataset.test.labels, logits, strict=True):
        counts[label][max(range(10), key=lambda digit: row[digit])] += 1

    assert read.confusion.tolist() == counts
    assert read.test_accuracy == sum(counts[digit][digit] for digit in range(10)) / N
    assert (read.n, read.data) == (N, "Ours")


def test_the_file_says_the_same_as_the_predictions(run, read):
    told = json.loads((run.folder / "results.json").read_text("utf-8"))

    assert told["test_accuracy"] == read.test_accuracy
    assert told["confusion"] == read.confusion.tolist()
    assert told["n"] == N


def test_calibration_compares_being_sure_with_being_right(read, dataset, logits):
    given = odds(logits)
    right = given.argmax(axis=1) == dataset.test.labels
    for each in read.calibration:
        low = np.floor(each.probability * 10) / 10
        inside = [index for index in range(N) if low <= given[index].max() < low + 0.1 + 1e-9]
        assert each.count == len(inside)
        assert each.accuracy == pytest.approx(np.mean(right[inside]))
        assert each.probability == pytest.approx(np.mean(given[inside].max(axis=1)), abs=1e-5)
    assert sum(each.count for each in read.calibration) == N


def test_a_network_that_is_as_right_as_it_is_sure_has_no_calibration_error(run, dataset):
    sure = np.log(np.array([0.75] + [0.25 / 9] * 9))
    logits = np.tile(sure, (N, 1))
    labels = np.where(np.arange(N) % 4 == 0, 1, 0).astype(np.uint8)  # a quarter is misread
    tested = Dataset("Ours", dataset.train, Digits(dataset.test.pixels, labels))

    written = results.write(run.folder, tested, "digits", logits)

    assert written.calibration_error == pytest.approx(0, abs=1e-6)


def test_the_hardest_digit_is_the_one_whose_label_was_given_the_least(read, dataset, logits):
    given = odds(logits)[np.arange(N), dataset.test.labels]

    assert read.hardest[0] == given.argmin()
    assert read.hardest[-1] == given.argmax()
    assert sorted(read.hardest) == list(range(N))


def test_a_cell_of_the_confusion_matrix_holds_the_digits_it_counts(read, dataset, logits):
    predictions = logits.argmax(axis=1)
    for label in range(10):
        for prediction in range(10):
            found = read.cell(label, prediction)
            assert len(found) == read.confusion[label, prediction]
            assert (dataset.test.labels[found] == label).all()
            assert (predictions[found] == prediction).all()


def test_the_digits_come_from_the_file_they_were_measured_on(run, read, dataset):
    np.testing.assert_array_equal(results.pixels(run.id), dataset.test.pixels)


def test_digits_that_no_file_has_are_kept_with_the_predictions(run, dataset, logits):
    results.write(run.folder, dataset, datasets.SMALL, logits)

    np.testing.assert_array_equal(results.pixels(run.id), dataset.test.pixels)


def test_a_file_that_holds_other_digits_by_now_is_not_taken_for_the_same(run, read, file, dataset):
    with np.load(file) as arrays:
        others = {**arrays, "y_test": dataset.test.labels[::-1]}
    np.savez(file, **others)

    with pytest.raises(UserError, match="has changed since"):
        results.pixels(run.id)


def test_a_run_that_is_not_over_has_no_results(run):
    with pytest.raises(UserError, match="no results yet"):
        results.read(run.id)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("results.json", b"{"),
        ("results.json", b"[]"),
        ("results.json", b"{}"),
        ("predictions.npz", b""),
        ("predictions.npz", b"PK cut off"),
    ],
)
def test_damaged_results_are_refused_in_a_sentence(run, read, name, content):
    (run.folder / name).write_bytes(content)

    with pytest.raises(UserError, match="damaged"):
        results.read(run.id)


def test_results_without_their_predictions_are_refused_in_a_sentence(run, read):
    (run.folder / "predictions.npz").unlink()

    with pytest.raises(UserError, match="damaged"):
        results.read(run.id)
