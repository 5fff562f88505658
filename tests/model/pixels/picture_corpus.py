"""Pictures as people and attackers send them, made afresh with a fixed seed; nothing is stored.

`readable` are files that must come out as the picture they show, `refused` are files that must be
turned away with a sentence, `mutated` are good files with damage.
"""

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from model.pixels.pen import render
from model.pixels.strokes import smooth

WIDTH, HEIGHT = 72, 96  # not a square: a picture that lies on its side is noticed
_ORIENTATION = 0x0112


def paper(background: int = 255, ink: int = 0) -> np.ndarray:
    """A 2 on paper, `(HEIGHT, WIDTH)` uint8: larger at its foot, so that no turn looks alike."""
    points = np.array([(18, 30), (26, 12), (48, 16), (44, 44), (14, 82), (40, 78), (62, 84)], float)
    drawn = render([smooth(points)], [7.0], HEIGHT)[:, :WIDTH]
    return np.rint(background + (ink - background) * drawn).astype(np.uint8)


def ink_only(gray: int) -> Image.Image:
    """The same 2 in one gray on nothing, as a drawing program exports it."""
    alpha = Image.fromarray(255 - paper())
    return Image.merge("LA", [Image.new("L", (WIDTH, HEIGHT), gray), alpha])


def saved(picture: Image.Image | np.ndarray, kind: str, **options: object) -> bytes:
    if isinstance(picture, np.ndarray):
        picture = Image.fromarray(picture)
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


# Files that must be read: name -> (bytes, the gray picture they show)


def readable() -> dict[str, tuple[bytes, np.ndarray]]:
    black_on_white, white_on_black = paper(), paper(0, 255)
    plain = _plain() | _modes() | _oddities() | _turned()
    files = {name: (data, black_on_white) for name, data in plain.items()}
    files |= _on_nothing(0) | _on_nothing(255)
    files["inverted"] = saved(white_on_black, "PNG"), white_on_black
    for name, gray in (("all black", 0), ("all white", 255)):
        flat = np.full((HEIGHT, WIDTH), gray, np.uint8)
        files[name] = saved(flat, "PNG"), flat
    return files


def _plain() -> dict[str, bytes]:
    gray = paper()
    color = Image.fromarray(gray).convert("RGB")
    return {
        "gray PNG": saved(gray, "PNG"),
        "color PNG": saved(color, "PNG"),
        "JPEG": saved(gray, "JPEG", quality=95),
        "color JPEG": saved(color, "JPEG", quality=95),
        "progressive JPEG": saved(color, "JPEG", quality=95, progressive=True),
        "WebP": saved(color, "WEBP", quality=95),
        "lossless WebP": saved(color, "WEBP", lossless=True),
        "GIF": saved(gray, "GIF"),
        "interlaced GIF": saved(gray, "GIF", interlace=1),
        "BMP": saved(gray, "BMP"),
        "color BMP": saved(color, "BMP"),
        "32-bit BMP": saved(color.convert("RGBA"), "BMP"),
    }


def _modes() -> dict[str, bytes]:
    gray = paper()
    picture = Image.fromarray(gray)
    cmyk = picture.convert("RGB").convert("CMYK")
    deep = (gray.astype(np.uint16) * 257).byteswap().tobytes()
    return {
        "CMYK JPEG": saved(cmyk, "JPEG", quality=95),
        "16-bit gray PNG": png(WIDTH, HEIGHT, _rows(deep), depth=16),
        "16-bit color PNG": png(WIDTH, HEIGHT, _rows(_repeat(deep, 2, 3)), depth=16, color=2),
        "palette PNG": saved(picture.quantize(64), "PNG"),
        "palette GIF": saved(picture.quantize(64), "GIF"),
    }


