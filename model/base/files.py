"""Files that are there whole or not at all, whatever breaks while they are written."""

import errno
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeGuard

_PREFIX = ".part-"
_PROMISE = ".promise-"  # begins the name of a list of the parts that are to be put in place
_STALE = 3600  # seconds after which nobody writes a temporary file any more
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)


@contextmanager
def all_or_none(folder: Path, names: list[str]) -> Iterator[list[Path]]:
    """Yield a temporary path for each name; at the end all are in place, or none of them.

    They are put in place in the order given, so the last should be the one that makes the others
    count: a reader that finds it finds them too. Where it fails half-way, what was placed is
    taken away again, and what it replaced comes back; of a process that was killed half-way,
    `keep_promises` places the rest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keep_promises(folder)
    _sweep(folder)
    mark = f"{_PREFIX}{secrets.token_hex(8)}-"
    parts = [folder / f"{mark}{name}" for name in names]
    kept = [folder / f"{mark}kept-{name}" for name in names]
    places = [folder / name for name in names]
    try:
        yield parts
        for part in parts:
            _flush(part)
        if len(parts) == 1:
            os.replace(parts[0], places[0])
        else:
            _place_together(folder / f"{_PROMISE}{mark}", parts, places, kept)
        _flush(folder)
    finally:
        for leftover in (*parts, *kept):
            leftover.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write one file so that a reader sees the old content or the new, never a part."""
    with all_or_none(path.parent, [path.name]) as (part,):
        part.write_bytes(content)


def append_whole(path: Path, content: bytes) -> None:
    """Append to a file all of something or nothing."""
    with path.open("ab") as file:
        before = file.tell()
        try:
            file.write(content)
            file.flush()
        except OSError:
            file.truncate(before)
            raise


def sha256(path: Path) -> str:
    """Compute a file's SHA-256 as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_no_room(error: BaseException) -> TypeGuard[OSError]:
    """Return whether an error means that space or permission to write is wanting."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def keep_promises(folder: Path) -> None:
    """Put in place what a process that was killed had begun to place."""
    for promise in folder.glob(f"{_PROMISE}*"):
        with suppress(FileNotFoundError):  # whoever made it has kept it meanwhile
            for part, place in json.loads(promise.read_bytes()):
                _move(folder / part, folder / place)
            promise.unlink()


def _place_together(promise: Path, parts: list[Path], places: list[Path], kept: list[Path]) -> None:
    """Place several files by one rename, that of the promise: from then on they will be there."""
    for place, keep in zip(places, kept, strict=True):
        if place.exists():
            shutil.copyfile(place, keep)
    moves = [(part.name, place.name) for part, place in zip(parts, places, strict=True)]
    write_whole(promise, json.dumps(moves).encode())
    placed = []
    try:
        for part, place, keep in zip(parts, places, kept, strict=True):
            _move(part, place)
            placed.append((place, keep))
    except BaseException:
        promise.unlink(missing_ok=True)
        for place, keep in placed:
            if keep.exists():
                os.replace(keep, place)
            else:
                place.unlink()
        raise
    promise.unlink(missing_ok=True)


def _move(part: Path, place: Path) -> None:
    """Rename a file, unless another process has just done so to keep the same promise."""
    try:
        os.replace(part, place)
    except FileNotFoundError:
        if not place.exists():
            raise


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Take away what a process left that was killed while it wrote."""
    for leftover in folder.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # another writer has just put it in place
            if time.time() - leftover.stat().st_mtime > _STALE:
                leftover.unlink()
