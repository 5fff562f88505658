import contextlib
import io
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import picture_corpus as corpus
import pytest
from PIL import Image

from model.base.errors import UserError
from model.pixels import decoding
from model.pixels.decoding import Picture, decode
from model.pixels.preprocessing import preprocess_picture

# Outside of tests Pillow's remarks on damaged notes are printed and nothing more.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

READABLE = corpus.readable()
REFUSED = corpus.refused()


@pytest.mark.parametrize("name", READABLE)
def test_a_good_file_comes_out_as_the_picture_it_shows(name):
    data, shown = READABLE[name]
    gray = decode(data).gray
    assert gray.dtype == np.uint8
    assert gray.shape == shown.shape
    difference = np.abs(gray.astype(int) - shown)
    assert difference.mean() < 2
    assert difference.max() < 40  # what JPEG and WebP do at an edge


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_with_a_sentence(name):
    data, word = REFUSED[name]
    with pytest.raises(UserError) as refusal:
        decode(data)
    sentence = str(refusal.value)
    assert word in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert len(sentence) < 200
    assert "{" not in sentence


@pytest.fixture(scope="module")
def alone():
    """What a process of its own saw; audit hooks stay for good there, and so does the peak."""
    here = Path(__file__).parent
    code = f"import sys; sys.path[:0] = {[str(here), str(here.parents[2])]!r}\n"
    code += "import test_decoding; test_decoding.watch()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        # glibc would keep what the corpus gave back, and a bomb could hide in it.
        env=os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_bad_files_start_no_process_and_open_nothing(alone):
    assert alone["refused"] == len(REFUSED)
    assert alone["events"] == []


def test_bad_files_take_no_memory(alone):
    if alone["grown"] is None:
        pytest.skip("the peak of memory can be set back on Linux only")
    assert alone["grown"] < 20_000
    assert alone["grown by a good one"] > 20_000


def test_the_watch_sees_a_process_when_pillow_may_choose_the_format(alone):
    assert "subprocess.Popen" in alone["careless events"]


@pytest.mark.parametrize("number", range(8))
def test_damaged_good_files_raise_nothing_but_refusals(number):
    read = refused = 0
    for data in corpus.mutated(250, seed=number):
        try:
            picture = decode(data)
        except UserError:
            refused += 1
        else:
            read += 1
            assert picture.gray.dtype == np.uint8
            assert picture.gray.ndim == 2
            assert max(picture.gray.shape) <= decoding.LONGER_SIDE
    assert read > 20  # the damage is of both kinds, or this would show nothing
    assert refused > 20


@pytest.mark.parametrize(
    ("fits", "too_much"),
    [
        (corpus.flat_png(8, 10_000), corpus.flat_png(8, 10_001)),
        (corpus.flat_png(8, 8), corpus.flat_png(8, 7)),
        (corpus.flat_png(5000, 5000), corpus.flat_png(5000, 5001)),
        (corpus.jpeg_of_scans(64, 64), corpus.jpeg_of_scans(64, 65)),
        (
            corpus.saved(np.zeros((2000, 4000), np.uint8), "WEBP", quality=0, method=0),
            corpus.webp_saying(4000, 2001),
        ),
    ],
    ids=["longest side", "shortest side", "pixels", "scans", "pixels of WebP"],
)
def test_a_limit_lets_through_what_is_just_below_it(fits, too_much):
    assert isinstance(decode(fits), Picture)
    with pytest.raises(UserError, match=r"too|million|the limit is"):
        decode(too_much)


def test_ten_megabytes_are_read_and_one_byte_more_is_not():
    whole, shown = READABLE["JPEG"]
    full = whole + bytes(10 * 2**20 - len(whole))
    assert np.abs(decode(full).gray.astype(int) - shown).mean() < 2
    with pytest.raises(UserError, match="10,485,761 bytes"):
        decode(full + b"\0")


