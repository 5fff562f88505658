"""What Keras runs on: the one place that asks its backend by name."""

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras


def prepare() -> str:
    """Let the GPU's memory grow as needed instead of being taken whole; name what is used.

    The name is for a person: "NVIDIA H200", "2 × NVIDIA H200", or "CPU, 2 cores". To be called
    before any network is built.
    """
    if keras.backend.backend() == "tensorflow":
        name = _tensorflow()
    elif keras.backend.backend() == "jax":
        name = _jax()
    else:
        name = None
    return name or f"CPU, {cores()} cores"


def cores() -> int:
    """Count the processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def replicas(batch_size: int) -> int:
    """Count the GPUs that share each batch: as many as divide it evenly; 1 without any."""
    available = max(1, len(_gpus()))
    return max(count for count in range(1, available + 1) if batch_size % count == 0)


def together(batch_size: int) -> AbstractContextManager[Any]:
    """Give the context in which to build and compile a network that those GPUs train together."""
    count = replicas(batch_size)
    if count == 1:
        return nullcontext()
    import tensorflow as tf

    return tf.distribute.MirroredStrategy(_gpus()[:count]).scope()


def uncompiled() -> AbstractContextManager[Any]:
    """Give the context in which to compute a number outside a training step.

    JAX would compile a condition in it anew each time, which takes a hundred times as long.
    """
    if keras.backend.backend() != "jax":
        return nullcontext()
    import jax

    return jax.disable_jit()


def summed(gradients: list[keras.KerasTensor]) -> list[keras.KerasTensor]:
    """Add up, in a training step, what each GPU has made of its part of the batch."""
    if keras.backend.backend() != "tensorflow":
        return gradients
    import tensorflow as tf

    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return gradients
    return replica.all_reduce(tf.distribute.ReduceOp.SUM, gradients)


def _gpus() -> list[str]:
    """Name the GPUs that one process can train on; only TensorFlow's are asked for."""
    if keras.backend.backend() != "tensorflow":
        return []
    import tensorflow as tf

    return [f"GPU:{number}" for number in range(len(tf.config.list_physical_devices("GPU")))]


def _tensorflow() -> str | None:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    if not gpus:
        return None
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return name if len(gpus) == 1 else f"{len(gpus)} × {name}"


def _jax() -> str | None:
    import jax

    device = jax.devices()[0]
    return None if device.platform == "cpu" else device.device_kind
