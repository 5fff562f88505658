"""The commands about training: `train` starts or resumes a run, `runs` lists and deletes them."""

import argparse
import json
import logging
import os
import shutil
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from model.base.errors import N_, UserError
from model.data import datasets
from model.data.augmentation import Augmentation
from model.experiments.designs import ACTIVATIONS, DESIGNS, KERNEL_INITIALIZERS, OWN, Design
from model.experiments.recipes import (
    OPTIMIZERS,
    PLAIN,
    QUICK,
    SCHEDULES,
    STRENGTHS,
    Recipe,
    augmentation_of,
)
from model.runs import results, store, trash
from model.runs.store import DONE, Run
from model.terminal import UsageError, add_data, bar, command, say

RECIPES = {"full": Recipe(), "plain": PLAIN, "quick": QUICK}
_CHOICES = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "activation": ACTIVATIONS,
    "kernel_initializer": KERNEL_INITIALIZERS,
}
_LAYERS = 'a JSON file of the layers of an own network: [{"kind": "conv", "filters": 16, …}, …]'
_LOG = "log.txt"  # of a run: what libraries say, and what went wrong in a way nobody foresaw


def add_train(commands: Any) -> None:
    """Offer `train`."""
    train = command(commands, "train", _train, "train a network and publish it")
    train.add_argument("--architecture", choices=[*DESIGNS, OWN])
    train.add_argument("--layers", type=Path, metavar="FILE", help=_LAYERS)
    train.add_argument("--resume", metavar="RUN", help="resume a run that was interrupted")
    train.add_argument("--id", help="of the network that is published; by default the run's")
    train.add_argument("--title", help="of that network")
    train.add_argument("--folder", type=Path, help="where to publish it; by default your own")
    train.add_argument("--replace", action="store_true", help="take the place of that id")
    train.add_argument(
        "--time-limit", type=float, metavar="SECONDS", help="of training, then it is kept as it is"
    )
    add_data(train, "an .npz file with Keras's four keys, or the word digits")
    _add_fields(train.add_argument_group("design"), Design(OWN))
    recipe = train.add_argument_group("recipe", "what is not said is as in --recipe")
    recipe.add_argument("--recipe", choices=RECIPES, default="full", help="by default full")
    _add_fields(recipe, Recipe())
    augmentation = train.add_argument_group("augmentation")
    augmentation.add_argument("--augmentation", choices=STRENGTHS, help="all of it at once")
    _add_fields(augmentation, Augmentation())


def add_runs(commands: Any) -> None:
    """Offer `runs`."""
    runs = command(commands, "runs", _runs, "list runs, delete and restore them")
    runs.add_argument("--delete", nargs="+", metavar="RUN", default=())
    runs.add_argument("--restore", nargs="+", metavar="RUN", default=())


def _add_fields(group: Any, defaults: Any) -> None:
    """Offer each plain number and word of a dataclass as an option; None where it is not given."""
    for field in fields(defaults):
        option = f"--{field.name.replace('_', '-')}"
        if field.default is MISSING:
            continue
        if field.type is bool:
            group.add_argument(option, action=argparse.BooleanOptionalAction)
        elif field.type in (int, float, str):
            value = getattr(defaults, field.name)
            said = f"by default {value}" if value != "" else "as designed"
            known = _CHOICES.get(field.name)
            group.add_argument(option, type=field.type, choices=known, help=said)


# --- train ---


def _train(options: argparse.Namespace) -> int:
    run = store.find(options.resume) if options.resume else None
    if run is None:
        run = _new_run(options)
    else:
        _check_same(run, options)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C
    try:
        return _perform(run, options.json)
    except KeyboardInterrupt:
        print(f"Resume it with: python -m model train --resume {run.id}", file=sys.stderr)
        raise
    except UserError:
        if not options.resume and not run.checkpoint.exists():
            shutil.rmtree(run.folder, ignore_errors=True)  # it never began
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _new_run(options: argparse.Namespace) -> Run:
    source = _source(options)
    if source not in (None, datasets.SMALL):
        datasets.load(source)  # refused before anything is written
    try:
        request = store.RunRequest(
            _design(options),
            _recipe(options),
            source=source,
            network_id=options.id or "",
            network_folder=str(options.folder or ""),
            time_limit=options.time_limit,
            replace=options.replace,
        )
        return store.create(request, title=options.title)
    except UserError as refusal:
        raise UsageError(str(refusal)) from refusal


def _source(options: argparse.Namespace) -> str | None:
    """Return where the digits are, so that the run finds them from any folder."""
    if options.data in (None, datasets.SMALL):
        return options.data
    return str(Path(options.data).absolute())


def _design(options: argparse.Namespace) -> Design:
    if options.layers is not None:
        if options.architecture not in (None, OWN):
            raise UsageError(f"--layers is for an own network, not for {options.architecture}.")
        layers = _layers(options.layers)
        return Design(OWN, layers, **_given(options, Design))
    if options.architecture is None:
        raise UsageError("Say --architecture NAME, --layers FILE, or --resume RUN.")
    if options.architecture == OWN:
        raise UsageError("An own network needs its layers: --layers FILE.")
    return Design(options.architecture, **_given(options, Design))


def _layers(path: Path) -> tuple[dict[str, Any], ...]:
    try:
        specs = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(specs, list) or not all(isinstance(spec, dict) for spec in specs):
        raise UsageError(f"{path} must hold a list of layers, each an object with its kind.")
    return tuple(specs)


