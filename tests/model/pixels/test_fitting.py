"""What a network of other pictures than digits reads: the picture, fitted, and nothing else."""

import io

import numpy as np
import pytest
from PIL import Image

from model.pixels.decoding import COLOR_SIDE, decode_color
from model.pixels.fitting import fit_drawing, fit_picture
from model.pixels.strokes import Stroke


def halves(height, width):
    """Paint a picture whose left half is red and whose right half is blue."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2, 0] = 255
    picture[:, width // 2 :, 2] = 255
    return picture


def test_the_square_in_the_middle_is_what_is_read():
    pixels = fit_picture(halves(40, 80), 4, 3).pixels

    assert pixels.shape == (4, 4, 3)
    assert (pixels[:, :2] == [1, 0, 0]).all()
    assert (pixels[:, 2:] == [0, 0, 1]).all()


def test_of_a_colored_picture_one_channel_is_its_brightness():
    pixels = fit_picture(halves(8, 8), 2, 1).pixels

    assert pixels.shape == (2, 2, 1)
    np.testing.assert_allclose(pixels[0, :, 0], [0.299, 0.114], atol=1e-6)


def test_a_gray_picture_has_the_same_gray_in_every_channel():
    gray = np.full((10, 20), 51, np.uint8)

    np.testing.assert_allclose(fit_picture(gray, 5, 3).pixels, 0.2)


def test_where_a_picture_lies_among_the_pixels_is_told():
    placed = fit_picture(halves(40, 80), 4, 3).placement

    assert (placed.scale, placed.right, placed.down) == (0.1, -2, 0)


def test_a_drawing_is_black_on_white():
    line = Stroke(np.array([[0, 140], [280, 140]], np.float32), 40)
    pixels = fit_drawing([line], 14).pixels

    assert pixels.shape == (14, 14, 3)
    np.testing.assert_allclose(pixels[0], 1)
    np.testing.assert_allclose(pixels[6:8, 5:9], 0, atol=0.01)
    assert fit_drawing([], 14).pixels is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP", "BMP"])
def test_a_file_is_read_in_its_colors_and_no_larger_than_is_needed(kind):
    file = io.BytesIO()
    Image.fromarray(halves(300, 600)).save(file, kind)
    picture = decode_color(file.getvalue())

    assert picture.shape == (COLOR_SIDE // 2, COLOR_SIDE, 3)
    assert picture[60, 20].argmax() == 0
    assert picture[60, 230].argmax() == 2


def test_what_is_transparent_is_white():
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(file, "PNG")

    assert (decode_color(file.getvalue()) == 255).all()