def _oddities() -> dict[str, bytes]:
    gray = paper()
    blank = Image.new("L", (WIDTH, HEIGHT), 128)
    frames = {"save_all": True, "append_images": [blank] * 9, "duration": 50}
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    jpeg = saved(gray, "JPEG", quality=95)
    text = chunk(b"zTXt", b"note\0\0" + zlib.compress(b"hello" * 100))
    return {
        "animated GIF": saved(gray, "GIF", **frames),
        "animated PNG": saved(gray, "PNG", **frames),
        "animated WebP": saved(gray, "WEBP", **frames, lossless=True),
        "two-picture JPEG of a phone": saved(
            gray, "MPO", quality=95, save_all=True, append_images=[blank]
        ),
        "JPEG whose EXIF is damaged": saved(
            gray, "JPEG", quality=95, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x99" * 40
        ),
        "PNG whose EXIF is damaged": after_header(saved(gray, "PNG"), chunk(b"eXIf", b"MM\0*\xff")),
        "JPEG with scan marks in its EXIF": saved(
            gray, "JPEG", quality=95, exif=b"Exif\0\0" + b"\xff\xda" * 200
        ),
        "JPEG with a tail": jpeg + b"\0" * 1000,
        "GIF with a web page behind it": saved(gray, "GIF") + b"<html><script>alert(1)</script>",
        "PNG with a short text": after_header(saved(gray, "PNG"), text),
    }


def _turned() -> dict[str, bytes]:
    upright = paper()
    # What a camera stores when it says "to see it upright, do this".
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }
    files = {}
    for orientation, gray in stored.items():
        exif = Image.Exif()
        exif[_ORIENTATION] = orientation
        gray = np.ascontiguousarray(gray)
        files[f"JPEG turned {orientation}"] = saved(gray, "JPEG", quality=95, exif=exif)
        files[f"PNG turned {orientation}"] = saved(gray, "PNG", exif=exif)
        files[f"WebP turned {orientation}"] = saved(gray, "WEBP", lossless=True, exif=exif)
    return files


def _on_nothing(ink: int) -> dict[str, tuple[bytes, np.ndarray]]:
    """A 2 in black or white ink where all around it is transparent, in every way there is."""
    ground = 255 - ink
    return {name: (data, paper(ground, ink)) for name, data in _layered(ink).items()} | {
        name: (data, np.where(paper() < 128, ink, ground).astype(np.uint8))
        for name, data in _keyed(ink).items()
    }


def _layered(ink: int) -> dict[str, bytes]:
    layers = ink_only(ink)
    colors = layers.convert("RGBA")
    doubled = _repeat(colors.tobytes(), 1, 2)
    palette = Image.fromarray(255 - paper())
    palette = Image.frombytes("P", palette.size, palette.tobytes())
    palette.putpalette([ink] * 768)
    return {
        f"gray {ink} on nothing, LA PNG": saved(layers, "PNG"),
        f"gray {ink} on nothing, RGBA PNG": saved(colors, "PNG"),
        f"gray {ink} on nothing, 16-bit PNG": png(WIDTH, HEIGHT, _rows(doubled), 16, 6),
        f"gray {ink} on nothing, WebP": saved(colors, "WEBP", lossless=True),
        f"gray {ink} on nothing, palette": saved(palette, "PNG", transparency=bytes(range(256))),
    }


def _keyed(ink: int) -> dict[str, bytes]:
    """One color stands for nothing: hardly another than the ink's, which must not matter."""
    key = abs(ink - 7)
    gray = np.where(paper() < 128, ink, key).astype(np.uint8)
    deep = png(WIDTH, HEIGHT, _rows((gray.astype(">u2") * 257).astype(">u2").tobytes()), 16)
    bits = Image.fromarray((gray == ink) == bool(ink))
    return {
        f"gray {ink} on a gray key": saved(gray, "PNG", transparency=key),
        f"gray {ink} on a color key": saved(
            Image.fromarray(gray).convert("RGB"), "PNG", transparency=(key,) * 3
        ),
        f"gray {ink} on a 16-bit key": after_header(
            deep, chunk(b"tRNS", struct.pack(">H", key * 257))
        ),
        f"gray {ink} on a key of 1 bit": saved(bits, "PNG", transparency=0 if ink else 1),
        f"gray {ink} on a key, GIF": saved(gray, "GIF", transparency=key),
    }


# Files that must be refused: name -> (bytes, a word of the sentence)


def refused() -> dict[str, tuple[bytes, str]]:
    return _not_pictures() | _damaged() | _sizes() | _bombs() | _floods()


