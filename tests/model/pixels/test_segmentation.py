import itertools

import cv2
import numpy as np
import pytest

from model.handwriting import write
from model.pixels.pen import render
from model.pixels.preprocessing import preprocess_picture
from model.pixels.segmentation import Box, cut_out, find_digits, find_ink
from model.pixels.strokes import smooth
from model.pixels.touching import cut_apart

WIDTH, HEIGHT = 480, 320
PEN = 7.0


def drawn(strokes, pen=PEN):
    """Ink of one digit, `(HEIGHT, WIDTH)` in [0, 1]; strokes in pixels of the picture."""
    curves = [smooth(np.array(stroke, float)) for stroke in strokes]
    return render(curves, [pen] * len(curves), WIDTH)[:HEIGHT]


def ring(x, y, across, down):
    """One closed stroke around (x, y)."""
    angles = np.linspace(0, 2 * np.pi, 30)
    return np.column_stack([x + across * np.cos(angles), y + down * np.sin(angles)])


def written(text, seed, height=80.0, gap=14.0, left=40.0, top=60.0, slope=0.0):
    """Each digit of a line as ink of its own, `gap` pixels between their boxes."""
    rng = np.random.default_rng(seed)
    inks = []
    for digit in text:
        strokes = write(int(digit), rng)
        points = np.concatenate(strokes)
        corner, size = points.min(axis=0), np.ptp(points, axis=0)
        scale = height / size.max()
        place = np.array([left, top + slope * left])
        inks.append(drawn([(stroke - corner) * scale + place for stroke in strokes]))
        left += size[0] * scale + PEN + gap
    return inks


def on_paper(inks, paper=235, ink=45):
    """Inks on even paper, or on a board where `ink` is brighter."""
    return np.rint(paper + (ink - paper) * np.max(inks, axis=0)).astype(np.uint8)


def in_shadow(picture, darkest, angle):
    """The same picture in light that falls off to `darkest` along a direction."""
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    along = np.cos(angle) * x + np.sin(angle) * y
    light = 1 - (1 - darkest) * (along - along.min()) / np.ptp(along)
    return np.rint(picture * light).astype(np.uint8)


def digits_in(picture):
    """The digits found, in reading order, and each cut out."""
    ink = find_ink(picture)
    found = [digit for digit in find_digits(ink) if digit.is_whole]
    return [digit.box for digit in found], [cut_out(ink, digit) for digit in found]


def boxes_in(picture):
    return digits_in(picture)[0]


def box_of(ink):
    rows, columns = np.flatnonzero((ink > 0.5).any(axis=1)), np.flatnonzero((ink > 0.5).any(axis=0))
    size = columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
    return Box(int(columns[0]), int(rows[0]), int(size[0]), int(size[1]))


def assert_found(picture, inks):
    """Exactly one box for each ink, in this order, each where the ink is."""
    found = boxes_in(picture)
    assert len(found) == len(inks)
    for box, ink in zip(found, inks, strict=True):
        true = box_of(ink)
        sides = (box.x, box.y, box.x + box.width, box.y + box.height)
        assert sides == pytest.approx(
            (true.x, true.y, true.x + true.width, true.y + true.height), abs=4
        )


@pytest.mark.parametrize("angle", [0.0, 1.0, 2.2, 3.8, 5.0])
@pytest.mark.parametrize("darkest", [1.0, 0.6, 0.3])
def test_2025_on_paper_in_a_shadow_is_four_digits_from_left_to_right(angle, darkest):
    inks = written("2025", seed=round(10 * angle))
    assert_found(in_shadow(on_paper(inks), darkest, angle), inks)


@pytest.mark.parametrize("seed", range(6))
def test_chalk_on_a_board_is_found_like_ink_on_paper(seed):
    inks = written("4078", seed)
    assert_found(in_shadow(on_paper(inks, paper=35, ink=210), 0.6, seed), inks)


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("height", [30.0, 90.0, 230.0])
def test_one_digit_of_any_size_is_one_box(digit, height):
    inks = written(str(digit), seed=digit, height=height, left=100, top=40)
    assert_found(on_paper(inks), inks)


def test_a_pen_as_fat_as_the_holes_of_the_digit_is_still_ink():
    eight = [ring(240, 92, 70, 55), ring(240, 215, 80, 65)]
    inks = [drawn(eight, pen=70)]
    assert inks[0].mean() > 0.2
    assert_found(on_paper(inks), inks)
    assert_found(on_paper(inks, paper=35, ink=210), inks)


def test_lines_are_read_from_top_to_bottom():
    inks = written("31", seed=1, top=30) + written("647", seed=2, top=180, left=60)
    assert_found(on_paper(inks), inks)


