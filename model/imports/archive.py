"""Takes a `.keras` file apart, in memory and within bounds: nothing is unpacked to disk.

It is a ZIP file of exactly three members: what it is (metadata.json), its layers (config.json),
and its weights (model.weights.h5), which are handed on unread.
"""

import io
import json
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from model.base.errors import N_, UserError
from model.imports.formats import check_format
from model.imports.limits import MOST_BYTES, MOST_CONFIG

_METADATA, _CONFIG, _WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
_MOST = {_METADATA: 100_000, _CONFIG: MOST_CONFIG, _WEIGHTS: MOST_BYTES}  # bytes, unpacked
_END = struct.Struct("<4s4H2LH")  # what a ZIP file without a comment ends with
_MOST_DIRECTORY = 4096  # bytes of its list of members; three take about two hundred
_ENCRYPTED = 1  # of a member's flags

_DAMAGED = N_("The file is damaged: it cannot be unpacked. Save the model once more.")
_NO_JSON = N_("The file is damaged: {name} is not valid JSON.")


@dataclass(frozen=True)
class Archive:
    """What a `.keras` file holds."""

    config: dict[str, Any]
    weights: bytes  # HDF5, unread


def unpack(data: bytes) -> Archive:
    """Take a `.keras` file apart. Raises UserError where it is none, or passes a limit."""
    if len(data) > MOST_BYTES:
        raise UserError(
            N_("The file has {size} MB; the limit is {most} MB. Save the model without optimizer."),
            size=f"{len(data) / 1e6:.1f}",
            most=round(MOST_BYTES / 1e6),
        )
    check_format(data)
    members = _members(data)
    _check_version(_json(_METADATA, members))
    return Archive(_json(_CONFIG, members), members[_WEIGHTS])


def _members(data: bytes) -> dict[str, bytes]:
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            infos = file.infolist()
            for info in infos:
                _check_member(info)
            if missing := set(_MOST) - {info.filename for info in infos}:
                raise UserError(
                    N_("The file is not a whole .keras file: {name} is missing."),
                    name=min(missing),
                )
            if len(infos) != len(_MOST):
                raise UserError(_DAMAGED)  # one is there twice
            return {info.filename: _read(file, info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, struct.error) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(_DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:  # a method or an encryption of its own
        raise UserError(_DAMAGED) from error


def _check_directory(data: bytes) -> None:
    """Bound the list of members before anything reads it: a file may claim a million."""
    if len(data) < _END.size:
        raise UserError(_DAMAGED)
    mark, *_disks, size, _begin, comment = _END.unpack(data[-_END.size :])
    has_large = data[-_END.size - 20 : -_END.size].startswith(b"PK\x06\x07")  # ZIP64's own sizes
    if mark != b"PK\x05\x06" or comment or has_large or size > _MOST_DIRECTORY:
        raise UserError(_DAMAGED)


def _check_member(info: zipfile.ZipInfo) -> None:
    if info.filename not in _MOST:
        raise UserError(
            N_("The file holds {name}, which is no part of a .keras file that can be taken."),
            name=repr(info.filename)[:80],
        )
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if info.flag_bits & _ENCRYPTED or is_link:
        raise UserError(_DAMAGED)
    if info.file_size > _MOST[info.filename]:
        raise _too_large(info.filename)


def _read(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Read a member, whatever it says of its size, no further than it may go."""
    with file.open(info) as member:
        content = member.read(_MOST[info.filename] + 1)
    if len(content) > _MOST[info.filename]:
        raise _too_large(info.filename)
    if len(content) != info.file_size:
        raise UserError(_DAMAGED)
    return content


def _too_large(name: str) -> UserError:
    return UserError(
        N_("{name} in the file is larger than {most} MB, which is the limit."),
        name=name,
        most=_MOST[name] / 1_000_000,
    )


def _json(name: str, members: dict[str, bytes]) -> dict[str, Any]:
    try:
        found = json.loads(
            members[name].decode("utf-8"),
            parse_constant=_no_number,
            object_pairs_hook=_without_twins,
        )
    except (ValueError, RecursionError) as error:
        raise UserError(_NO_JSON, name=name) from error
    if not isinstance(found, dict):
        raise UserError(_NO_JSON, name=name)
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN, Infinity


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands twice in one object.")
    return found


def _check_version(metadata: dict[str, Any]) -> None:
    version = metadata.get("keras_version")
    if isinstance(version, str) and version.startswith(("1.", "2.")):
        raise UserError(
            N_("The file was written by Keras {version}: open and save the model in Keras 3."),
            version=version[:20],
        )
