"""Why runs fail or end early: by a code, and in a sentence that stands in one place."""

import ast
from pathlib import Path

import pytest

from model.base.errors import UserError
from model.data import datasets
from model.runs.reasons import SENTENCES, Reason, RunError, cannot_save

MODEL = Path(__file__).parents[3] / "model"
GIVEN = {
    node.value
    for path in MODEL.rglob("*.py")
    if path.name != "reasons.py"
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}


@pytest.mark.parametrize("code", sorted(set(SENTENCES) - {"not_saved"}))
def test_every_reason_is_given_somewhere(code):
    assert code in GIVEN


def test_no_sentence_of_a_reason_stands_in_a_second_place():
    assert not GIVEN & set(SENTENCES.values())


def test_a_reason_without_a_sentence_cannot_be_given():
    with pytest.raises(KeyError):
        RunError("no such thing")


def test_a_reason_keeps_its_code_and_values_as_plain_json():
    reason = Reason.of(RunError("diverged", epoch=3))
    assert (reason.code, reason.values) == ("diverged", {"epoch": 3})
    assert Reason.from_json(vars(reason)) == reason
    assert "in epoch 3" in str(reason)


def test_a_reason_is_told_in_the_words_of_today():
    kept = {"code": "diverged", "template": "It broke in epoch {epoch}.", "values": {"epoch": 3}}
    assert Reason.from_json(kept) == Reason.of(RunError("diverged", epoch=3))


def test_an_error_of_another_kind_is_a_reason_without_a_code():
    reason = Reason.of(UserError("It is {path}.", path=Path("/x")))
    assert reason == Reason("", "It is {path}.", {"path": "/x"})


def test_a_full_disk_is_named_as_the_system_names_it():
    reason = Reason.of(cannot_save(OSError(28, "No space left on device")))
    assert (reason.code, reason.values) == ("not_saved", {"reason": "No space left on device"})


def test_a_reason_of_an_earlier_version_is_known_again_by_its_sentence():
    sentence = "The loss is no number any more in epoch {epoch}: learn more slowly."
    assert Reason.from_template(SENTENCES["diverged"], {"epoch": 2}).code == "diverged"
    assert Reason.from_template("Something else.", {}).code == ""
    assert Reason.from_template(sentence, {"epoch": 2}) == Reason.of(RunError("diverged", epoch=2))
    assert Reason.from_template("", {}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": 5, "template": "x"},
        {"code": "", "template": None},
        {"code": "", "template": "{missing}"},
        {"template": "x"},
        {"code": "", "template": "x", "values": []},
    ],
)
def test_what_is_no_reason_is_refused(wrong):
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        Reason.from_json(wrong)


def test_a_run_whose_digits_cannot_be_read_keeps_a_code_that_every_reader_has_words_for(tmp_path):
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(b"no digits")
    with pytest.raises(UserError) as found:
        datasets.load(str(damaged))
    reason = Reason.of(found.value)
    assert (reason.code, reason.values) == ("data_unreadable", {"path": str(damaged)})
    assert SENTENCES[reason.code] == reason.template
    assert Reason.from_json(vars(reason)) == reason