@pytest.mark.parametrize("slope", [0.3, -0.3])
def test_a_line_that_climbs_or_falls_stays_one_line(slope):
    inks = written("1234", seed=3, height=60, top=150 if slope < 0 else 30, slope=slope)
    assert_found(on_paper(inks), inks)


def test_specks_and_grain_are_no_digits():
    rng = np.random.default_rng(8)
    inks = written("906", seed=4)
    picture = on_paper(inks).astype(float)
    for x, y in rng.integers([5, 5], [WIDTH - 5, HEIGHT - 5], (15, 2)):
        if np.max(inks, axis=0)[y - 4 : y + 5, x - 4 : x + 5].max() == 0:
            picture[y - 1 : y + 2, x - 1 : x + 2] = 60
    above = box_of(inks[0])  # near enough to be a stroke of it, but for its size
    picture[above.y - 14 : above.y - 10, above.x + 15 : above.x + 19] = 60
    picture += rng.normal(0, 6, picture.shape)
    assert_found(np.clip(np.rint(picture), 0, 255).astype(np.uint8), inks)


def test_the_edge_of_a_shadow_is_no_digit():
    inks = written("35", seed=5)
    x = np.arange(WIDTH)
    light = 1 - 0.45 / (1 + np.exp(-(x - 300) / 4))
    assert_found(np.rint(on_paper(inks) * light).astype(np.uint8), inks)


def test_the_table_around_the_sheet_is_no_digit():
    inks = written("52", seed=6, left=80)
    picture = on_paper(inks)
    picture[:12], picture[-9:], picture[:, :10], picture[:, -15:] = 50, 50, 50, 50
    assert_found(picture, inks)


def test_the_squares_of_a_school_book_are_no_ink():
    inks = written("2738", seed=7)
    picture = on_paper(inks)
    picture[::28] = np.minimum(picture[::28], 190)
    picture[:, ::28] = np.minimum(picture[:, ::28], 190)
    assert_found(picture, inks)


FIVE = [[(100, 110), (96, 160), (140, 165), (148, 205), (90, 220)], [(108, 98), (165, 94)]]
FOUR = [[(110, 90), (92, 165), (145, 168)], [(156, 130), (152, 230)]]
SEVEN = [
    [(90, 100), (125, 99), (160, 98), (150, 125), (136, 160), (112, 235)],
    [(98, 158), (122, 160)],
    [(150, 162), (172, 164)],
]


@pytest.mark.parametrize("strokes", [FIVE, FOUR, SEVEN], ids=["5", "4", "7"])
def test_strokes_that_miss_each_other_are_one_digit(strokes):
    inks = [drawn([stroke]) for stroke in strokes]
    for one, other in itertools.combinations(inks, 2):
        assert not ((one > 0) & (other > 0)).any()
    digit = np.max(inks, axis=0)
    assert_found(on_paper([digit]), [digit])


@pytest.mark.parametrize("strokes", [FIVE, FOUR, SEVEN], ids=["5", "4", "7"])
def test_loose_strokes_go_to_their_own_digit_and_not_to_its_neighbor(strokes):
    digit = np.max([drawn([stroke]) for stroke in strokes], axis=0)
    one = drawn([[(60, 95), (58, 230)]])
    zero = drawn([ring(225, 160, 36, 70)])
    assert_found(on_paper([one, digit, zero]), [one, digit, zero])


@pytest.mark.parametrize("seed", range(4))
def test_neighbors_that_nearly_touch_stay_two(seed):
    inks = written("1101", seed, gap=3)
    assert_found(on_paper(inks), inks)


def test_a_small_digit_beside_tall_ones_is_a_digit():
    stems = [drawn([[(x, 80), (x, 160)]]) for x in (100, 140)]
    inks = [*stems, drawn([ring(173, 125, 15, 20)])]
    assert 8 < box_of(inks[2]).x - box_of(inks[1]).right < 14
    assert_found(on_paper(inks), inks)


def test_paper_alone_has_no_digits():
    rng = np.random.default_rng(9)
    plain = np.full((HEIGHT, WIDTH), 235, np.uint8)
    ramp = in_shadow(plain, 0.4, 0.7)
    grainy = np.clip(ramp + rng.normal(0, 5, ramp.shape), 0, 255).astype(np.uint8)
    specked = plain.copy()
    specked[100:103, 50:53] = specked[200:202, 300:302] = 20
    for picture in (plain, plain * 0, ramp, grainy, specked, 255 - ramp):
        assert boxes_in(picture) == []


@pytest.mark.parametrize("shape", [(1, 560), (560, 1), (8, 8), (9, 560), (3, 5), (1, 1)])
def test_pictures_of_any_shape_are_looked_through(shape):
    rng = np.random.default_rng(10)
    for picture in (np.zeros(shape), np.full(shape, 255), rng.integers(0, 256, shape)):
        picture = picture.astype(np.uint8)
        for cut in digits_in(picture)[1]:
            assert cut.size > 0


