import numpy as np
import pytest
from frames import unframe

from model.inference.frames import Body, frame


@pytest.mark.parametrize("head", [{}, {"a": 1}, {"word": "数字"}, {"long": "x" * 1001}])
def test_a_frames_body_begins_at_a_multiple_of_four(head):
    framed = frame(head, b"body")
    opened, body = unframe(framed)
    assert opened == head
    assert body == b"body"
    assert (len(framed) - len(body)) % 4 == 0


def test_the_numbers_of_a_body_are_found_where_it_says():
    body = Body()
    arrays = [np.arange(3), np.eye(2), np.float32([0.1])]
    places = [body.add(array) for array in arrays]
    _, data = unframe(frame({}, body.joined()))
    for array, begin in zip(arrays, places, strict=True):
        found = np.frombuffer(data, "<f4", array.size, begin)
        assert np.array_equal(found, array.astype(np.float32).ravel())
