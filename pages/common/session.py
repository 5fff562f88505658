"""What belongs to one visitor, and what all of them share: every session state and every cache.

A visitor has a language, a network, a digit (strokes or a picture), and the steps of
preprocessing that are switched off. What all share are the opened networks; they never change.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import cv2
import numpy as np
import streamlit as st

from model.learning import datasets, designs, results, runs, snapshots
from model.learning.dispatching import Dispatcher, own
from model.learning.questions import cell_value, effective_field
from model.learning.runs import Damaged, Run
from model.learning.saving import save
from model.serving import links
from model.serving.answering import Reading, read
from model.serving.decoding import decode
from model.serving.engine import Engine
from model.serving.exploring import explore
from model.serving.networks import (
    DEFAULT,
    Card,
    Listing,
    card_file,
    card_files,
    listing,
    open_network,
    version,
)
from model.serving.preprocessing import PICTURE_STEPS, preprocess_picture
from model.serving.sentences import N_, Refusal
from model.serving.strokes import Stroke, strokes_from
from model.serving.tracing import Network
from pages.common import visitors

SCALES = ("map", "layer", "network")
SAMPLES = Path(__file__).parents[2] / "assets" / "samples"
_QUESTIONS = {"check": ("value", cell_value), "effective": ("field", effective_field)}
_PREVIEW = 280  # pixels; what the canvas shows of a picture
_THUMBNAIL = 88  # pixels; what the gallery shows of a sample
_SHOWN = 8  # digits that show what augmentation does
_MOST_LAYERS = 80  # that a builder may send; far fewer can be trained
_MOST_BESIDE = 3  # runs side by side


@dataclass(frozen=True)
class Picture:
    """A picture that came in, as the canvas shows it and as the network reads it."""

    id: str
    grey: np.ndarray  # (h, w) uint8
    source: str  # a PNG as data URL, at most 280 pixels a side
    ready: bool = False  # these are pixels that were preprocessed before, as a link brings them

    @classmethod
    def of(cls, grey: np.ndarray, *, ready: bool = False) -> "Picture":
        """Keep a grey picture under an id of its own."""
        return cls(secrets.token_urlsafe(8), grey, _data_url(grey, _PREVIEW), ready)


@dataclass(frozen=True)
class Digit:
    """What is on the visitor's canvas."""

    revision: int  # grows with each change
    strokes: tuple[Stroke, ...] = ()
    sent: Sequence[dict] = ()  # the same strokes, as the browser sent them
    picture: Picture | None = None

    @property
    def source(self) -> Sequence[Stroke] | np.ndarray:
        """What is read: the picture where there is one, else the strokes."""
        return self.strokes if self.picture is None else self.picture.grey


# --- what all visitors share ---


def network(network_id: str) -> Network:
    """Open a network, once for all visitors; raises Refusal where there is none of that id.

    "RUN@500" is a run's network as it was after 500 digits, "RUN@now" as it is now.
    """
    if asked := snapshots.named(network_id):
        return _opened_snapshot(asked[0], *snapshots.version(*asked))
    return _opened(network_id, version(card_file(network_id)))


@lru_cache(maxsize=16)
def _opened(network_id: str, _version: tuple) -> Network:
    return open_network(network_id)


@lru_cache(maxsize=32)  # at most 2 MB each
def _opened_snapshot(run_id: str, number: int, _written: int) -> Network:
    return snapshots.open_snapshot(run_id, number)


def card(network_id: str) -> Card:
    """Give the card of a network; raises Refusal where there is none, or a damaged one."""
    if asked := snapshots.named(network_id):
        return _snapshot_card(network_id, runs.find(asked[0]))
    found = _listed(card_file(network_id))
    if found.damage:
        raise found.damage
    return found.card


def _snapshot_card(network_id: str, run: Run) -> Card:
    """Say what is known of a network that is a moment of a run; nothing was measured of it."""
    return Card(
        id=network_id,
        title=run.title,
        architecture=run.architecture,
        parameters=designs.parameters(run.design),
        layers=network(network_id).layers,
        data="",
        recipe=run.recipe.as_json(),
        seed=run.recipe.seed,
        device=run.device,
        date=run.written,
        test_accuracy=None,
        test_digits=0,
        unsure_below=0.0,
        keras_sha256="",
        onnx_sha256="",
    )


