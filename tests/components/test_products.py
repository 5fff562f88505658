"""The engine's WebAssembly is what its C source says, and small."""

import base64
import itertools
import re
import shutil
import subprocess

import numpy as np
import pytest

from tests import products

MOST_BYTES = 4096  # browsers refuse to compile more at once on the thread that paints
SUM_UP = """
import {readFileSync} from "node:fs";
const [folder] = process.argv.slice(1);
const module = new WebAssembly.Module(readFileSync(`${folder}/products.wasm`));
const memory = new WebAssembly.Memory({initial: 2});
const {convolve, depthwise} = new WebAssembly.Instance(module, {env: {memory}}).exports;
const floats = new Float32Array(memory.buffer);
floats.set(new Float32Array(new Uint8Array(readFileSync(`${folder}/numbers`)).buffer));
const windows = [5, 7, 180, 6, 3, 2, 270, 9, 3];
convolve(0, 16384, 32768, 40960, ...windows, 15, 16, -0.5);
depthwise(0, 16384, 32768, 40960 + 4 * 5 * 7 * 16, ...windows, 2, -0.5);
process.stdout.write(new Uint8Array(memory.buffer, 40960, 4 * 5 * 7 * (16 + 6)));
"""


def checked_in() -> bytes:
    text = products.BINARY.read_text("utf-8").partition("BINARY =")[2]
    return base64.b64decode("".join(re.findall('"(.*)"', text)))


def test_the_binary_was_compiled_from_the_c_source_as_it_stands():
    assert products.fingerprint() in products.BINARY.read_text("utf-8"), (
        "products.c has changed: python -m tests.products"
    )


def test_the_binary_is_small_enough_to_be_compiled_at_once():
    assert len(checked_in()) <= MOST_BYTES


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_binary_sums_up_what_a_loop_in_numpy_does(tmp_path):
    numbers = np.random.default_rng(1).normal(0, 1, 10240).astype(np.float32)
    picture, kernel, bias = numbers[:4096], numbers[4096:8192], numbers[8192:]
    taps = [(row, column) for row in range(3) for column in range(2)]
    expected, apart = np.zeros((5, 7, 16), np.float32), np.zeros((5, 7, 6), np.float32)
    for row, column in np.ndindex(5, 7):
        windows = [row * 180 + column * 6 + down * 270 + right * 9 for down, right in taps]
        for filter_ in range(15):
            total = bias[filter_]
            for number, (begin, channel) in enumerate(itertools.product(windows, range(3))):
                total += picture[begin + channel] * kernel[number * 16 + filter_]
            expected[row, column, filter_] = max(total, np.float32(-0.5))
        for filter_ in range(6):
            total = bias[filter_]
            for number, begin in enumerate(windows):
                total += picture[begin + filter_ // 2] * kernel[number * 6 + filter_]
            apart[row, column, filter_] = max(total, np.float32(-0.5))

    answered = _summed(tmp_path, checked_in(), numbers)
    assert np.array_equal(answered, np.concatenate([expected.ravel(), apart.ravel()]))


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.skipif(
    None in (shutil.which("clang"), shutil.which("wasm-ld")), reason="clang is not installed"
)
def test_what_is_compiled_anew_sums_up_the_same_to_the_last_bit(tmp_path):
    numbers = np.random.default_rng(2).normal(0, 1, 10240).astype(np.float32)
    anew = products.compiled()

    assert len(anew) <= MOST_BYTES
    assert np.array_equal(
        _summed(tmp_path, anew, numbers), _summed(tmp_path, checked_in(), numbers)
    )


def _summed(folder, binary, numbers):
    (folder / "products.wasm").write_bytes(binary)
    (folder / "numbers").write_bytes(numbers.tobytes())
    done = subprocess.run(
        ["node", "--input-type=module", "-e", SUM_UP, folder], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return np.frombuffer(done.stdout, np.float32)
