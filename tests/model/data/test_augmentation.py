from dataclasses import replace

import numpy as np
import pytest

from model.data.augmentation import Augmentation, augment
from model.handwriting import hand

NONE = Augmentation(rotation=0, scale=0, shear=0, shift=0, bend=0, thickness=0)


@pytest.fixture(scope="module")
def pixels():
    return hand.digits(300, seed=2)[0]


def changed(pixels, seed=0, **amounts):
    return augment(pixels, np.random.default_rng(seed), replace(NONE, **amounts))


def centers(pixels):
    mass = pixels.sum(axis=(1, 2))
    y = (pixels * np.arange(28)[:, None]).sum(axis=(1, 2)) / mass
    x = (pixels * np.arange(28)).sum(axis=(1, 2)) / mass
    return np.stack([x, y], axis=1)


def test_augmentation_by_nothing_changes_nothing(pixels):
    np.testing.assert_array_equal(changed(pixels), pixels)


def test_the_pictures_given_are_left_as_they_were(pixels):
    before = pixels.copy()
    augment(pixels, np.random.default_rng(0), Augmentation(bend=1.0, thickness=0.9))

    np.testing.assert_array_equal(pixels, before)


def test_the_same_seed_gives_the_same_pictures_and_another_gives_others(pixels):
    one, same = (augment(pixels, np.random.default_rng(5), Augmentation()) for _ in range(2))
    other = augment(pixels, np.random.default_rng(6), Augmentation())

    np.testing.assert_array_equal(one, same)
    assert (one != other).any(axis=(1, 2)).all()


def test_a_shift_moves_the_ink_by_no_more_than_it_says(pixels):
    moved = centers(changed(pixels, shift=2.0)) - centers(pixels)

    assert np.abs(moved).max() < 2.1
    assert np.abs(moved).max(axis=0) == pytest.approx([2, 2], abs=0.15)
    assert np.abs(moved.mean(axis=0)).max() < 0.25


def test_a_rotation_turns_around_the_middle_as_far_as_it_says():
    bar = np.zeros((200, 28, 28), np.uint8)
    bar[:, 4:24, 13:15] = 255
    turned = changed(bar, rotation=15.0)

    angles = []
    for picture in turned:
        y, x = np.nonzero(picture > 60)
        angles.append(np.degrees(np.arctan(np.polyfit(y - y.mean(), x - x.mean(), 1)[0])))
    assert 13 < np.abs(angles).max() < 16
    assert np.abs(centers(turned) - 13.5).max() < 0.2


def test_a_scale_makes_digits_larger_and_smaller_within_its_bounds():
    square = np.zeros((200, 28, 28), np.uint8)
    square[:, 4:24, 4:24] = 255
    sides = np.sqrt(changed(square, scale=0.15).sum(axis=(1, 2)) / 255)

    assert 20 / 1.15 - 0.3 < sides.min() < 18.5
    assert 21.5 < sides.max() < 20 * 1.15 + 0.3


def test_another_pen_leaves_the_digit_where_it_is(pixels):
    other = changed(pixels, thickness=0.99)
    ink = other.sum(axis=(1, 2)) / pixels.sum(axis=(1, 2))

    assert (ink < 0.9).any()
    assert (ink > 1.1).any()
    assert np.median(np.abs(centers(other) - centers(pixels))) < 0.1


def test_a_bend_is_smooth(pixels):
    ramp = np.tile(np.arange(28, dtype=np.uint8) * 9, (50, 28, 1))
    inner = changed(ramp, bend=0.7)[:, 4:24, 4:24].astype(int)

    assert (inner != ramp[:, 4:24, 4:24]).any()
    assert np.abs(np.diff(inner, axis=1)).max() < 12  # from row to row: about a pixel's step
    assert np.diff(inner, axis=2).min() >= 0  # nothing is folded over