def test_a_picture_full_of_dashes_is_looked_through_without_end():
    picture = np.full((560, 560), 255, np.uint8)
    for x, y in itertools.product(range(8, 550, 14), range(8, 550, 12)):
        cv2.line(picture, (x, y), (x + 6, y + (x * y) % 8), 0, 2)
    assert len(boxes_in(picture)) <= 250


@pytest.mark.parametrize(("paper", "ink"), [(235, 45), (35, 210)], ids=["paper", "board"])
def test_a_crop_holds_one_digit_on_paper_and_nothing_of_its_neighbors(paper, ink):
    inks = written("2025", seed=11, gap=4)
    picture = on_paper(inks, paper, ink)
    before = picture.copy()
    for box, cut, own in zip(*digits_in(picture), inks, strict=True):
        margin = (cut.shape[0] - box.height) // 2
        assert cut.shape == (box.height + 2 * margin, box.width + 2 * margin)
        assert margin >= 0.25 * max(box.width, box.height)
        alone = np.pad(on_paper([own], paper, ink), margin, constant_values=paper)
        alone = alone[box.y : box.y + cut.shape[0], box.x : box.x + cut.shape[1]]
        np.testing.assert_allclose(cut, alone.astype(int), atol=12)
    np.testing.assert_array_equal(picture, before)


def test_paper_painted_in_is_as_dark_as_the_shadow_around_it():
    inks = written("88", seed=12, gap=3, left=200)
    picture = in_shadow(on_paper(inks), 0.3, 0.0)
    alone = in_shadow(on_paper(inks[:1]), 0.3, 0.0)
    (box, _), (cut, _) = digits_in(picture)
    margin = (cut.shape[0] - box.height) // 2
    window = np.s_[
        box.y - margin : box.y + box.height + margin, box.x - margin : box.x + box.width + margin
    ]
    np.testing.assert_allclose(cut, alone[window].astype(int), atol=12)


def test_a_digit_at_the_edge_of_the_picture_gets_its_margin_too():
    inks = written("6", seed=13, left=200, top=100)
    whole = on_paper(inks)
    true = box_of(inks[0])
    picture = np.ascontiguousarray(whole[true.y - 6 :, true.x - 6 :])
    _, [cut] = digits_in(picture)
    assert (cut[:5] > 225).all()
    assert (cut[:, :5] > 225).all()
    assert cut.min() < 60


@pytest.mark.parametrize("seed", range(3))
def test_a_digit_cut_out_of_a_number_is_read_like_the_digit_alone(seed):
    inks = written("3746", seed, gap=5)
    picture = in_shadow(on_paper(inks), 0.6, 0.8)
    for cut, own in zip(digits_in(picture)[1], inks, strict=True):
        alone = preprocess_picture(on_paper([own])).pixels
        pixels = preprocess_picture(cut).pixels
        assert np.abs(pixels - alone).mean() < 0.05


@pytest.mark.parametrize("angle", [-7, -3, 10])
def test_a_long_note_that_takes_little_of_its_picture_is_found_however_it_lies(angle):
    inks = written("4071", seed=14, height=40, left=150, top=140)
    note = np.zeros((HEIGHT, WIDTH), np.uint8)
    corners = cv2.boxPoints(((240.0, 160.0), (270.0, 115.0), angle)).round().astype(np.int32)
    cv2.fillPoly(note, [corners], 1)
    picture = np.where(note > 0, on_paper(inks, paper=215), 130).astype(np.uint8)
    assert len(boxes_in(picture)) == len(inks)


def test_digits_of_two_lines_that_touch_are_cut_between_them():
    rings = [drawn([ring(200, y, 30, 40)]) for y in (80, 160)]
    ink = find_ink(on_paper([*rings, *written("3", seed=1, left=60)]))
    found = find_digits(ink)
    tall = max(found, key=lambda digit: digit.box.height)
    cut, pieces = cut_apart(ink, [tall], usual=87)
    tops = [cut.boxes[piece - 1].y for piece in pieces[tall]]
    assert tops == sorted(tops)
    assert any(abs(top - 120) < 8 for top in tops)


@pytest.mark.parametrize("row", [130, 163])
@pytest.mark.parametrize("gray", [110, 150, 170])
def test_a_rule_among_dense_digits_is_found_from_side_to_side(row, gray):
    inks = written("266612088", seed=3, height=60, gap=8, left=5, top=100)
    picture = on_paper(inks)
    picture[row : row + 2] = np.minimum(picture[row : row + 2], gray)
    rules = find_ink(picture).rules
    assert rules[row - 1 : row + 4].any(axis=0).mean() > 0.7