def test_a_large_png_in_small_chunks_is_read():
    noise = np.random.default_rng(3).integers(0, 256, (2500, 3000), dtype=np.uint8)
    whole = corpus.saved(noise, "PNG", compress_level=0)
    pixels = b"".join(whole.split(b"IDAT")[1:])
    assert len(pixels) > 7_000_000
    parts = [corpus.chunk(b"IDAT", part) for part in _sliced(_idat(whole), 4096)]
    split = whole[:33] + b"".join(parts) + whole[-12:]
    assert decode(split).gray.mean() == pytest.approx(127.5, abs=1)


def test_ink_in_black_or_white_on_paper_or_on_nothing_is_the_same_digit():
    files = [
        corpus.saved(corpus.paper(), "PNG"),
        corpus.saved(corpus.paper(0, 255), "PNG"),
        corpus.saved(corpus.ink_only(0), "PNG"),
        corpus.saved(corpus.ink_only(255), "PNG"),
    ]
    plain, *others = (preprocess_picture(decode(data).gray).pixels for data in files)
    assert plain.max() > 0.9
    for pixels in others:
        np.testing.assert_allclose(pixels, plain, atol=0.02)


def test_a_sheet_with_transparent_corners_keeps_its_paper():
    sheet = np.full((200, 300), 235, np.uint8)
    sheet[40 : 40 + corpus.HEIGHT, 100 : 100 + corpus.WIDTH] = corpus.paper(235, 20)
    alpha = np.full_like(sheet, 255)
    alpha[:30, :30] = alpha[-30:, -30:] = 0
    layers = Image.merge("LA", [Image.fromarray(sheet), Image.fromarray(alpha)])
    gray = decode(corpus.saved(layers, "PNG")).gray
    assert abs(int(gray[5, 5]) - 235) < 3
    np.testing.assert_array_equal(gray[50:150, 100:172], sheet[50:150, 100:172])


def test_a_picture_with_nothing_opaque_is_white_paper():
    clear = Image.new("LA", (20, 20), (90, 0))
    assert (decode(corpus.saved(clear, "PNG")).gray == 255).all()


def test_deep_gray_is_scaled_not_clipped():
    ramp = np.linspace(0, 65_535, 64).astype(np.uint16)
    deep = np.tile(ramp, (16, 1))
    gray = decode(corpus.saved(deep, "PNG")).gray
    np.testing.assert_allclose(gray[0], ramp / 257, atol=1)


def test_a_large_picture_is_shrunk_by_averaging_areas():
    rng = np.random.default_rng(5)
    blocks = rng.integers(0, 256, (300, 1000), dtype=np.uint8)
    spread = np.clip(
        np.kron(blocks, np.ones((2, 2), int)) + np.tile([[20, -20], [-20, 20]], blocks.shape),
        0,
        255,
    ).astype(np.uint8)
    by_hand = spread.reshape(300, 2, 1000, 2).mean(axis=(1, 3))
    picture = decode(corpus.saved(spread, "PNG"))
    assert (picture.width, picture.height) == (2000, 600)
    np.testing.assert_allclose(picture.gray, by_hand, atol=1)


def test_what_lies_under_full_transparency_does_not_bleed_in():
    gray = np.zeros((600, 2000), np.uint8)
    gray[:, ::2] = 255
    alpha = np.where(gray == 0, 255, 0).astype(np.uint8)
    layers = Image.merge("LA", [Image.fromarray(gray), Image.fromarray(alpha)])
    drawn = decode(corpus.saved(layers, "PNG")).gray
    assert drawn[:, 5:-5].std() < 30
    assert abs(drawn.mean() - 127.5) < 2  # half black ink, half the white ground under it


