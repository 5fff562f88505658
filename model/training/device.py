"""The device that Keras runs on: the one place that asks its backend by name."""

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras

from model.inference.origin import Device


def prepare() -> Device:
    """Return the device that is used; let a GPU's memory grow as needed, not be taken whole.

    To be called before any network is built.
    """
    found = None
    if keras.backend.backend() == "tensorflow":
        found = _tensorflow()
    elif keras.backend.backend() == "jax":
        found = _jax()
    return found or Device("cpu", cores=cores())


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def replicas(batch_size: int) -> int:
    """Return how many GPUs share each batch: as many as divide it evenly; 1 without any."""
    available = max(1, len(_gpus()))
    return max(count for count in range(1, available + 1) if batch_size % count == 0)


def together(batch_size: int) -> AbstractContextManager[Any]:
    """Return the context in which to build and compile a network that those GPUs train."""
    count = replicas(batch_size)
    if count == 1:
        return nullcontext()
    import tensorflow as tf

    return tf.distribute.MirroredStrategy(_gpus()[:count]).scope()


def uncompiled() -> AbstractContextManager[Any]:
    """Return the context in which to compute a number outside a training step.

    JAX would compile a condition in it anew each time, which takes a hundred times as long.
    """
    if keras.backend.backend() != "jax":
        return nullcontext()
    import jax

    return jax.disable_jit()


def summed(gradients: list[keras.KerasTensor]) -> list[keras.KerasTensor]:
    """Return, in a training step, the sum of what each GPU made of its part of the batch."""
    if keras.backend.backend() != "tensorflow":
        return gradients
    import tensorflow as tf

    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return gradients
    return replica.all_reduce(tf.distribute.ReduceOp.SUM, gradients)


def _gpus() -> list[str]:
    """Return the names of the GPUs that one process can train on, by TensorFlow only."""
    if keras.backend.backend() != "tensorflow":
        return []
    import tensorflow as tf

    return [f"GPU:{number}" for number in range(len(tf.config.list_physical_devices("GPU")))]


def _tensorflow() -> Device | None:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    if not gpus:
        return None
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return Device("gpu", name=name, count=len(gpus))


def _jax() -> Device | None:
    import jax

    device = jax.devices()[0]
    return None if device.platform == "cpu" else Device("gpu", name=device.device_kind)
