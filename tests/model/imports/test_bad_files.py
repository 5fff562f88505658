"""A corpus of files that are no network, or not one that can be taken: each is one sentence."""

import contextlib
import io
import json
import os
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from model.base.errors import UserError
from model.imports import formats, limits
from model.imports.inspection import inspect
from model.imports.weights import read_weights
from tests.model.imports.keras_files import (
    ARRAYS,
    CONV,
    DENSE,
    GLOBAL,
    GOOD,
    archive,
    changed,
    hdf5,
    layer,
    sequential,
    source,
    with_layer,
)

ROOT = Path(__file__).parents[3]
MOST_MEMORY = 100_000_000  # bytes beside the file, for any of them


def without_zip_sizes(data):
    """Claim ZIP64 sizes behind the list of members."""
    end = data[-22:]
    return data[:-22] + struct.pack("<4sLQL", b"PK\x06\x07", 0, 2**60, 1) + end


def a_million_members():
    """A list of members as long as the file, of which the last bytes admit nothing."""
    one = zipfile.ZipInfo("a")
    entry = struct.pack(
        "<4s4B4HL2L5H2L", b"PK\x01\x02", *[0] * 4, *[0] * 4, 0, 0, 0, 1, *[0] * 4, 0, 0
    )
    entries = (entry + one.filename.encode()) * 400_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(entries), 4, 0)
    return b"PK\x03\x04" + entries + b"config.json" + end


def link():
    info = zipfile.ZipInfo("config.json")
    info.external_attr = 0o120777 << 16
    return archive(more=[(info, "/etc/passwd")], without=("config.json",))


def twice():
    with pytest.warns(UserWarning, match="Duplicate"):
        return archive(more=[("config.json", "{}")])


def encrypted():
    data = bytearray(archive())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def renamed(kind, **more):
    return {**layer(kind, "evil"), **more}


def nested(deep):
    inner = {**sequential(source(28, 28, 1), CONV), "config": {"name": "m", "layers": [CONV]}}
    for _ in range(deep):
        inner = {**inner, "config": {"name": "m", "layers": [inner]}}
    return with_layer(inner)


def functional(layers, inputs=("a", 0, 0), outputs=("b", 0, 0)):
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "registered_name": "Functional",
        "config": {
            "name": "f",
            "layers": layers,
            "input_layers": list(inputs),
            "output_layers": list(outputs),
        },
    }


def reading(name, of, calls=1, **kwargs):
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": [of, 0, 0]}}
    node = {"args": [tensor], "kwargs": kwargs}
    return {**layer("ReLU", name), "name": name, "inbound_nodes": [node] * calls}


A = {**source(28, 28, 1), "name": "a", "inbound_nodes": []}
LAMBDA = {
    "class_name": "__lambda__",
    "config": {"code": "4wEAAAA=", "defaults": None, "closure": None},
}
SYSTEM = {"module": "os", "class_name": "function", "config": "system"}