def _recipe(options: argparse.Namespace) -> Recipe:
    recipe = replace(RECIPES[options.recipe], **_given(options, Recipe))
    augmentation = recipe.augmentation
    if options.augmentation:
        augmentation = augmentation_of(options.augmentation)
    return replace(recipe, augmentation=replace(augmentation, **_given(options, Augmentation)))


def _given(options: argparse.Namespace, kind: type) -> dict[str, Any]:
    """Return what was asked for of a dataclass's plain numbers and words, by their names."""
    plain = [field.name for field in fields(kind) if field.type in (bool, int, float, str)]
    chosen = {name: getattr(options, name) for name in plain if name != "architecture"}
    return {name: value for name, value in chosen.items() if value is not None}


def _check_same(run: Run, options: argparse.Namespace) -> None:
    """Refuse to resume a run that is over, or as something else than it was begun as."""
    if run.status.state == DONE:
        raise UserError(N_("Run {id} has finished: there is nothing to resume."), id=run.id)
    asked = {**_given(options, Design), **_given(options, Recipe), **_given(options, Augmentation)}
    asked |= {"architecture": options.architecture, "source": _source(options)}
    recipe = run.request.recipe
    begun = {**vars(run.request.design), **vars(recipe), **vars(recipe.augmentation)}
    begun["source"] = run.request.source
    for name, value in asked.items():
        if value not in (None, begun[name]):
            raise UsageError(f"The run {run.id} was begun with {name} {begun[name]}, not {value}.")


def _perform(run: Run, as_json: bool) -> int:
    bars: dict[str, tqdm] = {}

    def show(purpose: str, done: int, total: int, unit: str, loss: float | None = None) -> None:
        if purpose not in bars:
            bars[purpose] = bar(total, purpose, unit)
            bars[purpose].initial = bars[purpose].n = done - 1
        if loss is not None:
            bars[purpose].set_postfix(loss=f"{loss:.3f}", refresh=False)
        bars[purpose].update(done - bars[purpose].n)

    def report(history: list[Any]) -> None:
        epoch = history[-1]
        kept = epoch.validation_accuracy
        words = f"epoch {epoch.number}: loss {epoch.loss:.4f}, {epoch.accuracy:.2%} in training"
        words += "" if kept is None else f", {kept:.2%} in validation"
        with tqdm.external_write_mode(sys.stderr):
            say({"epoch": vars(epoch)}, f"{words}, {epoch.seconds:.0f} s", as_json)

    say({"run": run.id}, f"run {run.id}", as_json)
    try:
        with _quiet(run):
            from model.training.trainer import perform

            card = perform(
                run,
                on_generated=lambda done, total: show("write", done, total, "pictures"),
                on_batch=lambda done, total, loss: show("train", done, total, "batches", loss),
                on_epoch=report,
            )
    finally:
        for each in bars.values():
            each.close()
    if card is None:
        raise KeyboardInterrupt  # it was paused from outside
    words = f"{card.id}: {card.test_accuracy:.2%} of {card.test_digits:,} test digits"
    words += f", {card.parameters:,} parameters, on {card.device}, in {run.request.network_folder}"
    say({"network": card.as_json()}, words, as_json)
    return 0


@contextmanager
def _quiet(run: Run) -> Iterator[None]:
    """Keep what libraries say, and tracebacks, in the run's log; our own words reach the user."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("absl").setLevel(logging.ERROR)
    with (run.folder / _LOG).open("a", encoding="utf-8") as log, _redirected(log.fileno()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except UserError:
            raise
        except Exception as error:
            traceback.print_exc(file=log)
            raise UserError(
                "Training stopped because of an unknown error: {kind}. Its log says where: {path}",
                kind=type(error).__name__,
                path=run.folder / _LOG,
            ) from error


@contextmanager
def _redirected(to: int) -> Iterator[None]:
    """Let what is written to standard error past Python go elsewhere: TensorFlow's C++ does so."""
    ours, kept = sys.stderr, os.dup(2)
    with suppress(OSError, ValueError):
        if ours.fileno() == 2:
            sys.stderr = os.fdopen(os.dup(kept), "w", buffering=1)
    os.dup2(to, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        sys.stderr = ours


# --- runs ---


def _runs(options: argparse.Namespace) -> int:
    for run_id in options.delete:
        store.delete(run_id)
        say({"deleted": run_id}, f"deleted {run_id}; restore it within a day", options.json)
    for run_id in options.restore:
        trash.restore(run_id)
        say({"restored": run_id}, f"restored {run_id}", options.json)
    if options.delete or options.restore:
        return 0
    for each in store.listings():
        if not isinstance(each, Run):
            sentence = str(each.reason)
            say({"id": each.id, "error": sentence}, f"{each.id}: {sentence}", options.json)
            continue
        accuracy = results.test_accuracy(each.folder)
        data = {
            "id": each.id,
            "title": each.title,
            "state": each.status.state,
            "created": each.created,
            "test_accuracy": accuracy,
            "reason": each.status.reason and str(each.status.reason),
        }
        measured = "" if accuracy is None else f", {accuracy:.2%}"
        say(data, f"{each.id}: {each.title}, {each.status.state}{measured}", options.json)
    return 0
