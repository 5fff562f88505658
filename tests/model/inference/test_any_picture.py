"""Whatever lies between bytes and pixels: sizes and contents that nobody thought of."""

import io

import numpy as np
import pytest
from PIL import Image

from model.inference.catalogue import open_network
from model.inference.finding import read_digit
from model.pixels.decoding import decode

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies

NETWORK = open_network()
SIZES = st.one_of(
    st.tuples(st.integers(8, 40), st.integers(8, 1200)),
    st.tuples(st.integers(8, 1200), st.integers(8, 40)),
    st.tuples(st.just(8), st.integers(1000, 9999)),
    st.tuples(st.integers(1000, 9999), st.just(8)),
)
CONTENTS = {
    "white": lambda rng, shape: np.full(shape, 255),
    "noise": lambda rng, shape: rng.integers(0, 256, shape),
    "half": lambda rng, shape: (
        np.where(np.arange(shape[1]) * 2 < shape[1], 0, 255) + np.zeros(shape)
    ),
    "line": lambda rng, shape: np.tile(255 * (np.arange(shape[0]) != 3), (shape[1], 1)).T,
    "dots": lambda rng, shape: 255 - 255 * (rng.random(shape) < 0.002),
}


@hypothesis.settings(max_examples=60, deadline=None, derandomize=True)
@hypothesis.given(SIZES, st.sampled_from(sorted(CONTENTS)), st.sampled_from(["PNG", "JPEG"]))
def test_a_picture_of_any_size_and_content_is_read(size, content, kind):
    gray = CONTENTS[content](np.random.default_rng(1), size)
    file = io.BytesIO()
    Image.fromarray(gray.astype(np.uint8)).save(file, kind)
    found = read_digit(NETWORK, decode(file.getvalue()).gray)
    assert found.reading.verdict in ("digit", "unsure", "empty")
