import cv2
import numpy as np
import pytest

from model.base.errors import UserError
from pages.display.qr_codes import qr_code


def painted(rows):
    """The code as a camera sees it: black on white, 8 pixels a module, 4 modules of quiet zone."""
    dark = np.array([[module == "1" for module in row] for row in rows])
    modules = np.pad(np.where(dark, 0, 255).astype(np.uint8), 4, constant_values=255)
    return modules.repeat(8, axis=0).repeat(8, axis=1)


@pytest.mark.parametrize("length", [10, 100, 400, 800])
def test_a_camera_reads_the_link_out_of_its_code(length):
    link = "https://convscope.example/?digit=" + ("sZ1_-aKLyB8" * 200)[:length]
    read, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(painted(qr_code(link)))
    assert read == link


def test_a_code_is_square_and_made_of_zeros_and_ones():
    rows = qr_code("http://localhost")
    assert {len(row) for row in rows} == {len(rows)}
    assert set("".join(rows)) == {"0", "1"}


def test_a_link_that_no_code_can_hold_is_refused_with_a_way_out():
    with pytest.raises(UserError, match="copy it instead"):
        qr_code("https://convscope.example/" + "x" * 3000)
