"""What all visitors share, each made once: opened networks, samples, trainers, the Keras process.

Nothing here belongs to one visitor, so nothing here asks Streamlit: the routes beside the pages
call it from outside of any page's run.
"""

import base64
import contextlib
import gettext
import hashlib
import logging
import os
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from assets.components import NetworkAddress
from model.base.errors import UserError
from model.data import datasets
from model.experiments import shapes
from model.imports import adding
from model.inference.catalogue import (
    DEFAULT,
    Card,
    Listing,
    card_file,
    listing,
    open_network,
    version,
)
from model.inference.evaluation import classify
from model.inference.layer_kinds import FACTS_VERSION
from model.inference.network import Network
from model.keras_checks.process import Engine
from model.pixels.decoding import decode
from model.pixels.preprocessing import preprocess_picture
from model.runs import owners, results, snapshots, store
from model.runs.pulses import read_pulses
from model.runs.results import Results
from model.runs.store import Run
from model.scheduling.scheduler import Dispatcher

_LOG = logging.getLogger(__name__)
CATALOGUES = Path(__file__).parents[1] / "assets" / "locale"


FIRST_NETWORK = "CONVSCOPE_NETWORK"  # the id of the one that a visit begins with, if not default
SAMPLES = Path(__file__).parents[1] / "assets" / "samples"
_SAMPLE_PAGE = SAMPLES.parent / "sheet.jpg"
_THUMBNAIL = 88  # pixels; what a row shows of a sample
_PAGE_THUMBNAIL = 400  # pixels; how wide the page of numbers to try is shown
_SHOWN = 8  # digits that show what augmentation does


def network(network_id: str) -> Network:
    """Open a network, once for all visitors; raises UserError where there is none of that id.

    "RUN@500" is a run's network as it was after 500 digits, "RUN@now" as it is now.
    """
    if asked := snapshots.named(network_id):
        return _opened_snapshot(*asked, snapshots.version(*asked))
    return _opened(network_id, version(card_file(network_id)))


@lru_cache(maxsize=16)
def _opened(network_id: str, _version: tuple[object, ...]) -> Network:
    return open_network(network_id)


@lru_cache(maxsize=32)  # at most 2 MB each
def _opened_snapshot(run_id: str, number: int | str, _version: tuple[object, ...]) -> Network:
    return snapshots.open_snapshot(run_id, number)


def card(network_id: str) -> Card:
    """Return the card of a network; raises UserError where there is none, or a damaged one."""
    if asked := snapshots.named(network_id):
        return _snapshot_card(network_id, store.find(asked[0]))
    return listed(card_file(network_id)).whole()


def _snapshot_card(network_id: str, run: Run) -> Card:
    """Return a card for a snapshot of a run, without measurements: nothing was measured."""
    return Card(
        id=network_id,
        title=run.title,
        architecture=run.request.design.architecture,
        parameters=shapes.parameters(run.request.design),
        layers=network(network_id).layers,
        data=(),
        recipe=run.request.recipe.as_json(),
        seed=run.request.recipe.seed,
        device=run.status.device,
        date=run.status.written,
        test_accuracy=None,
        test_digits=0,
        energy_threshold=0.0,
        keras_sha256="",
        onnx_sha256="",
    )


def tag(network_id: str) -> str:
    """Return what changes with a network, be it one of those at hand or a run's snapshot."""
    if asked := snapshots.named(network_id):
        return _snapshot_tag(snapshots.version(*asked))
    return card(network_id).onnx_sha256


def network_address(network_id: str) -> NetworkAddress:
    """Return where the browser finds a network, so that it need not ask again for what it has."""
    return {"id": network_id, "version": _address_version(tag(network_id))}


def snapshot_versions(run_id: str) -> dict[int, str]:
    """Return the version in the address of each snapshot of a run, by its number of digits."""
    found = snapshots.versions(run_id)
    return {version[0]: _address_version(_snapshot_tag(version)) for version in found}


