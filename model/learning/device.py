"""What Keras runs on: the one place that asks its backend by name."""

import os

import keras


def prepare() -> str:
    """Let the GPU's memory grow as needed instead of being taken whole; name what is used.

    The name is for a person: "NVIDIA H200", or "CPU, 2 cores". To be called before any network
    is built.
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


def _tensorflow() -> str | None:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    if not gpus:
        return None
    return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")


def _jax() -> str | None:
    import jax

    device = jax.devices()[0]
    return None if device.platform == "cpu" else device.device_kind
