"""Where a network comes from, as facts: the device that trained it, and the digits it saw.

How they are said is the pages' business. Cards and runs of an earlier version have a sentence in
their place, which is read here and nowhere else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

SYNTHETIC, OUTLIERS = "synthetic", "outliers"  # what was generated: digits, and what is none


@dataclass(frozen=True)
class Device:
    """What a network was trained on."""

    kind: str  # "cpu" or "gpu"
    cores: int = 0  # of a CPU that the trainer may use
    name: str = ""  # of a GPU: "NVIDIA H200"
    count: int = 1  # GPUs that share each batch

    def __str__(self) -> str:
        """Return it in English, for the command line: "CPU, 2 cores", "2 × NVIDIA H200"."""
        if self.kind == "cpu":
            return f"CPU, {self.cores} cores"
        return self.name if self.count == 1 else f"{self.count} × {self.name}"

    @classmethod
    def from_json(cls, data: Any) -> "Device | None":
        """Read a device back; KeyError, TypeError or ValueError when it is not one."""
        if isinstance(data, str):
            return _device_of(data)
        if data is None:
            return None
        device = cls(**data)
        if device.kind not in ("cpu", "gpu") or not isinstance(device.name, str):
            raise ValueError(device)
        if not isinstance(device.cores, int) or not isinstance(device.count, int):
            raise TypeError(device)
        return device


@dataclass(frozen=True)
class DataSource:
    """Some of the pictures that a network was trained on."""

    source: str  # SYNTHETIC, OUTLIERS, or a data set (data/datasets.py): "mnist", "digits"
    count: int  # pictures

    @classmethod
    def all_from_json(cls, data: Any) -> "tuple[DataSource, ...]":
        """Read sources back; KeyError, TypeError or ValueError when they are none."""
        if isinstance(data, str):
            return tuple(_sources_of(data))
        sources = tuple(cls(**each) for each in data)
        for each in sources:
            if not isinstance(each.source, str) or not isinstance(each.count, int):
                raise TypeError(each)
        return sources


@dataclass(frozen=True)
class Imported:
    """What is known of a network that was trained elsewhere."""

    scaling: str  # how it wants its pixels (imports/scaling.py): "unit", "bytes" …
    ending: str  # what came behind its logits: "softmax", "sigmoid" …, "" for nothing
    sha256: str  # of the file that it came in

    @classmethod
    def from_json(cls, data: Any) -> "Imported | None":
        """Read it back; KeyError or TypeError where it is none."""
        if data is None:
            return None
        return cls(str(data["scaling"]), str(data["ending"]), str(data["sha256"]))


def as_json(part: Device | DataSource) -> Mapping[str, Any]:
    """Return a device or a source as plain JSON, without what does not apply to it."""
    defaults = {"cores": 0, "name": "", "count": 1} if isinstance(part, Device) else {}
    return {name: value for name, value in asdict(part).items() if value != defaults.get(name)}


# --- the sentences of earlier versions ---

_NAMES = {"MNIST": "mnist", "scikit-learn's 1,797 small digits": "digits"}
_PARTS: dict[str, Callable[[str], str]] = {
    r"([\d,]+) digits in our own handwriting": lambda name: SYNTHETIC,
    r"([\d,]+) scribbles and letters": lambda name: OUTLIERS,
    r"([\d,]+) digits of (.+)": lambda name: _NAMES.get(name, name),
}


def _device_of(sentence: str) -> Device | None:
    if found := re.fullmatch(r"CPU, (\d+) cores", sentence):
        return Device("cpu", cores=int(found[1]))
    if found := re.fullmatch(r"(\d+) × (.+)", sentence):
        return Device("gpu", name=found[2], count=int(found[1]))
    return Device("gpu", name=sentence) if sentence else None


def _sources_of(sentence: str) -> list[DataSource]:
    sources = []
    for part in filter(None, re.split(r", (?=[\d,]+ (?:digits|scribbles))", sentence)):
        for pattern, source in _PARTS.items():
            if found := re.fullmatch(pattern, part):
                name = found[2] if found.re.groups > 1 else ""
                sources.append(DataSource(source(name), int(found[1].replace(",", ""))))
                break
    return sources
