"""Pages of digits on paper, made with fixed seeds, and pictures without one (singles: paper.py)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.benchmarks.paper import Made, digits, file_of, ink, light, noisy, seeded


@dataclass(frozen=True)
class Style:
    """How a page was written and photographed."""

    light: str = "even"
    noise: float = 0.0  # gray levels
    rules: str = ""  # "", "lines" or "squares"
    rule_depth: tuple[float, float] = (0.12, 0.35)  # of the paper's brightness
    blur: float = 0.0  # of the pen's width
    quality: int = 0  # of the JPEG; 0 is a PNG
    turn: float = 0.0  # degrees at most
    perspective: float = 0.0  # of the picture's width, at most
    depth: tuple[float, float] = (0.65, 0.9)  # how much darker ink is than its paper
    color: tuple[int, int, int] | None = None  # of the ink
    board: bool = False  # bright on dark
    desk: tuple[int, int] | None = None  # grays of a desk around the sheet
    uneven: float = 0.12  # how much heights vary
    zeros: float = 1.0  # height of zeros beside the others
    gap: tuple[float, float] = (0.15, 0.6)  # of the height, between the boxes
    touching: float = 0.0  # share of neighbors whose ink just meets
    pen: tuple[float, float] = (0.05, 0.13)  # of the height
    pens: int = 1  # different ones on the page


_NOTE = Style(desk=(20, 60), turn=6, perspective=0.05, noise=2, quality=85, light="gradient")
STYLES: dict[str, Style] = {
    "plain": Style(),
    "gradient": Style(light="gradient", noise=2, quality=85),
    "shadow": Style(light="shadow", noise=2, quality=85),
    "grain": Style(noise=6, quality=90),
    "ruled": Style(rules="lines", noise=1.5, quality=85),
    "ruled dark": Style(rules="lines", rule_depth=(0.4, 0.65), noise=1.5, quality=88),
    "squared": Style(rules="squares", noise=1.5, quality=85),
    "blur": Style(blur=0.35, noise=2, quality=80),
    "jpeg": Style(quality=35, noise=1),
    "turned": Style(turn=10, noise=1.5, quality=85),
    "perspective": Style(turn=4, perspective=0.12, noise=2, quality=85, light="gradient"),
    "pencil": Style(depth=(0.22, 0.4), noise=2, quality=88, pen=(0.045, 0.08)),
    "blue": Style(color=(40, 60, 170), noise=2, quality=85, rules="squares"),
    "red": Style(color=(200, 50, 60), noise=2, quality=85, light="gradient"),
    "board": Style(board=True, noise=3, quality=85, light="gradient"),
    "screenshot": Style(depth=(0.9, 1.0), uneven=0.05),
    "note": _NOTE,
    "note on wood": Style(desk=(90, 140), turn=8, noise=2, quality=85),
    "mixed sizes": Style(uneven=0.35, gap=(0.2, 0.6)),
    "small zeros": Style(zeros=0.42, uneven=0.06),
    "close": Style(gap=(0.04, 0.15)),
    "touching": Style(touching=0.3, noise=1, quality=88, pen=(0.05, 0.1)),
    "fat": Style(pen=(0.14, 0.2), gap=(0.2, 0.5)),
    "pens": Style(pens=4, noise=2, quality=85, pen=(0.04, 0.15)),
}


@dataclass(frozen=True)
class Digit:
    """One digit on a page."""

    label: int
    strokes: tuple[np.ndarray, ...]  # pixels of the sheet or of the picture
    pen: float  # pixels

    def moved(self, way: Callable[[np.ndarray], np.ndarray]) -> "Digit":
        """Return it with every point moved."""
        return Digit(self.label, tuple(way(stroke) for stroke in self.strokes), self.pen)

    @property
    def points(self) -> np.ndarray:
        """All its points, `(n, 2)`."""
        return np.concatenate(self.strokes)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The box of its ink: x, y, width, height."""
        low, high = self.points.min(axis=0) - self.pen / 2, self.points.max(axis=0) + self.pen / 2
        return (*low, *(high - low))


def page(kind: str, number: int) -> Made:
    """Make the page of a kind with this number, from 0 on."""
    rng, style = seeded("page", kind, number), STYLES[kind]
    high = rng.uniform(40, 110)
    written = _written(style, rng, high)
    points = np.concatenate([digit.points for digit in written])
    low, far = points.min(axis=0), points.max(axis=0)
    room = far - low + high * rng.uniform(0.8, 2.4, 2)
    offset = (room - (far - low)) / 2 - low
    written = [digit.moved(lambda stroke: stroke + offset) for digit in written]
    return _photographed(style, rng, written, high, (round(room[1]), round(room[0])))


