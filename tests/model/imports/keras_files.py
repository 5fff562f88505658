"""`.keras` files made by hand, so that each can be wrong in one way."""

import copy
import io
import json
import zipfile

import h5py
import numpy as np

FLOAT32 = {
    "module": "keras",
    "class_name": "DTypePolicy",
    "config": {"name": "float32"},
    "registered_name": None,
}
METADATA = {"keras_version": "3.15.1", "date_saved": "2026-11-28@09:37:51"}


def layer(kind, name, **settings):
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": name, "trainable": True, "dtype": FLOAT32, **settings},
        "registered_name": None,
    }


def source(*shape):
    return layer("InputLayer", "input_layer", batch_shape=[None, *shape])


def sequential(*layers):
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "sequential", "layers": list(layers)},
        "registered_name": None,
    }


CONV = layer("Conv2D", "conv", filters=2, kernel_size=[3, 3], activation="relu")
GLOBAL = layer("GlobalAveragePooling2D", "pool")
DENSE = layer("Dense", "dense", units=10, activation="softmax")
GOOD = sequential(source(28, 28, 1), CONV, GLOBAL, DENSE)

RNG = np.random.default_rng(5)
ARRAYS = {
    "layers/conv2d/vars/0": RNG.normal(0, 1, (3, 3, 1, 2)).astype(np.float32),
    "layers/conv2d/vars/1": RNG.normal(0, 1, 2).astype(np.float32),
    "layers/dense/vars/0": RNG.normal(0, 1, (2, 10)).astype(np.float32),
    "layers/dense/vars/1": RNG.normal(0, 1, 10).astype(np.float32),
}


def with_layer(*between, output=DENSE):
    """The good network with other layers in front of its last two."""
    return sequential(source(28, 28, 1), *between, GLOBAL, output)


def changed(config, number, **settings):
    """The same configuration with other settings of one layer."""
    config = copy.deepcopy(config)
    config["config"]["layers"][number]["config"].update(settings)
    return config


def hdf5(arrays=ARRAYS, write=lambda file: None):
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for place, values in arrays.items():
            file[place] = values
        write(file)
    return content.getvalue()


def archive(config=GOOD, weights=None, metadata=METADATA, more=(), without=(), **options):
    """A `.keras` file; `more` are members besides, `without` those that are left out."""
    as_text = {
        "metadata.json": metadata if isinstance(metadata, bytes) else json.dumps(metadata),
        "config.json": config if isinstance(config, bytes) else json.dumps(config),
        "model.weights.h5": hdf5() if weights is None else weights,
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", **options) as file:
        for name, text in [*as_text.items(), *more]:
            if name not in without:
                file.writestr(name, text)
    return content.getvalue()