def _not_pictures() -> dict[str, tuple[bytes, str]]:
    gray = paper()
    noise = np.random.default_rng(1).bytes(1_000_000)
    return {
        "nothing": (b"", "empty"),
        "one byte": (b"\x89", "89"),
        "text": ("Käse und 数字\n".encode() * 50, "text"),
        "long text cut within a letter": ("字".encode() * 4000, "text"),
        "text that begins with BM": (b"BMW is a car. " * 9, "text"),
        "web page": (b"<!DOCTYPE html><html><body>2</body></html>", "web page"),
        "SVG with a script": (
            b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            "SVG",
        ),
        "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        "ZIP": (b"PK\3\4\x14\0\0\0" + bytes(40), "ZIP"),
        "noise": (noise, "begins with"),
        "EPS": (saved(gray, "EPS"), "EPS"),
        "EPS with a preview": (b"\xc5\xd0\xd3\xc6" + bytes(30), "EPS"),
        "TIFF": (saved(gray, "TIFF"), "TIFF"),
        "TIFF of floats": (saved(np.full((9, 9), np.nan, np.float32), "TIFF"), "TIFF"),
        "TIFF of integers": (saved(np.ones((9, 9), np.int32), "TIFF"), "TIFF"),
        "big-endian TIFF": (b"MM\0*\0\0\0\x08" + bytes(40), "TIFF"),
        "AVIF": (saved(gray, "AVIF"), "AVIF"),
        "JPEG 2000": (saved(gray, "JPEG2000"), "JPEG 2000"),
        "JPEG 2000 without a box": (b"\xff\x4f\xff\x51" + bytes(40), "JPEG 2000"),
        "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60), "screenshot"),
        "video": (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(60), "video"),
        "Radiance": (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n" + bytes(243), "begins"),
        "PGM": (saved(gray, "PPM"), "begins with"),
        "Sun raster": (struct.pack(">8I", 0x59A66A95, 8, 8, 8, 64, 1, 0, 0) + bytes(64), "begins"),
    }


def _damaged() -> dict[str, tuple[bytes, str]]:
    gray = paper()
    files: dict[str, tuple[bytes, str]] = {}
    for kind, options in (
        ("PNG", {}),
        ("JPEG", {}),
        ("WEBP", {}),
        ("GIF", {}),
        ("BMP", {}),
        ("JPEG", {"progressive": True}),
    ):
        data = saved(gray, kind, **options)
        files[f"half a {kind} {options}"] = data[: len(data) // 2], "damaged"
    whole = saved(gray, "PNG")
    flipped, summed = bytearray(whole), bytearray(whole)
    flipped[60] ^= 16
    summed[whole.index(b"IEND") - 5] ^= 1  # the checksum of the pixels
    files |= {
        "only a PNG's signature": (whole[:8], "damaged"),
        "only a JPEG's first mark": (b"\xff\xd8\xff", "damaged"),
        "only a GIF's first letters": (b"GIF89a", "damaged"),
        "only a WebP's first letters": (b"RIFF\x10\0\0\0WEBP", "damaged"),
        "only a BMP's header": (saved(gray, "BMP")[:54], "damaged"),
        "JPEG less its last byte": (saved(gray, "JPEG")[:-1], "damaged"),
        "PNG without its end": (whole[:-12], "damaged"),
        "PNG with a flipped bit": (bytes(flipped), "damaged"),
        "PNG with a wrong checksum": (bytes(summed), "damaged"),
        "PNG of a kind that does not exist": (png(9, 9, bytes(90), color=5), "damaged"),
    }
    return files


def _sizes() -> dict[str, tuple[bytes, str]]:
    whole = saved(paper(), "PNG")
    return {
        "1 x 1": (saved(np.zeros((1, 1), np.uint8), "PNG"), "too small"),
        "7 x 7": (saved(np.zeros((7, 7), np.uint8), "PNG"), "too small"),
        "20000 x 1": (flat_png(20_000, 1), "too small"),
        "1 x 20000": (flat_png(1, 20_000), "too small"),
        "20000 x 8 in color": (flat_png(20_000, 8, depth=8, color=6), "too large"),
        "8 x 20000": (flat_png(8, 20_000), "too large"),
        "48 million pixels of a phone": (jpeg_saying(8000, 6000), "too large"),
        "one byte more than the most": (whole + bytes(10 * 2**20 + 1 - len(whole)), "10,485,761"),
        "200 MB": (bytes(200_000_000), "200,000,000"),
    }


def _bombs() -> dict[str, tuple[bytes, str]]:
    small = saved(np.zeros((16, 16, 3), np.uint8), "WEBP")
    frame = small.index(b"\x9d\x01\x2a") + 3
    huge_webp = small[:frame] + struct.pack("<2H", 16383, 16383) + small[frame + 4 :]
    gif = saved(paper(), "GIF")
    tiny = saved(paper(), "PNG")
    twenty_million = zlib.compress(bytes(20_000_000))
    return {
        "PNG 10000 x 10000": (flat_png(10_000, 10_000), "million"),
        "PNG 20000 x 20000": (flat_png(20_000, 20_000), "million"),
        "PNG 32000 x 32000": (flat_png(32_000, 32_000), "million"),
        "PNG 12000 x 12000 in color": (flat_png(12_000, 12_000, 8, 6), "million"),
        "PNG 65535 x 65535": (png(65_535, 65_535, b""), "million"),
        "PNG 2147483647 x 2147483647": (png(2**31 - 1, 2**31 - 1, b""), "million"),
        "PNG 0 x 0": (png(0, 0, b""), ""),
        "JPEG that says 20000 x 20000": (jpeg_saying(20_000, 20_000), "million"),
        "JPEG that says 65500 x 65500": (jpeg_saying(65_500, 65_500), "million"),
        "WebP that says 16383 x 16383": (huge_webp, "million"),
        "WebP 4000 x 4000": (webp_saying(4000, 4000), "too large"),
        "GIF that says 65535 x 65535": (gif[:6] + b"\xff" * 4 + gif[10:], "million"),
        "compressed BMP 30000 x 30000": (run_length_bmp(30_000, 30_000), "million"),
        "compressed BMP of three seconds": (run_length_bmp(10_000, 2500), "compressed"),
        "PNG with a text of 20 MB": (
            after_header(tiny, chunk(b"zTXt", b"a\0\0" + twenty_million)),
            "damaged",
        ),
        "PNG with a color profile of 20 MB": (
            after_header(tiny, chunk(b"iCCP", b"a\0\0" + twenty_million)),
            "damaged",
        ),
        "JPEG 4096 x 4096 with 200 scans": (jpeg_of_scans(4096, 200), "200 scans"),
        "JPEG 64 x 64 with 65 scans": (jpeg_of_scans(64, 65), "65 scans"),
    }


def _floods() -> dict[str, tuple[bytes, str]]:
    """Files of a million parts; each would keep a loop in Python busy for seconds."""
    gray = paper()
    tiny, gif, jpeg = saved(gray, "PNG"), saved(gray, "GIF"), saved(gray, "JPEG")
    image = gif.index(b",", 13 + (6 << (gif[10] & 7)))
    return {
        "PNG of empty chunks": (after_header(tiny, chunk(b"abCd", b"") * 800_000), "parts"),
        "PNG of texts behind its pixels": (
            tiny[:-12] + chunk(b"tEXt", b"a") * 700_000 + tiny[-12:],
            "parts",
        ),
        "GIF of empty comments": (
            gif[:image] + b"!\xfe\0" * 3_000_000 + gif[image:],
            "parts",
        ),
        "GIF of one-byte blocks": (gif[:-2] + b"\1a" * 4_000_000 + b"\0;", "parts"),
        "JPEG of empty comments": (jpeg[:2] + b"\xff\xfe\0\2" * 2_000_000 + jpeg[2:], "parts"),
        "JPEG of EXIF crumbs": (
            jpeg[:2] + b"\xff\xe1\0\x09Exif\0\0X" * 900_000 + jpeg[2:],
            "parts",
        ),
    }


# Good files with damage


def mutated(count: int, seed: int) -> Iterator[bytes]:
    """Flip bits, cut, splice and repeat parts of good files; most PNGs get right sums again."""
    rng = np.random.default_rng(seed)
    files = [data for data, _ in readable().values()]
    for number in range(count):
        data = bytearray(files[number % len(files)])
        for _ in range(rng.integers(1, 3)):
            data = _damage(data, files, rng)
        yield with_right_sums(bytes(data)) if rng.random() < 0.8 else bytes(data)


def _damage(data: bytearray, files: list[bytes], rng: np.random.Generator) -> bytearray:
    if not data:
        return data
    start, end = sorted(rng.integers(0, len(data) + 1, 2).tolist())
    match rng.integers(7):
        case 0 | 1 | 2:
            for at in rng.integers(0, len(data), rng.integers(1, 4)):
                data[at] ^= 1 << int(rng.integers(8))
        case 3:
            del data[start:]
        case 4:
            other = files[rng.integers(len(files))]
            cut = int(rng.integers(len(other) + 1))
            data[start:end] = other[cut : cut + end - start]
        case 5:
            data[start:start] = data[start : min(end, start + 400)]
        case 6:  # numbers at their limits, where headers are
            at = int(rng.integers(0, min(len(data), 200)))
            data[at : at + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"])
    return data


def with_right_sums(data: bytes) -> bytes:
    """The same PNG with the checksums that its chunks should have; other files as they are."""
    if not data.startswith(b"\x89PNG"):
        return data
    parts, at = [data[:8]], 8
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : at + 8 + length]
        parts.append(data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body)))
        at += 12 + length
    return b"".join(parts)


