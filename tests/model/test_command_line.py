import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.command_line import main
from model.experiments.designs import Design
from model.experiments.recipes import QUICK, augmentation_of
from model.handwriting import hand
from model.inference import catalogue
from model.pixels.pen import render
from model.pixels.strokes import smooth
from model.runs import store
from model.training import trainer

ROOT = Path(__file__).parents[2]


def written(*digits, seed=3):
    """Ink on paper: digits side by side as a gray picture."""
    rng = np.random.default_rng(seed)
    squares = []
    for digit in digits:
        curves = [smooth(stroke * 120 + 40) for stroke in hand.write(digit, rng)]
        squares.append(255 - (render(curves, [10] * len(curves), 200) * 255).astype(np.uint8))
    return np.concatenate(squares, axis=1)


@pytest.fixture
def pictures(tmp_path):
    """A folder of good and bad files."""
    cv2.imwrite(str(tmp_path / "seven.png"), written(7))
    cv2.imwrite(str(tmp_path / "three.png"), written(2, 0, 5))
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((100, 120), 255, np.uint8))
    large = cv2.resize(written(2, 0, 5), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(tmp_path / "large.png"), large)
    (tmp_path / "cut.png").write_bytes((tmp_path / "seven.png").read_bytes()[:300])
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.png").write_text("no picture")
    return tmp_path


@pytest.fixture
def file(tmp_path):
    """Digits with labels, in a file with Keras's keys."""
    pixels, labels = hand.digits(300, seed=1)
    path = tmp_path / "digits.npz"
    np.savez(path, x_train=pixels, y_train=labels, x_test=pixels[:100], y_test=labels[:100])
    return str(path)


@pytest.fixture
def call(capsys):
    """Call a command with --json: exit status, the objects it printed, and its other words."""

    def perform(*arguments):
        try:
            status = main([*map(str, arguments), "--json"])
        except SystemExit as ending:  # argparse's own complaints
            status = ending.code
        printed = capsys.readouterr()
        return status, [json.loads(line) for line in printed.out.splitlines()], printed.err

    return perform


