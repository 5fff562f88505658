"""The desk: the canvas and every other way to bring in a digit, on whatever page wants it."""

import base64
import binascii
from collections.abc import Callable

import numpy as np
import streamlit as st

from assets.components.digit_canvas import digit_canvas
from assets.components.sample_gallery import sample_gallery
from model.serving.answering import encode, frame
from model.serving.decoding import Picture, decode
from model.serving.segmentation import crop, find_digits
from model.serving.sentences import N_, Refusal
from pages.common import language, session, words


def desk() -> None:
    """Show the canvas, and upload, camera and samples below it."""
    _ = language.words()
    canvas()
    with st.container(horizontal=True):
        with st.popover(_("Upload a picture"), icon=":material/upload:"):
            st.file_uploader(
                _("A photo, scan or screenshot of one digit"),
                type=["png", "jpg", "jpeg", "webp", "gif", "bmp"],
                max_upload_size=10,
                key="upload",
                on_change=lambda: bring(lambda: _uploaded("upload")),
            )
        camera = st.popover(_("Camera"), icon=":material/photo_camera:", on_change="rerun", key="c")
        if camera.open:
            camera.camera_input(
                _("Hold one digit into the picture"),
                key="camera",
                on_change=lambda: bring(lambda: _uploaded("camera")),
            )
    st.caption(_("Or paste a picture with Ctrl+V, drop one on the canvas, or take one of these:"))
    samples()


@st.fragment
def canvas() -> None:
    """Show the canvas alone: a lifted pen runs this and nothing else of the page."""
    digit_canvas(
        _canvas_frame(language.words()),
        key="canvas",
        on_drawing=session.take_drawing,
        on_pasted=lambda: bring(_pasted),
    )
    if refusal := session.notice():
        st.error(language.say(refusal), icon=":material/error:")


def samples() -> None:
    """Offer digits to start with."""
    _ = language.words()
    sample_gallery(
        {"samples": _("Samples")},
        [
            {"name": name, "title": words.sample(_, name), "source": source}
            for name, source in session.samples().items()
        ],
        key="samples",
        on_chosen=lambda: bring(session.chosen_sample),
    )


def bring(read: Callable[[], bytes | None]) -> None:
    """Put a picture on the canvas; where it cannot be read, say why and leave the digit alone."""
    try:
        data = read()
        if data is not None:
            session.set_picture(_sheet(decode(data)))
            session.set_notice(None)
    except Refusal as refusal:
        session.set_notice(refusal)


def _sheet(picture: Picture) -> np.ndarray:
    """Give what is to be read; out of a photo, which shows a table too, its largest digit is cut.

    Phones and cameras write JPEG; a screenshot or scan in another format is taken as it is.
    """
    boxes = find_digits(picture.grey) if picture.format == "JPEG" else []
    if not boxes:
        return picture.grey
    return crop(picture.grey, max(boxes, key=lambda box: box.width * box.height))


def _canvas_frame(_: words.Say) -> bytes:
    digit = session.digit()
    head = {
        "words": words.canvas(_),
        "network": session.network_id(),
        "skip": session.skip(),
        "digit": None,
    }
    answer = b""
    if digit is not None:
        picture = None
        if digit.picture is not None:
            picture = {"id": digit.picture.id, "source": digit.picture.source}
            network = session.network(session.network_id())
            answer = encode(network, session.reading(), digit.revision)
        head["digit"] = {"revision": digit.revision, "strokes": digit.sent, "picture": picture}
    return frame(head, answer)


def _uploaded(key: str) -> bytes | None:
    file = session.widget(key)
    return None if file is None else file.getvalue()


def _pasted() -> bytes:
    sent = session.sent("canvas", "pasted")
    try:
        return base64.b64decode(str(sent).partition(",")[2], validate=True)
    except binascii.Error:
        raise Refusal(N_("What was pasted is no picture.")) from None