def gave_way(network_id: str) -> bool:
    """Return whether this names a snapshot that a run had once and keeps no longer."""
    try:
        run_id, number = snapshots.named(network_id) or ("", 0)
        kept = snapshots.numbers(run_id)
    except UserError:
        return False
    return number not in kept and any(each["digits"] == number for each in read_pulses(run_id))


def _snapshot_tag(version: tuple[int, int]) -> str:
    return "-".join(map(str, version))


def _address_version(tag: str) -> str:
    return f"{tag[:32]}-{FACTS_VERSION}"


def first_network() -> str:
    """Return the id of the network that a visit begins with."""
    chosen = os.environ.get(FIRST_NETWORK) or DEFAULT
    return chosen if is_whole(chosen) else DEFAULT


def is_whole(network_id: str) -> bool:
    """Return whether a network exists and can be opened."""
    try:
        card(network_id)
    except UserError:
        return False
    return True


def listed(card_file: Path) -> Listing:
    """Return one network as it lies on disk, checked anew when one of its files changes."""
    return _checked(card_file, version(card_file))


@lru_cache(maxsize=1000)
def _checked(card_file: Path, _version: tuple[object, ...]) -> Listing:
    return listing(card_file)


@cache
def visitors_key(folder: Path) -> bytes:
    """Return the key that signs visitors' ids, kept in the app's folder."""
    try:
        return owners.kept_key(folder / "visitors.key")
    except OSError:
        _LOG.warning("No key can be kept in the app's folder: a restart forgets the visitors.")
        return owners.new_key()


@cache
def catalogue(folder: str) -> gettext.NullTranslations:
    """Return the translations in a folder of `assets/locale`; English needs none.

    Opened once: `gettext` looks for the file with each call, and a page says 200 sentences.
    """
    return gettext.translation("convscope", CATALOGUES, [folder], fallback=folder == "en")


@cache
def samples() -> tuple[str, ...]:
    """Return the names of the samples that a visitor can start with: first one of each digit."""
    names = sorted(path.stem for path in SAMPLES.glob("*.png"))
    digits = [name[0] for name in names]
    order = sorted((digits[:place].count(name[0]), name) for place, name in enumerate(names))
    return tuple(name for _, name in order)


@cache
def sample_pixels() -> tuple[tuple[str, np.ndarray], ...]:
    """Return each sample's name and what a network reads of it, `(28, 28)` float32 in [0, 1]."""
    grays = ((name, decode((SAMPLES / f"{name}.png").read_bytes()).gray) for name in samples())
    found = ((name, preprocess_picture(gray).pixels) for name, gray in grays)
    return tuple((name, pixels) for name, pixels in found if pixels is not None)


@cache
def sample_sheet() -> bytes:
    """Return the samples beside each other, small, as one PNG."""
    png = cv2.imencode(".png", np.hstack([_thumbnail(name) for name in samples()]))[1]
    return png.tobytes()