def test_the_size_told_is_that_of_the_upright_file():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = decode(corpus.saved(np.zeros((700, 1400), np.uint8), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (700, 1400)
    assert picture.gray.shape == (1000, 500)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WebP"])
def test_an_animation_is_said_to_be_one_and_shows_its_first_frame(kind):
    animated, shown = READABLE[f"animated {kind}"]
    picture = decode(animated)
    assert picture.animated
    np.testing.assert_allclose(picture.gray, shown, atol=1)
    assert not decode(READABLE["gray PNG" if kind == "PNG" else kind][0]).animated


@pytest.mark.parametrize(
    ("name", "kind"),
    [("gray PNG", "PNG"), ("JPEG", "JPEG"), ("GIF", "GIF"), ("BMP", "BMP"), ("WebP", "WebP")],
)
def test_the_format_told_is_that_of_the_content(name, kind):
    assert decode(READABLE[name][0]).format == kind


@pytest.mark.parametrize("name", ["gray PNG", "JPEG", "WebP", "GIF", "BMP"])
def test_pillow_may_try_no_other_format_than_the_first_bytes_say(name, monkeypatch):
    tried = []
    really_open = Image.open

    def open_and_note(source, **options):
        tried.append(options["formats"])
        return really_open(source, **options)

    monkeypatch.setattr(Image, "open", open_and_note)
    picture = decode(READABLE[name][0])
    assert tried
    assert all(formats == [picture.format] for formats in tried)


def test_a_third_picture_waits_for_two_others_and_is_sent_away_when_they_take_too_long(
    monkeypatch,
):
    data = READABLE["gray PNG"][0]
    inside, go_on = threading.Semaphore(0), threading.Event()
    really_open = Image.open

    def open_slowly(*args, **options):
        inside.release()
        go_on.wait(10)
        return really_open(*args, **options)

    monkeypatch.setattr(Image, "open", open_slowly)
    monkeypatch.setattr(decoding, "WAIT", 0.01)
    done: list[Picture] = []
    threads = [threading.Thread(target=lambda: done.append(decode(data))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert inside.acquire(timeout=10)
    assert inside.acquire(timeout=10)
    with pytest.raises(UserError, match="two other images"):
        decode(data)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(done) == 2
    assert isinstance(decode(data), Picture)  # the seats are free again


def test_a_refusal_gives_its_seat_back():
    for _ in range(5):
        with pytest.raises(UserError, match="damaged"):
            decode(REFUSED["PNG with a flipped bit"][0])
    assert isinstance(decode(READABLE["gray PNG"][0]), Picture)


def _idat(whole: bytes) -> bytes:
    """The pixel stream of a PNG, its chunks put together."""
    stream, at = b"", 33
    while whole[at + 4 : at + 8] == b"IDAT":
        length = int.from_bytes(whole[at : at + 4], "big")
        stream += whole[at + 8 : at + 8 + length]
        at += 12 + length
    return stream


def _sliced(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def watch() -> None:
    """Refuse all bad files and print what it took; then do what must not be done."""
    for data, _ in READABLE.values():
        decode(data)  # whatever is loaded when needed is loaded now
    Image.init()
    events = _listen()
    refused, grown = 0, []
    for data, _ in REFUSED.values():
        before = _peak(set_back=True)
        try:
            decode(data)
        except UserError:
            refused += 1
        grown.append(_peak() - before)
    seen = list(events)
    before = _peak(set_back=True)
    decode(corpus.flat_png(5000, 5000, 8))
    good = _peak() - before
    events.clear()
    with contextlib.suppress(OSError):  # where there is no Ghostscript
        Image.open(io.BytesIO(REFUSED["EPS"][0])).load()
    report = {"refused": refused, "events": seen, "careless events": events}
    report |= {"grown": max(grown), "grown by a good one": good}
    print(json.dumps(report if sys.platform == "linux" else report | {"grown": None}))


def _peak(*, set_back: bool = False) -> int:
    """The most memory held since it was last set back to what is held now, in kB."""
    if sys.platform != "linux":
        return 0
    if set_back:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def _listen() -> list[str]:
    """Collect the names of what the process does with other processes, sockets and files."""
    events: list[str] = []
    watched = ("subprocess", "os.exec", "os.fork", "os.posix_spawn", "os.system", "socket", "open")

    def heard(event: str, arguments: tuple) -> None:
        if event == "open" and str(arguments[0]).startswith("/proc/self"):
            return  # our own look at the memory
        if event.startswith(watched):
            events.append(event)

    sys.addaudithook(heard)
    return events
