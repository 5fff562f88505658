"""What the ways to bring a picture say, in the visitor's language."""

from model.pixels.decoding import MAX_BYTES
from pages.visitor.language import _


def ways() -> dict[str, str]:
    """Return the words of all ways to bring a picture."""
    return {
        "upload": _("Upload"),
        "camera": _("Camera"),
        "camera_hint": _("Take a picture with the camera"),
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
    }