def _written(style: Style, rng: np.random.Generator, high: float) -> list[Digit]:
    """Lay digits on one to five lines."""
    pens = [max(1.6, high * rng.uniform(*style.pen)) for _ in range(style.pens)]
    written: list[Digit] = []
    step = high * rng.uniform(1.3, 1.9)
    for row in range(int(rng.integers(1, 6))):
        left, base = rng.uniform(0, 1.2) * high, row * step
        line: list[Digit] = []
        for index in rng.integers(0, len(digits()), int(rng.integers(2, 9))):
            digit = _sized(style, rng, int(index), high, pens[int(rng.integers(len(pens)))])
            foot = digit.points[:, 1].max() + rng.uniform(-0.06, 0.06) * high
            corner = np.array([left, base - foot])
            digit = digit.moved(lambda stroke, corner=corner: stroke + corner)
            if line and rng.random() < style.touching:
                digit = _meeting(digit, line[-1])
            line.append(digit)
            left = digit.points[:, 0].max() + style.pen[1] * high + high * rng.uniform(*style.gap)
        written += line
    return written


def _sized(style: Style, rng: np.random.Generator, index: int, high: float, pen: float) -> Digit:
    written = digits()[index]
    size = high * (1 + style.uneven * rng.uniform(-1, 1))
    size *= style.zeros if written.label == 0 else 1.0
    return Digit(written.label, tuple(stroke * size for stroke in written.strokes), pen)


def _meeting(digit: Digit, before: Digit) -> Digit:
    """Move a digit left until its ink just meets that of the one before it."""
    ones, others = _dense(before), _dense(digit)
    meets = 0.45 * (digit.pen + before.pen)
    for step in np.arange(0, 2 * np.ptp(ones[:, 0]) + 200, 0.5):
        apart = np.hypot(*(ones[:, None] - others + [step, 0]).transpose(2, 0, 1)).min()
        if apart <= meets:
            return digit.moved(lambda stroke, step=step: stroke - [step, 0])
    return digit  # they pass above each other


def _dense(digit: Digit) -> np.ndarray:
    """Return points along a digit's lines, about two pixels apart."""
    parts = []
    for stroke in digit.strokes:
        at = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
        fine = np.arange(0, at[-1] + 1, 2.0)
        parts.append(np.column_stack([np.interp(fine, at, stroke[:, axis]) for axis in (0, 1)]))
    return np.concatenate(parts)


# The camera


def _photographed(
    style: Style, rng: np.random.Generator, written: Sequence[Digit], high: float,
    sheet: tuple[int, int],
) -> Made:  # fmt: skip
    matrix, shape = _camera(style, rng, sheet)
    seen = [digit.moved(lambda stroke: _moved(stroke, matrix)) for digit in written]
    drawn = np.max([ink(digit.strokes, digit.pen, shape) for digit in seen], axis=0)
    if style.blur:
        drawn = cv2.GaussianBlur(drawn, (0, 0), seen[0].pen * style.blur)
    rules = _rules(style, rng, matrix, sheet, shape, high)
    picture = _lit(style, rng, drawn, rules)
    if style.desk:
        on_sheet = _sheet_mask(matrix, sheet, shape)
        desk = noisy(np.full(shape, rng.uniform(*style.desk), np.float32), rng, 5)
        picture = np.where(on_sheet, picture, desk)
    if style.noise:
        grain = noisy(np.zeros(shape, np.float32), rng, style.noise)
        picture = picture + (grain if picture.ndim == 2 else grain[..., None])
    data = file_of(picture, "JPEG" if style.quality else "PNG", style.quality or 85)
    labels = "".join(str(digit.label) for digit in seen)
    return Made(data, labels, np.array([digit.box for digit in seen]))


def _camera(
    style: Style, rng: np.random.Generator, shape: tuple[int, int]
) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the homography from the sheet to the picture, and the picture's size."""
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.deg2rad(rng.uniform(-style.turn, style.turn))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = corners @ turn.T + rng.uniform(-1, 1, (4, 2)) * style.perspective * width / 2
    border = rng.uniform(0.15, 0.6, 2) * max(shape) if style.desk else np.zeros(2)
    seen = seen - seen.min(axis=0) + border
    room = seen.max(axis=0) + border
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    return matrix, (round(room[1]), round(room[0]))


def _moved(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0]


def _lit(
    style: Style, rng: np.random.Generator, drawn: np.ndarray, rules: np.ndarray
) -> np.ndarray:
    lit = light(drawn.shape, rng, style.light)
    if style.board:
        return lit * (rng.uniform(25, 60) + rng.uniform(110, 170) * drawn)
    paper = rng.uniform(195, 245) * (1 - rules) * lit
    if style.color:
        tint = np.array(style.color, np.float32) / 255
        return paper[..., None] * (1 - drawn[..., None] * (1 - tint))
    return paper * (1 - rng.uniform(*style.depth) * drawn)