def tag(network_id: str) -> str:
    """Give what changes with a network, for browsers that keep its description."""
    if asked := snapshots.named(network_id):
        return "-".join(map(str, snapshots.version(*asked)))
    return card(network_id).onnx_sha256


def networks() -> list[Card]:
    """List the cards of the networks that can be opened, the default one first."""
    return [each.card for each in map(_listed, card_files()) if each.card]


def damages() -> list[Refusal]:
    """Say what is wrong with the networks that cannot be opened."""
    return [each.damage for each in map(_listed, card_files()) if each.damage]


def _listed(card_file: Path) -> Listing:
    return _checked(card_file, version(card_file))


@lru_cache(maxsize=1000)
def _checked(card_file: Path, _version: tuple) -> Listing:
    return listing(card_file)


@cache
def samples() -> dict[str, str]:
    """Give the samples that a visitor can start with: their names, and thumbnails as data URLs."""
    return {
        path.stem: _data_url(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), _THUMBNAIL)
        for path in sorted(SAMPLES.glob("*.png"))
    }


def _data_url(grey: np.ndarray, most: int) -> str:
    scale = min(1, most / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    png = cv2.imencode(".png", small)[1].tobytes()
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


@cache
def dispatcher() -> Dispatcher:
    """Give the one that queues trainings and starts their processes."""
    return Dispatcher()


@cache
def engine() -> Engine:
    """Give the process in which Keras answers; it starts with the first question."""
    return Engine()


# --- one visitor ---


def language() -> str | None:
    """Tell the visitor's language, None before it is settled."""
    return st.session_state.get("language")


def language_was_chosen() -> bool:
    """Tell whether the visitor chose the language, or the link did."""
    return st.session_state.get("language_chosen", False)


def set_language(code: str, *, chosen: bool = False) -> None:
    """Keep the visitor's language."""
    st.session_state["language"] = code
    st.session_state["language_chosen"] = chosen or language_was_chosen()


def owner() -> str:
    """Tell who the visitor is, so that their runs are theirs: an id that nobody else knows.

    It comes with a cookie; a browser that refuses it has another id in each session.
    """
    return visitors.of(st.context.cookies) or st.session_state.setdefault("owner", visitors.new())


def network_id() -> str:
    """Tell which network the visitor looks through: the chosen one, as long as it is there."""
    chosen = st.session_state.get("network", DEFAULT)
    return chosen if _is_whole(chosen) else DEFAULT


def _is_whole(network_id: str) -> bool:
    try:
        card(network_id)
    except Refusal:
        return False
    return True


def set_network(network_id: str) -> None:
    """Let the visitor look through another network; the link keeps it from now on."""
    st.session_state["network"] = st.query_params["network"] = network_id


def choices() -> list[Card]:
    """List what the visitor can look through: all networks, and theirs if it is a snapshot."""
    mine = card(network_id())
    return networks() + ([mine] if "@" in mine.id else [])


def settle_network() -> None:
    """Take over the network that the link names, and keep the visitor's in the link.

    Where it is not there, or no more, the visitor looks through the default one and a Refusal
    says why.
    """
    linked = st.query_params.get("network", DEFAULT)
    asked = st.query_params.get("network", st.session_state.get("network", DEFAULT))
    found = asked if _is_whole(asked) else DEFAULT
    if found != linked:  # each change is one more step for the browser's way back
        st.query_params["network"] = found
    st.session_state["network"] = st.session_state["network_switch"] = found
    card(asked)


def digit() -> Digit | None:
    """Give what is on the visitor's canvas, None before anything was."""
    return st.session_state.get("digit")


def skip() -> tuple[str, ...]:
    """Name the steps of preprocessing that the visitor switched off."""
    return st.session_state.get("skip", ())


def scale() -> str:
    """Tell what shares one scale of colours: "map", "layer" or "network"."""
    return st.session_state.get("scale", SCALES[0])


def reading() -> Reading | None:
    """Read the visitor's digit with their network; kept until one of them changes."""
    now = digit()
    if now is None:
        return None
    asked = (now.revision, network_id(), tag(network_id()), skip())
    kept = st.session_state.get("reading")
    if kept is None or kept[0] != asked:
        kept = (asked, _read(network_id(), now))
        st.session_state["reading"] = kept
    return kept[1]


def _read(network_id: str, digit: Digit) -> Reading:
    ready = digit.picture is not None and digit.picture.ready
    return read(network(network_id), digit.source, PICTURE_STEPS if ready else skip())


def set_picture(grey: np.ndarray, *, ready: bool = False) -> None:
    """Put a picture on the canvas; undo there brings back what it replaces."""
    before = digit()
    picture = Picture.of(grey, ready=ready)
    # The browser may have counted on while this run was on its way; a picture outruns it.
    revision = (before.revision if before else 0) + 1000
    st.session_state["picture"] = picture
    st.session_state["digit"] = Digit(revision, picture=picture)


def take_drawing() -> None:
    """Take the drawing that the canvas sent: `{"revision", "strokes", "picture"}`.

    A callback of the canvas. What is no drawing is left out, with a sentence for the visitor.
    """
    sent = st.session_state["canvas"].get("drawing")
    try:
        revision = int(sent["revision"])
        strokes, picture_id = strokes_from(sent["strokes"]), sent.get("picture")
    except Refusal as refusal:
        return set_notice(refusal)
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return set_notice(Refusal(N_("That was no drawing: the canvas sent something else.")))
    set_notice(None)
    kept = st.session_state.get("picture")
    picture = kept if kept is not None and kept.id == picture_id else None
    if digit() is None or revision > digit().revision:
        st.session_state["digit"] = Digit(revision, strokes, sent["strokes"], picture)
    return None


def take_skip() -> None:
    """Take the steps that the film strip switched off; a callback of it."""
    sent = st.session_state["film"].get("skip")
    asked = sent if isinstance(sent, list) else []
    st.session_state["skip"] = tuple(step for step in PICTURE_STEPS if step in asked)


def take_scale() -> None:
    """Take the scale that the feature maps were switched to; a callback of them."""
    sent = st.session_state["maps"].get("scale")
    st.session_state["scale"] = sent if sent in SCALES else SCALES[0]


def sent(component: str, name: str) -> object:
    """Give what a component sent as `name`; for its callbacks."""
    return st.session_state[component].get(name)


def widget(key: str) -> Any:
    """Give the value of a widget; for its callbacks."""
    return st.session_state[key]


def set_notice(refusal: Refusal | None) -> None:
    """Keep a sentence to be shown until the next thing comes in."""
    st.session_state["notice"] = refusal


def notice() -> Refusal | None:
    """Give the sentence that is to be shown, if any."""
    return st.session_state.get("notice")


# --- the layer explorer ---


def open_link(link: Mapping[str, str]) -> None:
    """Take over what a link holds, once: the digit and which cell is open.

    Raises Refusal where the link is damaged.
    """
    code = link.get("digit")
    if not code or code == st.session_state.get("linked"):
        return
    st.session_state["linked"] = code
    content = links.decode(code)
    off = link.get("skip", "").split(",")
    st.session_state["skip"] = tuple(step for step in PICTURE_STEPS if step in off)
    if isinstance(content, np.ndarray):
        set_picture(content, ready=True)
    else:
        revision = (digit().revision if digit() else 0) + 1000
        st.session_state["digit"] = Digit(revision, strokes_from(content), content)
    st.session_state["asked_view"] = st.session_state["view"] = links.view_of(link)


def link() -> dict[str, str]:
    """Give what the address has to hold, so that it opens the same view in another browser.

    What is "" is not to stand in it.
    """
    now = digit()
    if now.picture is None:
        code = links.encode_strokes(now.sent)
    else:
        code = links.encode_pixels(reading().preprocessed.pixels)
    st.session_state["linked"] = code
    parameters = {"digit": code, "network": network_id(), "skip": ",".join(skip())}
    return parameters | links.view_parameters(view())


def view() -> dict[str, Any]:
    """Tell what is open in the explorer: {"layer", "channel", "cell"}, or nothing."""
    return st.session_state.get("view") or {}


def asked_view() -> dict[str, Any]:
    """Tell what a link asked to open, as long as its digit is explored."""
    return st.session_state.get("asked_view") or {}


def other() -> str:
    """Tell what the digit is compared with: "before", "sample:NAME", "network:ID" or nothing."""
    return st.session_state.get("other", "")


def before() -> Digit | None:
    """Give the digit that was explored before this one."""
    last, previous = st.session_state.get("explored", (None, None))
    if last is None or last.revision != digit().revision:
        last, previous = digit(), last
        st.session_state["explored"] = (last, previous)
    return previous


def take_explorer() -> None:
    """Take what the explorer was switched to: the open cell, the scale, the comparison."""
    state = st.session_state["explorer"]
    st.session_state["view"] = links.view_of(state.get("view") or {})
    if state.get("extent") in SCALES:
        st.session_state["scale"] = state.get("extent")
    if state.get("other") is not None:
        st.session_state["other"] = str(state.get("other"))


def chosen_sample() -> bytes | None:
    """Give the sample that was chosen in a gallery, for its callback."""
    name = sent("samples", "chosen")
    return (SAMPLES / f"{name}.png").read_bytes() if name in samples() else None


def _compared() -> list[tuple[str, Digit]]:
    """Give the network and the digit of each side: the visitor's, and what it is compared with."""
    mine = (network_id(), digit())
    kind, _, name = other().partition(":")
    if kind == "network" and name in rivals():
        return [mine, (name, digit())]
    if kind == "sample" and name in samples():
        grey = decode((SAMPLES / f"{name}.png").read_bytes()).grey
        return [mine, (network_id(), Digit(0, picture=Picture(name, grey, "")))]
    if kind == "before" and before() is not None:
        return [mine, (network_id(), before())]
    return [mine]


def sides() -> list[dict[str, Any]]:
    """Give what is explored: the visitor's digit, and what it is compared with, if anything."""
    return [_side(*each) for each in _compared()]


def _side(network_id: str, digit: Digit) -> dict[str, Any]:
    side = {"network": network_id, "revision": digit.revision, "skip": skip()}
    if digit.picture is None:
        return {**side, "strokes": digit.sent, "exploration": None}
    frame = explore(network(network_id), _read(network_id, digit), digit.revision)
    return {**side, "picture": digit.picture.id, "strokes": None, "exploration": frame}


def rivals() -> dict[str, str]:
    """Name the other networks whose layers have the same shapes: id -> title."""
    mine = _shapes(card(network_id()))
    return {
        each.id: each.title
        for each in networks()
        if each.id != network_id() and _shapes(each) == mine
    }


def _shapes(card: Card) -> list[tuple[str, tuple[int, ...]]]:
    return [(layer.kind, layer.output_shape) for layer in card.layers]


def answer() -> dict[str, Any] | None:
    """Give the Keras engine's last answer: the question, and "value", "field" or "refusal"."""
    return st.session_state.get("answer")


def take_question() -> None:
    """Ask the Keras engine what the explorer wants to know of a cell."""
    asked = sent("explorer", "question")
    try:
        keys = ("kind", "side", "revision", "layer", "index")
        question = {key: asked[key] for key in keys}
        name, function = _QUESTIONS[asked["kind"]]
        network_id, digit = _compared()[int(asked["side"])]
        cell = [int(place) for place in asked["index"]]
    except (TypeError, KeyError, ValueError, IndexError, OverflowError):
        return  # nothing that the explorer would ask
    pixels = _read(network_id, digit).preprocessed.pixels
    try:
        found = {name: engine().ask(function, network_id, pixels, str(asked["layer"]), cell)}
    except Refusal as refusal:
        found = {"refusal": refusal}
    st.session_state["answer"] = {**question, **found}


# --- the training room ---


def race(run: Run) -> list[str]:
    """List the runs that race with one, itself included, in the order they were asked for."""
    racers = []
    for folder in runs.folders():
        try:
            created, group = _born(folder.name)
        except Refusal:
            continue  # damaged, or not quite there yet
        if group == run.group:
            racers.append((created, folder.name))
    return [run_id for _created, run_id in sorted(racers)]


@lru_cache(maxsize=5000)
def _born(run_id: str) -> tuple[str, str]:
    """Tell when a run was asked for and in which group; neither ever changes."""
    run = runs.find(run_id)
    return run.created, run.group


def save_run(run_id: str, title: str) -> str:
    """Keep the network of the visitor's own run for everybody to choose; gives its id."""
    saved_id = save(own(run_id, owner()), title).id
    st.session_state.setdefault("saved", {})[run_id] = saved_id
    return saved_id


def saved(run_id: str) -> str | None:
    """Tell as what the visitor has just kept a run's network, None where they have not."""
    network_id = st.session_state.get("saved", {}).get(run_id)
    return network_id if network_id and _is_whole(network_id) else None


# --- the form of the training room ---


def begin_form(values: Mapping[str, Any]) -> None:
    """Let the form begin with these values; what was typed before stays."""
    for name, value in values.items():
        st.session_state.setdefault(f"form_{name}", value)


def form(name: str) -> Any:
    """Give what stands in the form under a name."""
    return st.session_state[f"form_{name}"]


def fill_form(values: Mapping[str, Any], layers: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write values into the form, and the layers of a network of one's own; in callbacks only."""
    st.session_state.update({f"form_{name}": value for name, value in values.items()})
    if layers:
        st.session_state["layers"] = tuple(layers)


def guess(preset_id: str) -> int | None:
    """Tell what the visitor thought would come of an experiment, None before they said."""
    return st.session_state.get("guesses", {}).get(preset_id)


def take_guess(preset_id: str, answer: int) -> None:
    """Take what the visitor thinks will come of an experiment; the first guess counts."""
    st.session_state.setdefault("guesses", {}).setdefault(preset_id, answer)


def layers(beginning: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Give the layers that the visitor put together, at first these."""
    return st.session_state.get("layers", tuple(beginning))


def take_layers() -> None:
    """Take the layers that the builder sent, as they are: laying them out refuses what is wrong."""
    sent_layers = sent("builder", "layers")
    if isinstance(sent_layers, list) and all(isinstance(each, dict) for each in sent_layers):
        st.session_state["layers"] = tuple(sent_layers[:_MOST_LAYERS])


def mnist() -> Path | None:
    """Tell where MNIST lies on this computer, None where it does not."""
    path = datasets.at_hand()
    return path if path is not None and path.is_file() else None


def some_digits() -> np.ndarray:
    """Give a few digits `(8, 28, 28)` uint8: of MNIST where it is here, else the samples."""
    path = mnist()
    return _some_digits(path, path and path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _some_digits(path: Path | None, _changed: int | None) -> np.ndarray:
    if path is not None:
        try:
            return datasets.load_test(str(path))[1].pixels[:_SHOWN].copy()
        except Refusal:
            pass  # whoever trains on it will say what is wrong with it
    files = sorted(SAMPLES.glob("*.png"))[:_SHOWN]
    read_samples = [preprocess_picture(decode(file.read_bytes()).grey) for file in files]
    return np.stack([np.rint(each.pixels * 255).astype(np.uint8) for each in read_samples])


# --- what a training came to ---


@lru_cache(maxsize=16)
def results_of(run_id: str) -> results.Results:
    """Give the results of a run; a Refusal where it has none."""
    return results.read(run_id)


@lru_cache(maxsize=2)  # about 8 MB each
def tested_digits(run_id: str) -> np.ndarray:
    """Give the digits that a run was measured on, `(n, 28, 28)` uint8; a Refusal if they went."""
    return results.pixels(run_id)


def opened(run_id: str) -> tuple[tuple[int, int] | None, int]:
    """Tell which cell of a run's confusion matrix is open, and from which digit on."""
    return st.session_state.get("opened", {}).get(run_id, (None, 0))


def take_opened(run_id: str) -> None:
    """Take the cell that was opened in a run's confusion matrix; a callback of it."""
    asked = sent(f"confusion_{run_id}", "opened") or {}
    try:
        cell = asked["cell"] and tuple(min(9, max(0, int(digit))) for digit in asked["cell"])
        start = max(0, int(asked["start"]))
    except (TypeError, KeyError, ValueError, OverflowError):
        return  # nothing that the matrix would ask
    if cell is None or len(cell) == 2:
        st.session_state.setdefault("opened", {})[run_id] = (cell, start)


def take_tested_digit(run_id: str) -> None:
    """Make a digit that a run was measured on the visitor's own; a callback of the matrix.

    The page then leaves for the layers, through which the run's network reads it.
    """
    index = sent(f"confusion_{run_id}", "chosen")
    digits = tested_digits(run_id)
    if not isinstance(index, int) or not 0 <= index < len(digits):
        return  # nothing that the matrix would send
    set_picture(digits[index], ready=True)
    _leave_for_layers(f"{run_id}@{snapshots.NOW}")


# --- watching a training ---


def shown_runs() -> list[Run]:
    """Give the runs that the link asks to see: one with those it races with, or several.

    A Refusal where the first is not here; where another is not, it is left out, and said why.
    """
    first = st.query_params.get("run")
    if not first:
        return []
    beside = [each for each in st.query_params.get("beside", "").split(",") if each]
    shown = [runs.find(first)]
    for run_id in dict.fromkeys(beside or race(shown[0])):
        if run_id == first or len(shown) == _MOST_BESIDE:
            continue
        try:
            shown.append(runs.find(run_id))
        except Refusal as refusal:
            set_refusal(refusal)
    return shown


def show_runs(ids: Sequence[str]) -> None:
    """Let the link ask for these runs, side by side; for none of them without any."""
    for name, value in (("run", ids[:1]), ("beside", ids[1:])):
        st.query_params.pop(name, None)
        if value:
            st.query_params[name] = ",".join(value)


def own_runs() -> list[Run | Damaged]:
    """List the visitor's runs, newest first; the damaged ones too."""
    return runs.listings(owner())


def address(parameters: Mapping[str, str]) -> str:
    """Write the address under which this page shows the same to somebody else.

    What is "" is not to stand in it.
    """
    given = urlencode({name: value for name, value in parameters.items() if value})
    return f"{(st.context.url or '').partition('?')[0]}?{given}"


def set_refusal(refusal: Refusal | None) -> None:
    """Keep why something could not be done to a run, until the next thing is."""
    st.session_state["refusal"] = refusal


def refusal() -> Refusal | None:
    """Give why the last thing could not be done to a run, None where it could."""
    return st.session_state.get("refusal")


def asked_digit() -> dict[str, Any]:
    """Give the visitor's digit as the watch asks every moment of a training to read it."""
    now = digit()
    asked = {"revision": 0, "skip": skip(), "strokes": None, "pixels": None}
    if now is None:
        return asked
    asked["revision"] = now.revision
    if now.picture is None:
        return {**asked, "strokes": now.sent}
    seen = reading()
    if seen.trace is None:
        return asked
    return {**asked, "pixels": links.encode_pixels(seen.preprocessed.pixels)}


def take_moment() -> None:
    """Take the moment of a training that the watch asked to open; a callback of it."""
    asked = sent("watch", "open")
    try:
        _leave_for_layers(f"{runs.find(str(asked['run'])).id}@{int(asked['digits'])}")
    except (TypeError, KeyError, ValueError, OverflowError):  # a Refusal too: nothing to open
        return


def _leave_for_layers(network_id: str) -> None:
    st.session_state["network"] = st.session_state["leaving"] = network_id


def leaves_for_layers() -> dict[str, str]:
    """Give, once, the link of what the visitor asked the page of the layers to show.

    Empty where nothing was asked. This page's own link is left alone: the browser's way back
    leads to it.
    """
    network_id = st.session_state.pop("leaving", None)
    if network_id is None:
        return {}
    kept = {"lang": st.query_params["lang"]} if "lang" in st.query_params else {}
    return {**kept, "network": network_id}
