import hashlib

import numpy as np
import pytest

from model.base.errors import UserError
from model.data import datasets
from model.handwriting import hand


def arrays(count=30):
    pixels, labels = hand.digits(count, seed=1)
    return {"x_train": pixels, "y_train": labels, "x_test": pixels[:10], "y_test": labels[:10]}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "digits.npz"
    np.savez(path, **arrays())
    return path


def test_a_file_with_keras_keys_is_read_as_it_is(file):
    dataset = datasets.load(str(file))

    np.testing.assert_array_equal(dataset.train.pixels, arrays()["x_train"])
    np.testing.assert_array_equal(dataset.test.labels, arrays()["y_test"])


def test_the_environment_names_mnist(file, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_MNIST", str(file))

    assert len(datasets.load().train) == 30


def test_a_file_to_measure_on_needs_no_training_digits(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, x_test=arrays()["x_test"], y_test=arrays()["y_test"])

    name, digits = datasets.load_test(str(path))
    assert (name, len(digits)) == ("mine.npz", 10)
    with pytest.raises(UserError, match="lacks"):
        datasets.load(str(path))


WRONG = {
    "color": ({"x_test": np.zeros((10, 28, 28, 3), np.uint8)}, "28 × 28"),
    "fractions": ({"x_test": np.zeros((10, 28, 28), np.float32)}, "uint8"),
    "too few labels": ({"y_test": np.zeros(9, np.uint8)}, "one whole number"),
    "labels in fractions": ({"y_test": np.zeros(10)}, "one whole number"),
    "a label 10": ({"y_test": np.arange(1, 11)}, "0 to 9"),
    "a label -1": ({"y_test": np.arange(-1, 9)}, "0 to 9"),
    "no digits": (
        {"x_test": np.zeros((0, 28, 28), np.uint8), "y_test": np.zeros(0, int)},
        "at least one",
    ),
    "objects": ({"y_test": np.array([{}] * 10, object)}, "cannot be read"),
}


@pytest.mark.parametrize(("changes", "reason"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_holds_something_else_is_refused_with_the_reason(tmp_path, changes, reason):
    path = tmp_path / "wrong.npz"
    np.savez(path, **{**arrays(), **changes})

    with pytest.raises(UserError, match=reason):
        datasets.load_test(str(path))


@pytest.mark.parametrize("content", [b"", b"PK\3\4 cut off", b"\x93NUMPY cut off", b"text"])
def test_a_file_that_is_no_npz_is_refused(tmp_path, content):
    path = tmp_path / "wrong.npz"
    path.write_bytes(content)

    with pytest.raises(UserError, match="cannot be read"):
        datasets.load(str(path))


def test_a_lone_array_is_refused(tmp_path):
    path = tmp_path / "one.npy"
    np.save(path, arrays()["x_test"])

    with pytest.raises(UserError, match="cannot be read"):
        datasets.load(str(path))


def test_a_file_that_is_cut_off_is_refused(file):
    file.write_bytes(file.read_bytes()[:-500])

    with pytest.raises(UserError, match="cannot be read"):
        datasets.load(str(file))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        datasets.load(str(tmp_path / "nothing.npz"))


def test_without_mnist_anywhere_one_sentence_says_so_and_offers_the_small_digits(
    tmp_path, monkeypatch
):
    import keras

    def no_network():
        raise OSError("no route to host")

    monkeypatch.delenv("CONVSCOPE_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", no_network)
    with pytest.raises(UserError, match="--data digits"):
        datasets.load()


def test_a_damaged_file_in_keras_cache_is_not_taken_for_mnist(tmp_path, monkeypatch):
    cache = tmp_path / "datasets"
    cache.mkdir()
    np.savez(cache / "mnist.npz", **arrays())
    monkeypatch.delenv("CONVSCOPE_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    assert datasets.at_hand() is None


def test_mnist_in_keras_cache_is_found_as_soon_as_it_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "datasets" / "mnist.npz"
    path.parent.mkdir()
    path.write_bytes(b"half of it")
    monkeypatch.delenv("CONVSCOPE_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(datasets, "_MNIST_SHA256", hashlib.sha256(b"all of it").hexdigest())
    assert datasets.at_hand() is None

    path.write_bytes(b"all of it")
    assert datasets.at_hand() == path


def test_a_named_file_is_at_hand_and_read_without_its_training_digits(file, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_MNIST", str(file))

    assert datasets.at_hand() == file
    name, digits = datasets.load_test()
    assert (name, len(digits)) == ("MNIST", 10)


def test_the_small_digits_look_like_ours():
    dataset = datasets.small_digits()

    assert len(dataset.train) + len(dataset.test) == 1797
    assert "scikit-learn" in dataset.name
    inked = dataset.test.pixels > 30
    heights = inked.any(axis=2).sum(axis=1)
    widths = inked.any(axis=1).sum(axis=1)
    assert 19 <= np.median(np.maximum(heights, widths)) <= 21  # soft edges may touch a pixel more
    rows, columns = (np.arange(28)[:, None], np.arange(28)[None, :])
    mass = dataset.test.pixels.sum(axis=(1, 2))
    assert abs((dataset.test.pixels * rows).sum(axis=(1, 2)) / mass - 14).max() < 0.6
    assert abs((dataset.test.pixels * columns).sum(axis=(1, 2)) / mass - 14).max() < 0.6


def test_a_split_keeps_every_digit_on_one_side_only():
    pixels = np.zeros((100, 28, 28), np.uint8)
    pixels[:, 0, 0] = np.arange(100)
    everything = datasets.Digits(pixels, np.zeros(100, np.uint8))
    dataset = datasets.Dataset("numbered", everything, everything[:0])

    train, validation = dataset.split(seed=3, validation=15)
    assert len(validation) == 15
    numbers = [*train.pixels[:, 0, 0], *validation.pixels[:, 0, 0]]
    assert sorted(numbers) == list(range(100))
    again, _ = dataset.split(seed=3, validation=15)
    np.testing.assert_array_equal(train.pixels, again.pixels)
    other, _ = dataset.split(seed=4, validation=15)
    assert (train.pixels != other.pixels).any()


def test_of_few_digits_at_most_a_fifth_is_kept_apart():
    few = datasets.Digits(np.zeros((50, 28, 28), np.uint8), np.zeros(50, np.uint8))

    assert len(datasets.Dataset("few", few, few).split(seed=0)[1]) == 10