def _thumbnail(name: str) -> np.ndarray:
    picture = cv2.imread(str(SAMPLES / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    assert picture is not None, name
    return cv2.resize(picture, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA)


@cache
def sample_sheet_address() -> str:
    """Return where the browser finds that sheet; it changes with the samples."""
    return f"live/samples/{hashlib.sha256(sample_sheet()).hexdigest()[:16]}"


@cache
def sample_page() -> bytes:
    """Return the page of numbers that a visitor can start with, a JPEG."""
    return _SAMPLE_PAGE.read_bytes()


@cache
def sample_page_thumbnail() -> str:
    """Return the same, small, as a data URL."""
    gray = decode(sample_page()).gray
    height = round(gray.shape[0] * _PAGE_THUMBNAIL / gray.shape[1])
    small = cv2.resize(gray, (_PAGE_THUMBNAIL, height), interpolation=cv2.INTER_AREA)
    jpeg = cv2.imencode(".jpg", small)[1].tobytes()
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


@cache
def engine() -> Engine:
    """Return the process that computes with Keras; it starts with the first question."""
    return Engine()


@cache
def builder() -> Engine:
    """Return the process that rebuilds networks from elsewhere; each builds one and ends."""
    return adding.builder()


@cache
def dispatcher() -> Dispatcher:
    """Return the dispatcher, which queues runs and starts their processes."""
    return Dispatcher()


def mnist() -> Path | None:
    """Return the path of MNIST on this computer, None where it is missing."""
    path = datasets.at_hand()
    return path if path is not None and path.is_file() else None


def some_digits() -> np.ndarray:
    """Return a few digits `(8, 28, 28)` uint8: of MNIST where it is here, else the samples."""
    path = mnist()
    return _some_digits(path, path and path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _some_digits(path: Path | None, _changed: int | None) -> np.ndarray:
    if path is not None:
        try:
            return datasets.load_test(str(path))[1].pixels[:_SHOWN].copy()
        except UserError:
            pass  # whoever trains on it will say what is wrong with it
    files = sorted(SAMPLES.glob("*.png"))[:_SHOWN]
    read_samples = [preprocess_picture(decode(file.read_bytes()).gray).pixels for file in files]
    return np.stack(
        [np.rint(pixels * 255).astype(np.uint8) for pixels in read_samples if pixels is not None]
    )


def learning_rate(run_id: str) -> float | None:
    """Return the learning rate of a run's next step, None before its first pulse."""
    found = read_pulses(run_id)
    return found[-1]["learning_rate"] if found else None


@lru_cache(maxsize=16)
def results_of(run_id: str) -> results.Results:
    """Return the results of a run; raises UserError where it has none."""
    return results.read(run_id)


@lru_cache(maxsize=2)  # about 8 MB each
def tested_digits(run_id: str) -> np.ndarray:
    """Return a run's test images, `(n, 28, 28)` uint8; raises UserError if they are gone."""
    return results.pixels(run_id)


def tested_network(network_id: str) -> tuple[Results, np.ndarray] | None:
    """Return what a network makes of MNIST's test images, and these, `(n, 28, 28)` uint8.

    None where MNIST is not on this computer; a UserError where its file is damaged, or the network.
    """
    path = mnist()
    if path is None:
        return None
    changed = path.stat().st_mtime_ns
    found = _tested(network_id, version(card_file(network_id)), path, changed)
    return found, _test_digits(path, changed).pixels


@lru_cache(maxsize=16)  # under half a megabyte each
def _tested(network_id: str, _version: tuple[object, ...], path: Path, changed: int) -> Results:
    digits = _test_digits(path, changed)
    logits = classify(network(network_id), digits.pixels)
    return Results(datasets.NAMES[datasets.MNIST], str(path), digits.labels, logits)


@lru_cache(maxsize=1)  # 8 MB
def _test_digits(path: Path, _changed: int) -> datasets.Digits:
    return datasets.load_test(str(path))[1]


def race(run: Run) -> list[str]:
    """Return the ids of the runs started together with one, itself included, in their order."""
    return [each.id for each in _all_born() if each.group == run.request.group]


def class_runs(code: str) -> list[Run]:
    """Return the runs of a class in the order in which they were started."""
    found = []
    for each in _all_born():
        if each.classroom == code:
            with contextlib.suppress(UserError):  # damaged meanwhile
                found.append(store.find(each.id))
    return found


class _Born(NamedTuple):
    """What about a run never changes."""

    created: str
    id: str
    group: str
    classroom: str


def _all_born() -> list[_Born]:
    found = []
    for folder in store.folders():
        with contextlib.suppress(UserError):  # damaged, or not quite there yet
            found.append(_born(folder.name))
    return sorted(found)


@lru_cache(maxsize=5000)
def _born(run_id: str) -> _Born:
    run = store.find(run_id)
    return _Born(run.created, run_id, run.request.group, run.request.classroom)


def data_url(picture: np.ndarray) -> str:
    """Return a picture, gray `(h, w)` or in color `(h, w, 3)`, uint8, as a PNG data URL."""
    png = cv2.imencode(".png", picture[..., ::-1] if picture.ndim == 3 else picture)[1].tobytes()
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
