"""What can be done from a terminal: read pictures, measure, train, add and list networks.

With `--json` each answer is one JSON object on a line of standard output; progress and sentences
for people go to standard error. The exit status is 0, 1 where something was wrong with an input,
2 for a wrong call, and 130 after Ctrl-C.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model import __version__
from model.add_command import add_add
from model.base.errors import UserError
from model.inference import catalogue
from model.inference.network import Network
from model.terminal import UsageError, add_data, bar, command, complain, say
from model.train_command import add_runs, add_train

if TYPE_CHECKING:
    from model.inference.evaluation import Evaluation

PENS = "instead of --data: pen strokes, a JSON file of {label, strokes: [[[x, y], …], …]}"
WRONG_INPUT, WRONG_CALL, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.perform(options)
    except (UsageError, UserError) as error:
        complain(str(error), options.json)
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

    predict = command(commands, "predict", _predict, "read the digits in pictures")
    predict.add_argument("paths", nargs="+", metavar="PATH", help="PNG, JPEG, WebP, GIF or BMP")
    predict.add_argument("--single", action="store_true", help="read each picture as one digit")
    _add_network(predict)

    evaluate = command(commands, "evaluate", _evaluate, "measure a network on labeled digits")
    _add_network(evaluate)
    add_data(evaluate, "an .npz file with x_test and y_test, or the word digits")
    evaluate.add_argument("--pens", type=Path, metavar="FILE", help=PENS)
    evaluate.add_argument(
        "--write", action="store_true", help="into the card, what --pens measured"
    )

    add_add(commands)
    add_train(commands)
    add_runs(commands)
    command(commands, "networks", _networks, "list the networks at hand")
    bench = command(commands, "bench", _bench, "measure the speed of everything here")
    _add_network(bench)
    return parser


def _add_network(command: argparse.ArgumentParser) -> None:
    command.add_argument("--network", metavar="ID", default=catalogue.DEFAULT)


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
        say(answer.as_json(), str(answer), options.json)
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
    with bar(len(digits), "evaluate", "digits") as shown:
        found = evaluate(network, digits.pixels, digits.labels, shown.update)
    say(*_evaluation(options.network, name, found), options.json)
    return 0


def _evaluate_pens(options: argparse.Namespace, network: Network) -> int:
    from model.inference.strangers import SCRIBBLES, measure, read_pens

    if options.data:
        raise UsageError("Say --data or --pens, not both.")
    digits = read_pens(options.pens)
    with bar(len(digits) + SCRIBBLES, "evaluate", "drawings") as shown:
        found, strangers = measure(network, digits, shown.update)
    if options.write:
        catalogue.write_strangers(options.network, strangers)
    data, words = _evaluation(options.network, options.pens.name, found)
    words += f"\nunsure: {strangers.unsure:.1%} of the digits, "
    words += f"{strangers.scribbles_unsure:.1%} of {strangers.scribbles} scribbles"
    say({**data, "strangers": vars(strangers)}, words, options.json)
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
            say({"id": listing.id, "error": sentence}, f"{listing.id}: {sentence}", options.json)
            continue
        accuracy = "not measured"
        if card.test_accuracy is not None:
            accuracy = f"{card.test_accuracy:.2%} of {card.test_digits:,}"
        words = f"{card.id}: {card.title}, {card.parameters:,} parameters, {accuracy}, {card.date}"
        say(card.as_json(), words, options.json)
    return 0


def _bench(options: argparse.Namespace) -> int:
    from model.benchmarks.measure import MEASUREMENTS, measure, table

    _opened(options.network)
    rows = []
    with bar(MEASUREMENTS, "bench", "measurements") as shown:
        for row in measure(options.network):
            rows.append(row)
            shown.update()
            if options.json:
                say(row.as_json(), "", as_json=True)
    if not options.json:
        print(table(rows))
    return 0