def _sheet_mask(matrix: np.ndarray, sheet: tuple[int, int], shape: tuple[int, int]) -> np.ndarray:
    corners = np.array([[0, 0], [sheet[1], 0], [sheet[1], sheet[0]], [0, sheet[0]]], float)
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(_moved(corners, matrix) * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return mask > 0


def _rules(
    style: Style, rng: np.random.Generator, matrix: np.ndarray, sheet: tuple[int, int],
    shape: tuple[int, int], high: float,
) -> np.ndarray:  # fmt: skip
    if not style.rules:
        return np.zeros(shape, np.float32)
    height, width = sheet
    squares = style.rules == "squares"
    step = high * (rng.uniform(0.35, 0.7) if squares else rng.uniform(1.0, 1.6))
    lines = [[[0, y], [width, y]] for y in np.arange(rng.uniform(0, step), height, step)]
    if squares:
        lines += [[[x, 0], [x, height]] for x in np.arange(rng.uniform(0, step), width, step)]
    thick = max(1.0, high * rng.uniform(0.01, 0.03))
    moved = [_moved(np.array(line, float), matrix) for line in lines]
    return ink(moved, thick, shape) * rng.uniform(*style.rule_depth)


# Pictures without digits


_UNLIKE = "ACEFHKMNPRTVWXYacefhkmnprtvwxy@&%#?"  # letters and signs that resemble no digit
LETTERS = 32  # on each page of them


def letters(number: int) -> Made:
    """Write lines of letters and signs with a pen."""
    rng = seeded("letters", number)
    drawn = np.zeros((1000, 1800), np.uint8)
    fonts = [cv2.FONT_HERSHEY_SCRIPT_COMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
             cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX]  # fmt: skip
    for row in range(4):
        font = fonts[int(rng.integers(len(fonts)))]
        place = (60 + int(rng.integers(0, 60)), 220 + 210 * row)
        cv2.putText(drawn, _text(rng), place, font, 3.4, 255, int(rng.integers(4, 12)), cv2.LINE_AA)
    return _without(drawn, rng)


def print_(number: int) -> Made:
    """Print lines of letters and signs."""
    rng = seeded("print", number)
    drawn = Image.new("L", (1800, 1000))
    for row in range(4):
        font = ImageFont.load_default(float(rng.uniform(90, 150)))
        ImageDraw.Draw(drawn).text((80, 60 + 220 * row), _text(rng), 255, font)
    return _without(np.asarray(drawn), rng)


def _text(rng: np.random.Generator) -> str:
    return " ".join(rng.choice(list(_UNLIKE), LETTERS // 4))


def _without(drawn: np.ndarray, rng: np.random.Generator) -> Made:
    shape = drawn.shape[0] // 2, drawn.shape[1] // 2
    seen = cv2.resize(drawn, shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    picture = rng.uniform(200, 240) * light(shape, rng, "gradient") * (1 - 0.75 * seen)
    return Made(file_of(noisy(picture, rng, 2), "JPEG"), "", np.zeros((0, 4)))


def photo(number: int) -> Made:
    """Cut a part out of one of scikit-learn's two photos."""
    from sklearn.datasets import load_sample_images

    rng = seeded("photo", number)
    image = load_sample_images().images[number % 2]
    height, width = (int(side * rng.uniform(0.4, 1)) for side in image.shape[:2])
    top, left = (
        int(rng.integers(0, image.shape[i] - s + 1)) for i, s in enumerate((height, width))
    )
    part = image[top : top + height, left : left + width]
    return Made(file_of(part.astype(np.float32), "JPEG"), "", np.zeros((0, 4)))


def texture(number: int) -> Made:
    """Show cloth, wood, gravel or leaves."""
    rng = seeded("texture", number)
    shape = int(rng.integers(300, 800)), int(rng.integers(300, 800))
    made = (_cloth, _wood, _gravel, _leaves)[number % 4](shape, rng)
    picture = made * light(shape, rng, "gradient")
    return Made(file_of(noisy(picture, rng, 3), "JPEG"), "", np.zeros((0, 4)))


def _cloth(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    thread = rng.uniform(6, 30)
    woven = np.sin(2 * np.pi * x / thread) * np.sin(2 * np.pi * y / thread)
    return 150 + rng.uniform(15, 60) * woven


def _wood(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    grain = cv2.GaussianBlur(rng.normal(0, 1, shape), (0, 0), sigmaX=60, sigmaY=2)
    return 140 + rng.uniform(15, 40) * grain / grain.std()


def _gravel(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    stones = cv2.GaussianBlur(rng.normal(0, 1, shape), (0, 0), rng.uniform(3, 14))
    return 130 + 45 * stones / stones.std()


def _leaves(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    picture = np.full(shape, 70, np.float32)
    for _ in range(150):
        middle = [int(rng.integers(side)) for side in shape[::-1]]
        size = int(rng.integers(12, 60)), int(rng.integers(5, 25))
        gray = float(rng.uniform(60, 230))
        cv2.ellipse(picture, middle, size, float(rng.uniform(0, 180)), 0, 360, gray, -1, cv2.LINE_8)
    return cv2.GaussianBlur(picture, (0, 0), 1.0)


WITHOUT: dict[str, Callable[[int], Made]] = {
    "letters": letters,
    "print": print_,
    "photo": photo,
    "texture": texture,
}
