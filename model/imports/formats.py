"""Tells what a file is by its first bytes, and how what is no `.keras` file becomes one."""

from model.base.errors import N_, UserError

_ZIP = b"PK\x03\x04"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_NAMES_AT_END = 1 << 16  # bytes: there a ZIP file lists what is in it

H5 = N_(
    "This is an HDF5 file (.h5), not a .keras file. Convert it: "
    "keras.models.load_model('model.h5').save('model.keras')"
)
SAVED_MODEL = N_(
    "This is a TensorFlow SavedModel, not a .keras file. Save the model itself from Keras 3: "
    "model.save('model.keras')"
)
ONNX = N_(
    "This is an ONNX file, from which no Keras layers can be read. Save the model itself from "
    "Keras 3: model.save('model.keras')"
)
TFLITE = N_(
    "This is a TensorFlow Lite file, from which no Keras layers can be read. Save the model that "
    "it was made from: model.save('model.keras')"
)
PYTORCH = N_(
    "This is a PyTorch or pickle file. Build the same layers in Keras 3, copy the weights, and "
    "save it: model.save('model.keras')"
)
WEIGHTS = N_(
    "This file holds weights without layers. Save the whole model from Keras 3: "
    "model.save('model.keras')"
)
EMPTY = N_("The file is empty.")
UNKNOWN = N_("This is not a .keras file. Save the model from Keras 3: model.save('model.keras')")


def check_format(data: bytes) -> None:
    """Refuse what is no ZIP file, or one that something else than Keras wrote."""
    if sentence := _foreign(data):
        raise UserError(sentence)


def _foreign(data: bytes) -> str:
    """Return the sentence for a file of another format, "" for what may be a `.keras` file."""
    if data.startswith(_ZIP):
        return _foreign_zip(data[-_NAMES_AT_END:])
    if not data:
        return EMPTY
    if data.startswith(_HDF5):
        return H5
    if data[4:8] == b"TFL3":
        return TFLITE
    if data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return PYTORCH
    if data[:1] == b"\x08" and data[2:3] in (b"\x12", b"\x1a", b"\x3a"):  # protobuf: field 1, 2 …
        return SAVED_MODEL if data[1:2] == b"\x01" else ONNX
    if data[8:10] == b'{"' and int.from_bytes(data[:8], "little") < len(data):  # safetensors
        return WEIGHTS
    return UNKNOWN


def _foreign_zip(names: bytes) -> str:
    if b"config.json" in names:
        return ""
    for mark, sentence in (
        (b"saved_model.pb", SAVED_MODEL),
        (b"data.pkl", PYTORCH),
        (b".npy", WEIGHTS),
    ):
        if mark in names:
            return sentence
    return ""