# Files put together by hand


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def after_header(whole: bytes, chunks: bytes) -> bytes:
    """Put chunks behind a PNG's header, which is always 33 bytes long."""
    return whole[:33] + chunks + whole[33:]


def png(width: int, height: int, rows: bytes, depth: int = 8, color: int = 0) -> bytes:
    return _png(width, height, zlib.compress(rows), depth, color)


def _png(width: int, height: int, packed: bytes, depth: int, color: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def flat_png(width: int, height: int, depth: int = 1, color: int = 0) -> bytes:
    """A whole PNG of zeros, of any size in no time: its packed rows repeat themselves."""
    channels = {0: 1, 2: 3, 6: 4}[color]
    row = 1 + (width * channels * depth + 7) // 8
    packer = zlib.compressobj(9)
    block = 2**20
    head = packer.compress(b"") + packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    blocks, rest = divmod(row * height, block)
    if blocks == 0:
        return png(width, height, bytes(rest), depth, color)
    tail = packer.compress(bytes(rest)) + packer.flush(zlib.Z_FINISH)
    checksum = struct.pack(">HH", row * height % 65_521, 1)  # Adler-32 of zeros
    return _png(width, height, head + again * (blocks - 1) + tail[:-4] + checksum, depth, color)


def _rows(pixels: bytes) -> bytes:
    """Put PNG's filter byte, 0, before each of `HEIGHT` rows."""
    length = len(pixels) // HEIGHT
    return b"".join(b"\0" + pixels[at : at + length] for at in range(0, len(pixels), length))


def _repeat(values: bytes, size: int, times: int) -> bytes:
    """Each value of `size` bytes, `times` over: gray as color, 8 bits as 16."""
    return np.repeat(np.frombuffer(values, f"V{size}"), times).tobytes()


def jpeg_saying(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    data = saved(paper(), "JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">2H", height, width) + data[at + 4 :]


def webp_saying(width: int, height: int) -> bytes:
    """A small lossless WebP whose header claims another size."""
    data = saved(np.zeros((16, 16, 3), np.uint8), "WEBP", lossless=True)
    at = data.index(b"VP8L") + 9
    kept = struct.unpack_from("<I", data, at)[0] & ~0xFFFFFFF
    bits = struct.pack("<I", kept | (height - 1) << 14 | (width - 1))
    return data[:at] + bits + data[at + 4 :]


def jpeg_of_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG, white, with its last scan repeated until there are so many."""
    data = saved(np.full((side, side), 255, np.uint8), "JPEG", progressive=True)
    parts = data[:-2].split(b"\xff\xda")
    return b"\xff\xda".join(parts + [parts[-1]] * (scans + 1 - len(parts))) + data[-2:]


def run_length_bmp(width: int, height: int) -> bytes:
    """One pixel, then "end of line", row after row: Pillow would fill each row byte by byte."""
    palette = b"".join(bytes((level, 0, 0, 0)) for level in range(256))
    rows = b"\1\1\0\0" * 2500
    start = 54 + len(palette)
    return (
        b"BM"
        + struct.pack("<IHHI", start + len(rows), 0, 0, start)
        + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(rows), 0, 0, 0, 0)
        + palette
        + rows
    )
