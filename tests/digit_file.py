"""Digits with labels in a file with Keras's keys, as MNIST comes."""

import numpy as np


def written(path, dataset):
    """Write a data set into a file; gives its path."""
    np.savez(
        path,
        x_train=dataset.train.pixels,
        y_train=dataset.train.labels,
        x_test=dataset.test.pixels,
        y_test=dataset.test.labels,
    )
    return path
