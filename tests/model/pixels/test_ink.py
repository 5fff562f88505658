"""How deep ink lies: measured alike with a thin pen and, on a smaller picture, with a wide one."""

import numpy as np
import pytest

from model.pixels.ink import evened


@pytest.mark.parametrize("pen", [4, 8, 40, 200])
def test_a_line_that_grows_faint_along_its_way_is_as_deep_as_the_rest_of_it(pen):
    side = 20 * pen
    depth = np.zeros((2 * pen, side), np.float32)
    depth[pen // 2 : pen // 2 + pen] = np.linspace(1, 0.35, side, dtype=np.float32)
    found = evened(depth, pen)
    middle = found[pen]
    assert middle.min() > 0.65  # where the line itself has 0.35
    assert middle.max() == pytest.approx(1, abs=0.05)
    assert found[: pen // 4].max() == 0  # paper stays paper
