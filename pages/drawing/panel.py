"""The input panel: the canvas and every other way to bring in a digit, on any page."""

import base64
import binascii
from collections.abc import Callable

import numpy as np
import streamlit as st

from assets.components.digit_canvas import CanvasHead, digit_canvas
from assets.components.sample_gallery import sample_gallery
from model.base.errors import N_, UserError
from model.pixels.decoding import MAX_BYTES, Picture, decode
from model.pixels.segmentation import crop, find_digits
from pages import services
from pages.display import texts
from pages.display.errors import show_error
from pages.drawing import digit_state
from pages.drawing.payload import canvas_frame
from pages.visitor import identity, network_choice
from pages.visitor.language import _


def input_panel() -> None:
    """Show the canvas, and upload, camera and samples below it."""
    canvas()
    with st.container(horizontal=True, key="bring"):
        with st.popover(_("Upload an image"), icon=":material/upload:"):
            st.file_uploader(
                _("A photo, scan or screenshot of one digit"),
                type=["png", "jpg", "jpeg", "webp", "gif", "bmp"],
                max_upload_size=MAX_BYTES // 2**20,
                key="upload",
                on_change=lambda: bring(lambda: _uploaded("upload")),
            )
            st.caption(_("You can also paste an image (Ctrl+V) or drop one on the canvas."))
        camera = st.popover(_("Camera"), icon=":material/photo_camera:", on_change="rerun", key="c")
        if camera.open:
            camera.camera_input(
                _("Hold one digit in front of the camera"),
                key="camera",
                on_change=lambda: bring(lambda: _uploaded("camera")),
            )
        samples()


@st.fragment
def canvas() -> None:
    """Show the canvas alone: what is pasted there runs this and nothing else of the page."""
    digit_state.settle_digit()
    digit_canvas(
        _canvas_frame(),
        key="canvas",
        on_drawing=digit_state.take_drawing,
        on_pasted=lambda: bring(_pasted),
    )
    show_error(digit_state.drawing_error())


def samples() -> None:
    """Offer digits to start with."""
    sample_gallery(
        {
            "words": {"samples": _("Examples")},
            "samples": [
                {"name": name, "title": texts.sample(name), "source": source}
                for name, source in services.samples().items()
            ],
        },
        key="samples",
        on_chosen=lambda: bring(digit_state.chosen_sample),
    )


def bring(read: Callable[[], bytes | None]) -> None:
    """Put a picture on the canvas; where it cannot be read, say why and leave the digit alone."""
    try:
        data = read()
        if data is not None:
            digit_state.set_picture(_sheet(decode(data)))
            digit_state.set_drawing_error(None)
    except UserError as error:
        digit_state.set_drawing_error(error)


def _sheet(picture: Picture) -> np.ndarray:
    """Return the part of a picture to be read: of a photo, the largest digit.

    Phones and cameras write JPEG; a screenshot or scan in another format is taken as it is.
    """
    boxes = find_digits(picture.gray) if picture.format == "JPEG" else []
    if not boxes:
        return picture.gray
    return crop(picture.gray, max(boxes, key=lambda box: box.width * box.height))


def _canvas_frame() -> bytes:
    digit = digit_state.digit()
    reading = digit_state.reading() if digit and digit.picture else None
    head: CanvasHead = {
        "words": texts.canvas(),
        "mailbox": digit_state.mailbox().address,
        "network": services.network_address(network_choice.network_id()),
        "skip": digit_state.skipped_steps(),
        "most_bytes": MAX_BYTES,
        "digit": None,
    }
    return canvas_frame(head, digit, reading.preprocessed if reading else None)


def _uploaded(key: str) -> bytes | None:
    file = identity.widget_value(key)
    return None if file is None else file.getvalue()


def _pasted() -> bytes:
    sent = identity.sent_value("canvas", "pasted")
    try:
        return base64.b64decode(str(sent).partition(",")[2], validate=True)
    except binascii.Error:
        raise UserError(N_("The pasted content is not an image.")) from None