# What is wrong -> the file, and a part of the sentence that says so.
FILES = {
    "zero bytes": (lambda: b"", "is empty"),
    "random bytes": (lambda: np.random.default_rng(1).bytes(100_000), "not a .keras file"),
    "text": (lambda: b"import os; os.system('true')\n", "not a .keras file"),
    "cut in half": (lambda: archive()[:5000], "damaged"),
    "less its last byte": (lambda: archive()[:-1], "damaged"),
    "a comment behind it": (lambda: archive() + b"x", "damaged"),
    "a flipped bit": (lambda: archive().replace(b"softmax", b"softmay", 1), "damaged"),
    "no config": (lambda: archive(without=("config.json",)), "config.json is missing"),
    "no weights": (lambda: archive(without=("model.weights.h5",)), "model.weights.h5 is missing"),
    "no metadata": (lambda: archive(without=("metadata.json",)), "metadata.json is missing"),
    "a fourth member": (lambda: archive(more=[("assets/x.txt", "x")]), "'assets/x.txt'"),
    "a path upward": (lambda: archive(more=[("assets/../../x", "x")]), "no part of"),
    "an absolute path": (lambda: archive(more=[("/abs/path", "x")]), "no part of"),
    "a member twice": (twice, "damaged"),
    "a symbolic link": (link, "damaged"),
    "encrypted": (encrypted, "damaged"),
    "ZIP64 with false sizes": (lambda: without_zip_sizes(archive()), "damaged"),
    "a million members": (a_million_members, "damaged"),
    "config not JSON": (lambda: archive(b"{"), "not valid JSON"),
    "config a list": (lambda: archive([]), "not valid JSON"),
    "config in another encoding": (lambda: archive(b"\xff\xfe{\x00}\x00"), "not valid JSON"),
    "config with a NaN": (lambda: archive(b'{"a": NaN}'), "not valid JSON"),
    "config that says a thing twice": (lambda: archive(b'{"a": 1, "a": 2}'), "not valid JSON"),
    "config of deep nesting": (lambda: archive(b"[" * 100_000), "not valid JSON"),
    "config of deep objects": (lambda: archive(b'{"a":' * 100_000), "not valid JSON"),
    "config of 64 MB of spaces": (
        lambda: archive(b" " * 64_000_000, compression=zipfile.ZIP_DEFLATED),
        "larger than",
    ),
    "weights that unpack to 64 MB": (
        lambda: archive(weights=b"\0" * 64_000_000, compression=zipfile.ZIP_DEFLATED),
        "larger than",
    ),
    "a number of a million digits": (lambda: archive(b'{"a": ' + b"9" * 900_000 + b"}"), "JSON"),
    "empty config": (lambda: archive({}), "is a None"),
    "layers that are none": (lambda: archive(sequential(1, 2)), "damaged"),
    "layers without a class": (lambda: archive(sequential({"config": {}})), "damaged"),
    "Keras 2": (lambda: archive(metadata={"keras_version": "2.15.0"}), "Keras 2.15.0"),
    "a file too large": (lambda: b"PK\x03\x04" + bytes(limits.MOST_BYTES), "the limit is 30 MB"),
    # --- what would run code ---
    "a Lambda with bytecode": (
        lambda: archive(with_layer(renamed("Lambda", config={"name": "evil", "function": LAMBDA}))),
        "Layer evil is a Lambda",
    ),
    "a Lambda of os.system": (
        lambda: archive(with_layer(renamed("Lambda", config={"name": "evil", "function": SYSTEM}))),
        "Layer evil is a Lambda",
    ),
    "an activation of bytecode": (
        lambda: archive(changed(GOOD, 1, activation=LAMBDA)),
        "the setting activation",
    ),
    "an activation that names os.system": (
        lambda: archive(changed(GOOD, 1, activation=SYSTEM)),
        "the setting activation",
    ),
    "a call of keras.utils.get_file": (
        lambda: archive(
            with_layer(renamed("get_file", module="keras.utils", config={"name": "evil"}))
        ),
        "not Keras's own",
    ),
    "safe mode switched off": (
        lambda: archive(
            with_layer(renamed("enable_unsafe_deserialization", module="keras.config"))
        ),
        "not Keras's own",
    ),
    "a TFSMLayer": (
        lambda: archive(with_layer(renamed("TFSMLayer", config={"name": "evil", "filepath": "/"}))),
        "evil is a TFSMLayer",
    ),
    "a TorchModuleWrapper": (
        lambda: archive(with_layer(renamed("TorchModuleWrapper"))),
        "evil is a TorchModuleWrapper",
    ),
    "a class of one's own": (
        lambda: archive(with_layer(renamed("Mine", module="m", registered_name="Custom>Mine"))),
        "evil is a Mine, a class that is not Keras's own",
    ),
    "a class that pretends": (
        lambda: archive(with_layer(renamed("ReLU", registered_name="Custom>ReLU"))),
        "not Keras's own",
    ),
    "a class by its private module": (
        lambda: archive(with_layer(renamed("ReLU", module="keras.src.layers"))),
        "not Keras's own",
    ),
    "an operation of keras.ops": (
        lambda: archive(with_layer(renamed("ExpandDims", module="keras.src.ops.numpy"))),
        "not Keras's own",
    ),
    **{
        f"a {kind} that reads a file": (
            lambda kind=kind: archive(
                with_layer(renamed(kind, config={"name": "evil", "vocabulary": "/etc/passwd"}))
            ),
            f"evil is a {kind}",
        )
        for kind in ("StringLookup", "IntegerLookup", "TextVectorization")
    },
    "a model that is no model of Keras": (
        lambda: archive({**GOOD, "module": "mine", "class_name": "Net"}),
        "The model is a Net",
    ),
    # --- what would take the server down ---
    "Dense(340000)": (lambda: archive(changed(GOOD, 3, units=340_000)), "units = 340000"),
    "units that fit one by one": (
        lambda: archive(
            with_layer(
                *(
                    layer(
                        "Conv2D",
                        f"c{n}",
                        filters=1024,
                        kernel_size=1,
                        strides=1 if n else 28,
                    )
                    for n in range(6)
                )
            )
        ),
        "parameters; the limit is 4,000,000",
    ),
    "RepeatVector(300000)": (
        lambda: archive(with_layer(renamed("RepeatVector", config={"name": "evil", "n": 300_000}))),
        "evil is a RepeatVector",
    ),
    "UpSampling2D(500)": (
        lambda: archive(with_layer(layer("UpSampling2D", "up", size=[500, 500]))),
        "Layer up",
    ),
    "UpSampling2D(60)": (
        lambda: archive(with_layer(layer("UpSampling2D", "up", size=60))),
        "activations per digit; the limit is 2,000,000",
    ),
    "ZeroPadding2D(10000)": (
        lambda: archive(with_layer(layer("ZeroPadding2D", "pad", padding=10_000))),
        "padding = 10000",
    ),
    "many paddings": (
        lambda: archive(
            with_layer(*(layer("ZeroPadding2D", f"pad{n}", padding=64) for n in range(60)))
        ),
        "activations per digit; the limit is 2,000,000",
    ),
    "work without parameters": (
        lambda: archive(
            with_layer(
                layer("Conv2D", "wide", filters=64, kernel_size=1),
                *(
                    layer("Conv2D", f"c{n}", filters=64, kernel_size=7, padding="same")
                    for n in range(4)
                ),
            )
        ),
        "multiply-adds per digit; the limit is 200,000,000",
    ),
    "Resizing": (
        lambda: archive(with_layer(renamed("Resizing", config={"name": "evil", "height": 9999}))),
        "evil is a Resizing",
    ),
    "3,000 layers": (
        lambda: archive(with_layer(*(layer("ReLU", f"r{n}") for n in range(3000)))),
        "more than 128 layers",
    ),
    "129 layers": (
        lambda: archive(with_layer(*(layer("ReLU", f"r{n}") for n in range(127)))),
        "more than 128 layers",
    ),
    "models inside each other": (lambda: archive(nested(60)), "more than 4 levels"),
    "layers that read each other": (
        lambda: archive(functional([A, reading("b", "c"), reading("c", "b")])),
        "damaged",
    ),
    # --- what is not understood ---
    "a layer used twice": (
        lambda: archive(functional([A, reading("b", "a", calls=2)])),
        "used more than once",
    ),
    "a layer with a mask": (
        lambda: archive(functional([A, reading("b", "a", mask=[1, 2])])),
        "called with mask",
    ),
    "two inputs": (
        lambda: archive(functional([A, reading("b", "a")], inputs=[["a", 0, 0], ["c", 0, 0]])),
        "several inputs or outputs",
    ),
    "two outputs": (
        lambda: archive(functional([A, reading("b", "a")], outputs=[["a", 0, 0], ["b", 0, 0]])),
        "several inputs or outputs",
    ),
    "an LSTM": (lambda: archive(with_layer(layer("LSTM", "memory", units=3))), "memory is a LSTM"),
    "attention": (
        lambda: archive(with_layer(layer("MultiHeadAttention", "heads", num_heads=2))),
        "heads is a MultiHeadAttention",
    ),
    "channels first": (
        lambda: archive(changed(GOOD, 1, data_format="channels_first")),
        "channels first",
    ),
    "an input of 20000 × 20000": (
        lambda: archive(sequential(source(20000, 20000), GLOBAL, DENSE)),
        "one square image of",
    ),
    "an input of 65 × 65": (
        lambda: archive(sequential(source(65, 65, 3), CONV, GLOBAL, DENSE)),
        "at most 64 × 64",
    ),
    "an input of 28 × 30": (
        lambda: archive(sequential(source(28, 30, 1), CONV, GLOBAL, DENSE)),
        "one square image of",
    ),
    "an input of 4 channels": (
        lambda: archive(sequential(source(28, 28, 4), CONV, GLOBAL, DENSE)),
        "1 or 3 channels",
    ),
    "one output without a sigmoid": (
        lambda: archive(changed(GOOD, 3, units=1, activation="linear")),
        "2 to 100 logits",
    ),
    "1,000 outputs": (lambda: archive(changed(GOOD, 3, units=1000)), "2 to 100 logits"),
    "an input of text": (
        lambda: archive(sequential(source("a", None), DENSE)),
        "one square image of",
    ),
    "an input without a size": (
        lambda: archive(sequential(source(None, None, 1), CONV, GLOBAL, DENSE)),
        "one square image of",
    ),
    "a map as output": (lambda: archive(sequential(source(28, 28, 1), CONV)), "26 × 26 × 2"),
    "a window that does not fit": (
        lambda: archive(changed(GOOD, 1, kernel_size=[40, 40])),
        "cannot follow an output of 28 × 28 × 1",
    ),
    "a Dense on maps": (lambda: archive(sequential(source(28, 28, 1), DENSE)), "is not flat"),
    **{
        f"units = {value!r}": (
            lambda value=value: archive(changed(GOOD, 3, units=value)),
            "the setting units",
        )
        for value in (-5, 0, 1e30, "10", True, None, [10], {"a": 1})
    },
    "a setting that nobody knows": (
        lambda: archive(changed(GOOD, 1, lora_rank=4)),
        "the setting lora_rank",
    ),
    "a setting that is a NumPy array": (
        lambda: archive(changed(GOOD, 1, filters={"class_name": "__numpy__", "config": {}})),
        "the setting filters",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_with_one_sentence_in_little_memory(name):
    make, words = FILES[name]
    data = make()
    tracemalloc.start()
    try:
        with pytest.raises(UserError) as refused:
            inspect(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    sentence = str(refused.value)
    assert words in sentence
    assert len(sentence) < 400
    assert "\n" not in sentence
    assert peak < MOST_MEMORY


def test_the_good_file_of_which_all_others_are_made_is_taken():
    plan, content = inspect(archive())
    arrays = read_weights(plan, content)

    assert [each.kind for each in plan.layers] == ["Conv2D", "GlobalAveragePooling2D", "Dense"]
    assert plan.ending == "softmax"
    found = [array for layer in plan.layers for array in arrays.get(layer.name, [])]
    for array, expected in zip(found, ARRAYS.values(), strict=True):
        np.testing.assert_array_equal(array, expected)


OTHER_FORMATS = {
    "HDF5": (lambda: hdf5(), formats.H5),
    "ONNX": (
        lambda: Path(ROOT / "model" / "weights" / "default.onnx").read_bytes(),
        formats.ONNX,
    ),
    "TensorFlow Lite": (lambda: b"\x1c\0\0\0TFL3" + bytes(100), formats.TFLITE),
    "a pickle": (lambda: b"\x80\x04\x95" + bytes(100), formats.PYTORCH),
    "PyTorch": (lambda: zipped("archive/data.pkl", "archive/version"), formats.PYTORCH),
    "SavedModel as a ZIP": (
        lambda: zipped("m/saved_model.pb", "m/variables/variables.index"),
        formats.SAVED_MODEL,
    ),
    "SavedModel": (lambda: b"\x08\x01\x12\xd3\x07" + bytes(100), formats.SAVED_MODEL),
    "NumPy": (lambda: zipped("kernel.npy"), formats.WEIGHTS),
    "safetensors": (
        lambda: (40).to_bytes(8, "little") + json.dumps({"w": {}}).ljust(40).encode() + bytes(9),
        formats.WEIGHTS,
    ),
}


def zipped(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_another_format_is_refused_with_how_to_convert_it(name):
    make, sentence = OTHER_FORMATS[name]
    with pytest.raises(UserError) as refused:
        inspect(make())

    assert refused.value.template == sentence
    assert "save" in sentence


# --- weights ---


def replaced(place, values):
    return hdf5({**ARRAYS, place: values})


def linked(make):
    return hdf5(
        {place: values for place, values in ARRAYS.items() if place != "layers/dense/vars/1"},
        lambda file: make(file, "layers/dense/vars/1"),
    )


def virtual(file, place):
    layout = h5py.VirtualLayout(shape=(10,), dtype="f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", shape=(10,))
    file.create_virtual_dataset(place, layout)


def external_storage(file, place):
    file.create_dataset(place, (10,), "f4", external=[("/etc/passwd", 0, 40)])


def bomb(file, place):
    """Give a dataset of ten numbers one chunk of two hundred megabytes."""
    shape = (50_000_000,)
    file.create_dataset(place, (10,), "f4", maxshape=shape, chunks=shape, compression="gzip")
    file[place][:3] = 1


def inflating(file, place):
    """Give a dataset of ten numbers a compressed chunk that unpacks to far more than it may."""
    import zlib

    dataset = file.create_dataset(place, (10,), "f4", chunks=(10,), compression="gzip")
    dataset.id.write_direct_chunk((0,), zlib.compress(bytes(50_000_000), 9))


WEIGHTS = {
    "no HDF5": (lambda: b"\0" * 1000, "weights cannot be read"),
    "HDF5 cut in half": (lambda: hdf5()[:3000], "cannot be read"),
    "a wrong shape": (
        lambda: replaced("layers/dense/vars/0", np.zeros((3, 10), "f4")),
        "layer dense have the shape 3 × 10; its settings need 2 × 10",
    ),
    "a shape of a gigabyte": (
        lambda: linked(lambda file, place: file.create_dataset(place, (1 << 28,), "f4")),
        "layer dense have the shape",
    ),
    "numbers that were never written": (
        lambda: linked(lambda file, place: file.create_dataset(place, (10,), "f4")),
        "layer dense are not in the file",
    ),
    "a layer's weights missing": (
        lambda: hdf5({place: v for place, v in ARRAYS.items() if "conv" not in place}),
        "layer conv are not in the file",
    ),
    "a group in place of numbers": (
        lambda: linked(lambda file, place: file.create_group(place)),
        "layer dense are not in the file",
    ),
    "text": (
        lambda: replaced("layers/dense/vars/1", np.array([b"a"] * 10)),
        "dense are not floating-point",
    ),
    "whole numbers": (
        lambda: replaced("layers/dense/vars/1", np.zeros(10, "i8")),
        "dense are not floating-point",
    ),
    "a NaN": (
        lambda: replaced("layers/dense/vars/1", np.full(10, np.nan, "f4")),
        "layer dense are not all finite",
    ),
    "infinity": (
        lambda: replaced("layers/dense/vars/1", np.full(10, np.inf, "f4")),
        "layer dense are not all finite",
    ),
    "too large for float32": (
        lambda: replaced("layers/dense/vars/1", np.full(10, 1e300)),
        "layer dense are not all finite",
    ),
    "a soft link": (
        lambda: linked(lambda file, place: file.__setitem__(place, h5py.SoftLink("/layers"))),
        "lie outside of the file",
    ),
    "an external link": (
        lambda: linked(
            lambda file, place: file.__setitem__(place, h5py.ExternalLink("/etc/passwd", "/x"))
        ),
        "lie outside of the file",
    ),
    "a virtual dataset": (lambda: linked(virtual), "lie outside of the file"),
    "external storage": (lambda: linked(external_storage), "lie outside of the file"),
    "a chunk of 200 MB": (lambda: linked(bomb), "compressed in a way"),
    "a filter that is not HDF5's own": (
        lambda: linked(
            lambda file, place: file.create_dataset(
                place, data=np.zeros(10, "f4"), chunks=(10,), compression="lzf"
            )
        ),
        "compressed in a way",
    ),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_bad_weights_are_refused_with_one_sentence(name):
    make, words = WEIGHTS[name]
    plan, content = inspect(archive(weights=make()))
    with pytest.raises(UserError) as refused:
        read_weights(plan, content)

    assert words in str(refused.value)


def test_a_chunk_that_unpacks_to_more_than_it_may_hold_gives_only_that():
    plan, content = inspect(archive(weights=linked(inflating)))

    np.testing.assert_array_equal(read_weights(plan, content)["dense"][1], np.zeros(10))


def test_weights_that_are_compressed_as_hdf5_does_are_read():
    def write(file):
        for place, values in ARRAYS.items():
            file.create_dataset(place, data=values, compression="gzip", shuffle=True)

    plan, content = inspect(archive(weights=hdf5({}, write)))
    found = read_weights(plan, content)

    np.testing.assert_array_equal(found["dense"][0], ARRAYS["layers/dense/vars/0"])


WATCHED = """
import sys
from pathlib import Path

seen = []
sys.addaudithook(lambda event, arguments: seen.append((event, str(arguments[:1]))))
from model.base.errors import UserError
from model.imports.inspection import inspect

files = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]
inspect(Path(sys.argv[2]).read_bytes())  # for what Python itself loads with the first file
del seen[:]
for data in files:
    try:
        inspect(data)
    except UserError:
        pass
foreign = "open socket. subprocess. os. exec compile import marshal pickle".split()
print(len(files), [each for each in seen if each[0].startswith(tuple(foreign))])
"""


def test_an_inspection_starts_no_process_opens_no_file_and_runs_no_code(tmp_path):
    folder, good = tmp_path / "bad", tmp_path / "good.keras"
    folder.mkdir()
    good.write_bytes(archive(compression=zipfile.ZIP_DEFLATED))
    for number, (make, _words) in enumerate([*FILES.values(), *OTHER_FORMATS.values()]):
        (folder / f"{number}.keras").write_bytes(make()[: limits.MOST_BYTES])
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(folder), str(good)],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == f"{len(FILES) + len(OTHER_FORMATS)} []"


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_file_is_refused_or_taken_but_nothing_else_happens(seed):
    rng = np.random.default_rng(seed)
    good = archive()
    for _ in range(500):
        data = bytearray(good)
        how = rng.integers(3)
        if how == 0:
            for at in rng.integers(0, len(data), rng.integers(1, 9)):
                data[at] ^= 1 << rng.integers(8)
        elif how == 1:
            del data[int(rng.integers(len(data))) :]
        else:
            first, second = sorted(rng.integers(0, len(data), 2))
            data[first:second] = rng.bytes(int(rng.integers(0, 200)))
        with contextlib.suppress(UserError):
            inspect(bytes(data))


def test_a_mutated_configuration_is_refused_or_taken_but_nothing_else_happens():
    rng = np.random.default_rng(8)
    values = [None, True, -1, 0, 3, 1e308, "relu", "__class__", [], [1, 2], {}, GOOD, 10**400]
    for _ in range(1500):
        config = json.loads(json.dumps(GOOD))
        inner = config
        while True:
            keys = list(inner) if isinstance(inner, dict) else range(len(inner))
            key = keys[int(rng.integers(len(keys)))]
            if not isinstance(inner[key], dict | list) or not inner[key] or rng.random() < 0.2:
                inner[key] = values[int(rng.integers(len(values)))]
                break
            inner = inner[key]
        with contextlib.suppress(UserError):
            inspect(archive(config, weights=b""))