def test_predict_reads_a_digit_and_says_how_sure_it_is(call, pictures):
    status, [answer], _ = call("predict", pictures / "seven.png")

    assert status == 0
    assert set(answer) == {"path", "digits", "error"}
    assert answer["path"] == str(pictures / "seven.png")
    assert answer["error"] is None
    [digit] = answer["digits"]
    assert set(digit) == {"box", "label", "probability", "probabilities", "verdict"}
    assert digit["label"] == 7
    assert digit["verdict"] in ("digit", "unsure")
    assert len(digit["probabilities"]) == 10
    assert sum(digit["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert digit["probability"] == max(digit["probabilities"])


def test_predict_finds_each_of_several_digits_where_it_stands(call, pictures):
    _, [answer], _ = call("predict", pictures / "three.png")

    for number, digit in enumerate(answer["digits"]):
        x, y, width, height = digit["box"]
        assert 200 * number < x < x + width < 200 * (number + 1)
        assert 0 < y < y + height < 200
    assert len(answer["digits"]) == 3


def test_boxes_are_in_the_pixels_of_the_file_even_where_it_is_read_smaller(call, pictures):
    _, [small], _ = call("predict", pictures / "three.png")
    _, [large], _ = call("predict", pictures / "large.png")

    for one, other in zip(small["digits"], large["digits"], strict=True):
        assert np.array(one["box"]) * 2 == pytest.approx(np.array(other["box"]), abs=8)


def test_predict_single_takes_the_whole_picture_for_one_digit(call, pictures):
    _, [answer], _ = call("predict", pictures / "three.png", "--single")

    assert len(answer["digits"]) == 1


def test_predict_calls_paper_empty(call, pictures):
    for option in ([], ["--single"]):
        status, [answer], _ = call("predict", pictures / "blank.png", *option)
        [digit] = answer["digits"]
        assert (status, digit["verdict"], digit["label"]) == (0, "empty", None)


def test_one_bad_file_does_not_stop_the_others(call, pictures):
    names = ["cut.png", "seven.png", "empty.png", "nothing.png", "text.png", "three.png", "."]
    status, answers, _ = call("predict", *(pictures / name for name in names))

    assert status == 1
    assert [answer["path"] for answer in answers] == [str(pictures / name) for name in names]
    assert [answer["error"] is None for answer in answers] == [
        name in ("seven.png", "three.png") for name in names
    ]
    for answer in answers:
        assert (len(answer["digits"]) > 0) == (answer["error"] is None)
        assert answer["error"] is None or answer["error"].endswith((".", "."))


def test_predict_does_not_wait_for_a_pipe_into_which_nobody_writes(call, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    status, [answer], _ = call("predict", tmp_path / "pipe.png")
    assert status == 1
    assert "pipe" in answer["error"]


def test_predict_without_json_is_a_line_for_people(pictures, capsys):
    status = main(["predict", str(pictures / "seven.png"), str(pictures / "blank.png")])
    seven, blank = capsys.readouterr().out.splitlines()

    assert status == 0
    assert seven.startswith(f"{pictures / 'seven.png'}: 7 (")
    assert blank.endswith("nothing drawn")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["predict"],
        ["forget"],
        ["predict", "x.png", "--network", "../../etc"],
        ["evaluate", "--network", "no such"],
        ["train"],
        ["train", "--architecture", "no such"],
        ["train", "--architecture", "tiny", "--epochs", "0"],
        ["train", "--architecture", "tiny", "--epochs", "many"],
        ["train", "--architecture", "tiny", "--optimizer", "magic"],
        ["train", "--architecture", "tiny", "--activation", "magic"],
        ["train", "--architecture", "tiny", "--id", "../x"],
        ["train", "--architecture", "tiny", "--id", "default", "--folder", catalogue.SHIPPED],
    ],
    ids=lambda arguments: " ".join(map(str, arguments))[:40],
)
def test_a_wrong_call_ends_with_2_and_a_sentence(call, arguments):
    status, _, words = call(*arguments)

    assert status == 2
    assert words.strip()
    assert "Traceback" not in words


def test_evaluate_tells_accuracy_loss_and_confusion(call, file):
    status, [answer], words = call("evaluate", "--data", file)

    assert status == 0
    assert (answer["network"], answer["n"]) == ("default", 100)
    confusion = np.array(answer["confusion"])
    assert confusion.sum() == 100
    assert answer["accuracy"] == pytest.approx(np.trace(confusion) / 100)
    assert answer["accuracy"] > 0.8
    assert answer["loss"] > 0
    assert len(answer["per_digit"]) == 10
    assert "100%" in words  # the progress bar


@pytest.mark.parametrize("name", ["nothing.npz", "text.png", "."])
def test_evaluate_on_a_file_that_holds_no_digits_ends_with_1(call, pictures, name):
    status, [answer], words = call("evaluate", "--data", pictures / name)

    assert status == 1
    assert name in answer["error"]
    assert "Traceback" not in words


def test_evaluate_reads_pen_strokes_and_scribbles_and_writes_what_it_measured(
    call, tmp_path, tiny_folder, monkeypatch
):
    shutil.copytree(tiny_folder, tmp_path / "networks")
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    pens = tmp_path / "pens.json"
    pens.write_text(json.dumps([{"label": 1, "strokes": [[[10, 0], [10, 50]]]}] * 4))
    status, [answer], _ = call("evaluate", "--network", "tiny", "--pens", pens, "--write")

    assert status == 0
    assert (answer["data"], answer["n"]) == ("pens.json", 4)
    assert answer["strangers"]["digits"] == 4
    assert answer["strangers"]["accuracy"] == answer["accuracy"]
    _, answers, _ = call("networks")
    assert {each["id"]: each for each in answers}["tiny"]["strangers"] == answer["strangers"]


@pytest.mark.parametrize("options", [["--write"], ["--pens", "pens.json", "--data", "digits"]])
def test_evaluate_refuses_options_that_do_not_go_together(call, options):
    status, [answer], _ = call("evaluate", *options)
    assert status == 2
    assert "--pens" in answer["error"]


def test_networks_lists_the_cards_and_names_the_damaged(call, tiny_folder, tmp_path, monkeypatch):
    own = tmp_path / "networks"
    own.mkdir()
    for path in tiny_folder.iterdir():
        (own / path.name).write_bytes(path.read_bytes())
    (own / "broken.json").write_text("{}")
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    status, answers, _ = call("networks")

    assert status == 0
    listed = {answer["id"]: answer for answer in answers}
    assert list(listed) == ["default", "broken", "tiny"]
    assert "damaged" in listed["broken"]["error"]
    assert listed["tiny"]["parameters"] == 3212
    assert listed["default"]["test_digits"] == 10_000


def test_predicting_needs_no_keras(pictures):
    script = (
        "import sys; from model.command_line import main\n"
        f"main(['predict', {str(pictures / 'seven.png')!r}])\n"
        "sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True)

    assert done.returncode == 0
    assert b": 7 (" in done.stdout


SMALL = ("--generated", "60", "--batch-size", "32", "--validation", "60")


def test_train_publishes_a_network_that_predict_can_use(call, file, pictures, home):
    arguments = ("--architecture", "tiny", "--epochs", "2", "--data", file, "--id", "fresh")
    status, [begun, *epochs, ended], words = call("train", *arguments, *SMALL)

    assert status == 0
    assert [epoch["epoch"]["number"] for epoch in epochs] == [1, 2]
    assert ended["network"]["id"] == "fresh"
    assert ended["network"]["recipe"]["epochs"] == 2
    assert store.find(begun["run"]).status.state == store.DONE
    assert "train" in words  # the progress bar
    _, [answer], _ = call("evaluate", "--network", "fresh", "--data", file)
    assert answer["accuracy"] == ended["network"]["test_accuracy"]
    assert call("predict", pictures / "seven.png", "--network", "fresh")[0] == 0


def test_ctrl_c_leaves_a_run_that_can_be_resumed(call, file, monkeypatch):
    perform = trainer.perform

    def interrupted(run, *, on_epoch, **listeners):
        def tell(history):
            on_epoch(history)
            if len(history) == 2:
                os.kill(os.getpid(), signal.SIGINT)

        return perform(run, on_epoch=tell, **listeners)

    monkeypatch.setattr(trainer, "perform", interrupted)
    arguments = ("--architecture", "tiny", "--epochs", "5", "--data", file, "--id", "paused")
    status, [begun, *_], words = call("train", *arguments, *SMALL)

    assert status == 130
    assert f"--resume {begun['run']}" in words
    left = store.find(begun["run"])
    assert left.status.state == store.INTERRUPTED
    assert len(left.status.history) == 2

    for other in (["--epochs", "21"], ["--dropout", "0.5"], ["--architecture", "lenet5"]):
        assert call("train", "--resume", left.id, *other)[0] == 2
    status, [_, *epochs, ended], _ = call("train", "--resume", left.id)
    assert status == 0
    assert [epoch["epoch"]["number"] for epoch in epochs] == [3, 4, 5]
    assert ended["network"]["id"] == "paused"


def test_train_takes_every_setting_of_design_and_recipe(call, file):
    arguments = ["--architecture", "tiny", "--activation", "elu", "--dropout", "0.25"]
    arguments += ["--kernel-initializer", "he_normal", "--optimizer", "nesterov", "--digits", "50"]
    arguments += ["--schedule", "cosine", "--averaging", "0", "--epochs", "1", "--data", file]
    status, [begun, _, ended], _ = call("train", *arguments, *SMALL)
    run = store.find(begun["run"])

    assert status == 0
    assert run.request.design == Design("tiny", (), "elu", "he_normal", 0.25)
    assert (run.request.recipe.optimizer, run.request.recipe.schedule) == ("nesterov", "cosine")
    assert (run.request.recipe.averaging, run.request.recipe.digits) == (0, 50)
    assert "Dropout" in [layer["kind"] for layer in ended["network"]["layers"]]
    source, *_ = ended["network"]["data"]
    assert source["count"] == 50


def test_a_run_that_does_not_exist_cannot_be_resumed(call):
    status, [answer], _ = call("train", "--resume", "../../etc/passwd")

    assert status in (1, 2)
    assert "does not exist" in answer["error"]


def test_a_run_that_has_finished_is_not_resumed_and_stays_finished(call, file):
    arguments = ("--architecture", "tiny", "--epochs", "1", "--data", file, "--id", "over")
    _, [begun, *_], _ = call("train", *arguments, *SMALL, "--recipe", "plain")
    status, answers, _ = call("train", "--resume", begun["run"])

    assert status == 1
    assert "has finished" in answers[-1]["error"]
    assert store.find(begun["run"]).status.state == store.DONE


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    """A home without runs."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("name", ["nothing.npz", "text.png"])
@pytest.mark.usefixtures("empty_home")
def test_a_file_without_digits_leaves_no_run_behind(call, pictures, name):
    status, answers, words = call("train", "--architecture", "tiny", "--data", pictures / name)

    assert status == 1
    assert name in answers[-1]["error"]
    assert "Traceback" not in words
    assert store.listings() == []


LAYERS = [
    {"kind": "conv", "filters": 3, "kernel_size": 5, "strides": 3},
    {"kind": "dense", "units": 12, "activation": "relu"},
]


def test_train_takes_layers_augmentation_recipe_and_time_limit(call, file, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(trainer, "perform", lambda run, **_: asked.append(run.request))
    layers = tmp_path / "layers.json"
    layers.write_text(json.dumps(LAYERS))
    arguments = ["--layers", layers, "--recipe", "quick", "--augmentation", "strong"]
    call("train", *arguments, "--rotation", "33", "--time-limit", "60", "--data", file)

    (request,) = asked
    assert request.design == Design("own", tuple(LAYERS))
    assert (request.time_limit, request.recipe.epochs) == (60, QUICK.epochs)
    strong = augmentation_of("strong")
    assert request.recipe.augmentation == replace(strong, rotation=33)
    assert request.recipe == replace(QUICK, augmentation=replace(strong, rotation=33))


@pytest.mark.usefixtures("empty_home")
def test_a_network_of_ones_own_needs_layers_that_can_be_read(call, tmp_path):
    (tmp_path / "text.json").write_text("conv")
    (tmp_path / "number.json").write_text("7")
    for arguments in (
        ["--architecture", "own"],
        ["--layers", tmp_path / "nothing.json"],
        ["--layers", tmp_path / "text.json"],
        ["--layers", tmp_path / "number.json"],
        ["--architecture", "tiny", "--layers", tmp_path / "text.json"],
    ):
        status, answers, _ = call("train", *arguments)
        assert status == 2
        assert "layers" in answers[-1]["error"] or "JSON" in answers[-1]["error"]
    assert store.listings() == []


def test_what_can_be_chosen_stands_in_the_help(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    said = capsys.readouterr().out
    for choice in ("lenet5", "own", "nesterov", "one-cycle", "he_normal", "quick", "usual"):
        assert choice in said


@pytest.mark.usefixtures("empty_home")
def test_runs_lists_deletes_and_restores(call):
    request = store.RunRequest(Design("tiny"), QUICK)
    run = store.create(request, title="Mine", state=store.PAUSED)
    broken = store.create(request, title="Broken")
    (broken.folder / "state.json").write_text("{")

    _, listed, _ = call("runs")
    found = {each["id"]: each for each in listed}
    assert (found[run.id]["title"], found[run.id]["state"]) == ("Mine", "paused")
    assert "cannot be read" in found[broken.id]["error"]
    assert call("runs", "--delete", run.id, broken.id)[0] == 0
    assert store.listings() == []
    assert call("runs", "--restore", run.id)[0] == 0
    assert [each.id for each in store.listings()] == [run.id]
    assert call("runs", "--delete", "nowhere")[0] == 1


def test_an_unforeseen_error_is_a_sentence_and_its_traceback_in_the_log(call, file, monkeypatch):
    def broken(run, **_):
        run.checkpoint.touch()  # it had begun
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(trainer, "perform", broken)
    status, answers, words = call("train", "--architecture", "tiny", "--data", file)

    assert status == 1
    assert "unknown error: ZeroDivisionError" in answers[-1]["error"]
    assert "Traceback" not in words
    log = store.find(answers[0]["run"]).folder / "log.txt"
    assert "ZeroDivisionError: unforeseen" in log.read_text()


def test_a_training_from_a_terminal_says_nothing_but_what_is_its_own(file, tmp_path):
    arguments = ("--architecture", "tiny", "--epochs", "1", "--data", file, "--recipe", "plain")
    done = subprocess.run(
        [sys.executable, "-m", "model", "train", *arguments, "--validation", "60"],
        cwd=ROOT,
        env={**os.environ, "CONVSCOPE_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.replace("\r", "\n").splitlines() if line.strip()]
    assert [line for line in lines if not line.startswith(("train:", "write:"))] == []
