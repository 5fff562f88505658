"""What the canvas says, its tools, and the ways to bring a digit, in the visitor's language."""

from model.pixels.decoding import MAX_BYTES
from pages.visitor.language import _


def canvas() -> dict[str, str]:
    """Return the words of the canvas and its tools."""
    return {
        "canvas": _(
            "Drawing canvas. Arrow keys move the pen, Space puts it down and lifts it, "
            "Delete clears."
        ),
        "hint": _("Draw a digit here"),
        "demonstration": _("A demonstration. Draw your own here."),
        "pen": _("Pen"),
        "eraser": _("Eraser"),
        "width": _("Width"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "clear": _("Clear"),
        "pen_hint": _("Pen (P)"),
        "eraser_hint": _("Eraser (E)"),
        "undo_hint": _("Undo (Ctrl+Z)"),
        "redo_hint": _("Redo (Ctrl+Y)"),
        "clear_hint": _("Clear (Delete)"),
        **_bringing(),
        "loading": _("The network is loading: {share}"),
        "not_loaded": _("The network could not be loaded. Check the connection and try again."),
        "retry": _("Try again"),
    }


def _bringing() -> dict[str, str]:
    """Return the words of all ways to bring a picture, and to take one along."""
    return {
        "upload": _("Upload"),
        "upload_hint": _("Upload a photo, scan or screenshot of one digit, or drop it here"),
        "camera": _("Camera"),
        "camera_hint": _("Take a picture with the camera"),
        "camera_aim": _("Hold one digit in front of the camera"),
        "camera_take": _("Take picture"),
        "camera_close": _("Close"),
        "camera_refused": _(
            "The browser does not let this page use the camera. Allow it beside the address, or "
            "upload a photo."
        ),
        "camera_missing": _("No camera was found. Connect one, or upload a photo."),
        "camera_busy": _(
            "The camera does not answer. Close other programs that use it and try again."
        ),
        "camera_insecure": _(
            "Browsers give the camera only to pages with https. Upload a photo instead."
        ),
        "camera_failed": _("The camera could not be started. Upload a photo instead."),
        "paste": _("Paste"),
        "paste_hint": _("Paste an image (Ctrl+V)"),
        "paste_refused": _(
            "The browser does not let this page look at the clipboard. Press the keys for pasting, "
            "or upload the image."
        ),
        "no_copy": _("There is no image on the clipboard. Copy one, then paste it here."),
        "no_file": _("What was dropped is not a file. Save the image, then upload it."),
        "unreadable": _("This file could not be read. Choose an image file, not a folder."),
        "too_large": _("This image is larger than {most} MB. Choose a smaller one.").format(
            most=MAX_BYTES // 2**20
        ),
        "reading": _("The image is being read…"),
        "dismiss": _("Close this message"),
        "save": _("Save"),
        "save_hint": _("Save the drawing as a PNG image"),
        "save_pixels": "28 × 28",
        "save_pixels_name": _("Save 28 × 28"),
        "save_pixels_hint": _("Save the 28 × 28 pixels that the network reads, as a PNG image"),
    }
