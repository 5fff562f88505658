"""What can be done from a terminal: read pictures, measure, train and list networks.

With `--json` each answer is one JSON object on a line of standard output; progress and sentences
for people go to standard error. The exit status is 0, 1 where something was wrong with an input,
2 for a wrong call, and 130 after Ctrl-C.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from model import __version__
from model.base.errors import UserError
from model.experiments.designs import DESIGNS, Design
from model.experiments.recipes import Recipe
from model.inference import catalogue
from model.inference.network import Network

if TYPE_CHECKING:
    from model.inference.evaluation import Evaluation
    from model.runs.store import Run

PENS = "instead of --data: pen strokes, a JSON file of {label, strokes: [[[x, y], …], …]}"
WRONG_INPUT, WRONG_CALL, INTERRUPTED = 1, 2, 130


class UsageError(Exception):
    """A call that asks for what does not exist; the text says what."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.perform(options)
    except (UsageError, UserError) as error:
        _complain(str(error), options.json)
        return WRONG_CALL if isinstance(error, UsageError) else WRONG_INPUT
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the answers has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m model", description="Convscope without its pages.")
    parser.add_argument("--version", action="version", version=f"Convscope {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    predict = _command(commands, "predict", _predict, "read the digits in pictures")
    predict.add_argument("paths", nargs="+", metavar="PATH", help="PNG, JPEG, WebP, GIF or BMP")
    predict.add_argument("--single", action="store_true", help="read each picture as one digit")
    _add_network(predict)

    evaluate = _command(commands, "evaluate", _evaluate, "measure a network on labeled digits")
    _add_network(evaluate)
    _add_data(evaluate, "an .npz file with x_test and y_test, or the word digits")
    evaluate.add_argument("--pens", type=Path, metavar="FILE", help=PENS)
    evaluate.add_argument(
        "--write", action="store_true", help="into the card, what --pens measured"
    )

    train = _command(commands, "train", _train, "train a network and publish it")
    train.add_argument("--architecture", metavar="NAME", help=", ".join(DESIGNS))
    train.add_argument("--resume", metavar="RUN", help="resume a run that was interrupted")
    train.add_argument("--id", help="of the network that is published; by default the run's")
    train.add_argument("--title", help="of that network")
    train.add_argument("--folder", type=Path, help="where to publish it; by default your own")
    train.add_argument("--replace", action="store_true", help="take the place of that id")
    _add_data(train, "an .npz file with Keras's four keys, or the word digits")
    _add_fields(train.add_argument_group("design"), Design)
    _add_fields(train.add_argument_group("recipe"), Recipe)

    _command(commands, "networks", _networks, "list the networks at hand")
    bench = _command(commands, "bench", _bench, "measure the speed of everything here")
    _add_network(bench)
    return parser


def _command(
    commands: Any, name: str, perform: Callable[[argparse.Namespace], int], purpose: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=purpose, description=purpose)
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(perform=perform)
    return command


def _add_network(command: argparse.ArgumentParser) -> None:
    command.add_argument("--network", metavar="ID", default=catalogue.DEFAULT)


def _add_data(command: argparse.ArgumentParser, purpose: str) -> None:
    command.add_argument("--data", metavar="FILE", help=purpose)


def _add_fields(group: Any, kind: type) -> None:
    """Offer each plain number and word of a dataclass as an option; None where it is not given."""
    for field in fields(kind):
        option = f"--{field.name.replace('_', '-')}"
        if field.default is MISSING:
            continue
        if field.type is bool:
            group.add_argument(option, action=argparse.BooleanOptionalAction)
        elif field.type in (int, float, str):
            default = f"by default {field.default}" if field.default != "" else "as designed"
            group.add_argument(option, type=field.type, help=default)


def _say(data: dict[str, Any], words: str, as_json: bool) -> None:
    print(json.dumps(data, ensure_ascii=False) if as_json else words, flush=True)


def _complain(sentence: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": sentence}, ensure_ascii=False), flush=True)
    print(sentence, file=sys.stderr)


def _bar(total: int, purpose: str, unit: str) -> tqdm:
    return tqdm(total=total, desc=purpose, unit=f" {unit}", mininterval=0.5, file=sys.stderr)


def _opened(network_id: str) -> Network:
    known = [listing.id for listing in catalogue.listings()]
    if network_id not in known:
        raise UsageError(f"There is no network {network_id!r}; there are {', '.join(known)}.")
    return catalogue.open_network(network_id)


def _predict(options: argparse.Namespace) -> int:
    from model.inference.predictions import predict

    network = _opened(options.network)
    status = 0
    for path in options.paths:
        answer = predict(network, path, single=options.single)
        _say(answer.as_json(), str(answer), options.json)
        status = status or (WRONG_INPUT if answer.error else 0)
    return status


def _evaluate(options: argparse.Namespace) -> int:
    from model.data.datasets import load_test
    from model.inference.evaluation import evaluate

    network = _opened(options.network)
    if options.pens:
        return _evaluate_pens(options, network)
    if options.write:
        raise UsageError("--write goes with --pens FILE.")
    name, digits = load_test(options.data)
    with _bar(len(digits), "evaluate", "digits") as bar:
        found = evaluate(network, digits.pixels, digits.labels, bar.update)
    _say(*_evaluation(options.network, name, found), options.json)
    return 0


def _evaluate_pens(options: argparse.Namespace, network: Network) -> int:
    from model.inference.strangers import SCRIBBLES, measure, read_pens

    if options.data:
        raise UsageError("Say --data or --pens, not both.")
    digits = read_pens(options.pens)
    with _bar(len(digits) + SCRIBBLES, "evaluate", "drawings") as bar:
        found, strangers = measure(network, digits, bar.update)
    if options.write:
        catalogue.write_strangers(options.network, strangers)
    data, words = _evaluation(options.network, options.pens.name, found)
    words += f"\nunsure: {strangers.unsure:.1%} of the digits, "
    words += f"{strangers.scribbles_unsure:.1%} of {strangers.scribbles} scribbles"
    _say({**data, "strangers": vars(strangers)}, words, options.json)
    return 0


def _evaluation(network_id: str, name: str, found: "Evaluation") -> tuple[dict[str, Any], str]:
    """Return what was measured as JSON and in words."""
    data = {
        "network": network_id,
        "data": name,
        "n": found.n,
        "accuracy": found.accuracy,
        "loss": found.loss,
        "confusion": found.confusion.tolist(),
        "per_digit": found.per_digit,
    }
    lines = [f"{found.accuracy:.2%} of {found.n:,} digits of {name}, loss {found.loss:.4f}"]
    lines += ["label  read as  0     1     2     3     4     5     6     7     8     9   right"]
    for digit, (row, share) in enumerate(zip(found.confusion, found.per_digit, strict=True)):
        counts = " ".join(f"{count:5d}" for count in row)
        lines.append(f"    {digit}    {counts}   {'' if share is None else f'{share:.1%}'}")
    return data, "\n".join(lines)


def _networks(options: argparse.Namespace) -> int:
    for listing in catalogue.listings():
        card = listing.card
        if card is None:
            sentence = str(listing.damage)
            _say({"id": listing.id, "error": sentence}, f"{listing.id}: {sentence}", options.json)
            continue
        accuracy = "not measured"
        if card.test_accuracy is not None:
            accuracy = f"{card.test_accuracy:.2%} of {card.test_digits:,}"
        words = f"{card.id}: {card.title}, {card.parameters:,} parameters, {accuracy}, {card.date}"
        _say(card.as_json(), words, options.json)
    return 0


def _train(options: argparse.Namespace) -> int:
    from model.runs import store

    run = store.find(options.resume) if options.resume else None
    if run is None:
        run = _new_run(options)
    else:
        _check_same(run, options)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's greetings
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C
    try:
        return _perform(run, options.json)
    except KeyboardInterrupt:
        print(f"Resume it with: python -m model train --resume {run.id}", file=sys.stderr)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _new_run(options: argparse.Namespace) -> "Run":
    from model.runs import store

    if options.architecture is None:
        raise UsageError("Say --architecture NAME, or --resume RUN.")
    try:
        request = store.RunRequest(
            Design(options.architecture, **_given(options, Design)),
            Recipe(**_given(options, Recipe)),
            source=options.data,
            network_id=options.id or "",
            network_folder=str(options.folder or ""),
            replace=options.replace,
        )
        return store.create(request, title=options.title)
    except UserError as refusal:
        raise UsageError(str(refusal)) from refusal


def _given(options: argparse.Namespace, kind: type) -> dict[str, Any]:
    """Return what was asked for of a dataclass, by the names of the fields that have a default."""
    names = [field.name for field in fields(kind) if field.default is not MISSING]
    chosen = {name: getattr(options, name, None) for name in names}
    return {name: value for name, value in chosen.items() if value is not None}


def _check_same(run: "Run", options: argparse.Namespace) -> None:
    """Refuse to resume a run as something else than it was begun as."""
    asked = {**_given(options, Design), **_given(options, Recipe)}
    asked |= {"architecture": options.architecture, "source": options.data}
    begun = {**vars(run.request.design), **vars(run.request.recipe)}
    begun["source"] = run.request.source
    for name, value in asked.items():
        if value not in (None, begun[name]):
            raise UsageError(f"The run {run.id} was begun with {name} {begun[name]}, not {value}.")


def _perform(run: "Run", as_json: bool) -> int:
    from model.training.trainer import perform

    bars: dict[str, tqdm] = {}

    def show(purpose: str, done: int, total: int, unit: str, loss: float | None = None) -> None:
        if purpose not in bars:
            bars[purpose] = _bar(total, purpose, unit)
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
            _say({"epoch": vars(epoch)}, f"{words}, {epoch.seconds:.0f} s", as_json)

    _say({"run": run.id}, f"run {run.id}", as_json)
    try:
        card = perform(
            run,
            on_generated=lambda done, total: show("write", done, total, "pictures"),
            on_batch=lambda done, total, loss: show("train", done, total, "batches", loss),
            on_epoch=report,
        )
    finally:
        for bar in bars.values():
            bar.close()
    if card is None:
        raise KeyboardInterrupt  # it was paused from outside
    words = f"{card.id}: {card.test_accuracy:.2%} of {card.test_digits:,} test digits"
    words += f", {card.parameters:,} parameters, on {card.device}, in {run.request.network_folder}"
    _say({"network": card.as_json()}, words, as_json)
    return 0


def _bench(options: argparse.Namespace) -> int:
    from model.benchmarks.measure import MEASUREMENTS, measure, table

    _opened(options.network)
    rows = []
    with _bar(MEASUREMENTS, "bench", "measurements") as bar:
        for row in measure(options.network):
            rows.append(row)
            bar.update()
            if options.json:
                _say(row.as_json(), "", as_json=True)
    if not options.json:
        print(table(rows))
    return 0
