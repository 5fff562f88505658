"""What many tests need: a tiny seeded network, in Keras and as it serves, and a seven."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before anything imports TensorFlow

import numpy as np
import pytest

from model.handwriting import hand
from model.inference import catalogue


def pytest_configure(config):
    # TensorFlow's tensors do not know NumPy 2's way of asking for a copy; Keras asks all the same.
    config.addinivalue_line("filterwarnings", "ignore:__array__ implementation:DeprecationWarning")


def pytest_collection_modifyitems(items):
    # Fast ones first; and a browser's driver keeps an event loop running in this thread, beside
    # which no test could run one of its own.
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory):
    """A home of the tests' own, so that nobody's networks are read or written."""
    folder = tmp_path_factory.mktemp("home")
    before = os.environ.get("CONVSCOPE_HOME")
    os.environ["CONVSCOPE_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["CONVSCOPE_HOME"]
    else:
        os.environ["CONVSCOPE_HOME"] = before


@pytest.fixture(scope="session")
def cnn():
    """A Keras network that has learned nothing; its biases are not 0, so that they count."""
    from model.training.build import build

    network = build("tiny", seed=1)
    rng = np.random.default_rng(1)
    for variable in network.weights:
        if variable.name == "bias":
            variable.assign(rng.normal(0, 0.2, variable.shape))
    return network


@pytest.fixture(scope="session")
def tiny_folder(cnn, tmp_path_factory):
    """A folder in which `cnn` is published as "tiny"."""
    from model.export.publishing import Origin, publish

    folder = tmp_path_factory.mktemp("networks")
    publish(cnn, "tiny", Origin("Tiny", "tiny", seed=1), folder)
    return folder


@pytest.fixture(scope="session")
def tiny_network(tiny_folder):
    """`cnn` as it serves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "SHIPPED", tiny_folder)
        return catalogue.open_network("tiny")


@pytest.fixture(scope="session")
def seven():
    """A seven as pixels."""
    pixels, labels = hand.digits(20, seed=7)
    return pixels[labels == 7][0].astype(np.float32) / 255
