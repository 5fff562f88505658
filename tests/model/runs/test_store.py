import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model.base.errors import UserError
from model.base.home import VALID_ID
from model.data.augmentation import Augmentation
from model.experiments.designs import OWN, Design
from model.experiments.recipes import Recipe
from model.inference.origin import Device
from model.runs import control, store, trash
from model.runs.pulses import are_damaged, read_pulses
from model.runs.quota import bytes_in
from model.runs.reasons import Reason
from model.runs.store import Damaged

ROOT = Path(__file__).parents[3]
RECIPE = Recipe(epochs=2, synthetic=0, outliers=0, averaging=0, generated=0)

HOLD = """
import sys, time
from model.runs import store
with store.hold(store.find(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(home):
    return store.create(store.RunRequest(Design("tiny"), RECIPE), owner="ada", title="First")


@pytest.fixture
def holder(run):
    """Another process that holds the run's lock, as its trainer does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, run.id], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_run_is_found_as_it_was_written(home):
    design = Design(OWN, ({"kind": "conv", "filters": 3, "kernel_size": 3},), dropout=0.5)
    made = store.create(
        store.RunRequest(
            design, RECIPE, source="digits", group="g", preset="baseline", time_limit=600
        ),
        owner="ada",
        title="  A  title ",
        state=store.QUEUED,
    )

    assert store.find(made.id) == made
    assert made.title == "A title"
    assert (made.request.design, made.request.recipe, made.request.time_limit) == (
        design,
        RECIPE,
        600,
    )


def test_nobody_can_guess_a_run(home):
    ids = {store.create(store.RunRequest(Design("deep_relu"), RECIPE)).id for _ in range(5)}

    assert len({each[-16:] for each in ids}) == 5
    for each in ids:
        assert VALID_ID.fullmatch(each)
        assert int(each[-16:], 16) >= 0


def test_a_run_that_says_running_is_interrupted_where_no_process_holds_it(run):
    run.write_status(state=store.RUNNING)
    found = store.find(run.id)

    assert (found.status.state, store.is_alive(found)) == (store.INTERRUPTED, False)
    assert "unexpectedly" in str(found.status.reason)


def test_a_run_is_running_while_its_process_lives_and_interrupted_once_that_is_killed(run, holder):
    run.write_status(state=store.RUNNING)
    assert store.find(run.id).status.state == store.RUNNING
    assert store.is_alive(run)

    holder.kill()
    holder.wait()
    assert store.find(run.id).status.state == store.INTERRUPTED


def test_a_run_is_trained_by_one_process_only(run, holder, monkeypatch):
    monkeypatch.setattr(store, "_LOOKING", 0.1)
    with pytest.raises(UserError, match="already"), store.hold(run):
        pass


def test_looking_often_whether_a_run_is_alive_does_not_keep_its_trainer_out(run):
    code = "import sys\nfrom model.runs import store\nrun = store.find(sys.argv[1])\n"
    looking = subprocess.Popen(
        [sys.executable, "-c", code + "while True: store.is_alive(run)", run.id], cwd=ROOT
    )
    try:
        time.sleep(0.5)
        for _ in range(20):
            with store.hold(run):
                pass
    finally:
        looking.kill()
        looking.wait()


def test_listings_are_newest_first_and_only_the_owners(home):
    one = store.create(store.RunRequest(Design("tiny"), RECIPE), owner="ada")
    other = store.create(store.RunRequest(Design("tiny"), RECIPE), owner="bob")
    last = store.create(store.RunRequest(Design("lenet5"), RECIPE), owner="ada", state=store.QUEUED)

    assert [each.id for each in store.listings("ada")] == [last.id, one.id]
    assert [each.id for each in store.listings("bob")] == [other.id]
    assert [each.id for each in store.listings()] == [last.id, other.id, one.id]
    assert store.listings("nobody") == []


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"recipe": 1}', "\0\0", '{"id": "x", "state": "done"}']
)
def test_a_damaged_run_is_listed_as_damaged_and_harms_no_other(run, content):
    other = store.create(store.RunRequest(Design("tiny"), RECIPE), owner="ada")
    (run.folder / "state.json").write_text(content)
    whole, damaged = sorted(store.listings("ada"), key=lambda each: isinstance(each, Damaged))

    assert whole.id == other.id
    assert (damaged.id, damaged.owner, damaged.title) == (run.id, "ada", "First")
    assert "cannot be read" in str(damaged.reason)
    store.delete(run.id)
    assert [each.id for each in store.listings()] == [other.id]


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("status", {"history": [1, 2]}),
        ("status", {"history": [{"validation_accuracy": "high"}]}),
        ("status", {"digits_total": "many"}),
        ("status", {"written": 5}),
        ("status", {"obeyed": None}),
        ("status", {"events": [{"kind": "x"}]}),
        ("request", {"time_limit": "ten minutes"}),
        ("request", {"group": 7}),
        ("request", {"preset": []}),
    ],
)
def test_a_state_of_another_shape_makes_that_run_damaged(run, part, changed):
    data = json.loads((run.folder / "state.json").read_text("utf-8"))
    (run.folder / "state.json").write_text(json.dumps({**data, part: {**data[part], **changed}}))

    (damaged,) = store.listings("ada")
    assert isinstance(damaged, Damaged)
    assert "cannot be read" in str(damaged.reason)


@pytest.mark.parametrize("changed", [{"epochs": "3"}, {"seed": None}, {"learning_rate": []}])
def test_a_recipe_of_another_shape_makes_that_run_damaged(run, changed):
    data = json.loads((run.folder / "state.json").read_text("utf-8"))
    data["request"]["recipe"] |= changed
    (run.folder / "state.json").write_text(json.dumps(data))
    assert isinstance(store.listings("ada")[0], Damaged)


@pytest.mark.parametrize(
    "design",
    [
        {"architecture": "own", "layers": [{"kind": "conv", "filters": "many"}]},
        {"architecture": "own", "layers": [{"x": 1}]},
        {"architecture": "nothing known", "layers": []},
    ],
)
def test_a_design_that_cannot_be_laid_out_makes_that_run_damaged(run, design):
    data = json.loads((run.folder / "state.json").read_text("utf-8"))
    data["request"]["design"] |= design
    (run.folder / "state.json").write_text(json.dumps(data))
    assert isinstance(store.listings("ada")[0], Damaged)


@pytest.mark.parametrize("content", ["[" * 100_000, '{"version": 2, "created": "yesterday"}'])
def test_a_state_that_is_hardly_json_makes_that_run_damaged(run, content):
    (run.folder / "state.json").write_text(content)
    assert isinstance(store.listings("ada")[0], Damaged)


@pytest.mark.parametrize(
    "content", ['{"serial": "x", "command": ""}', "[]", '{"serial": 1, "learning_rate": "x"}']
)
def test_a_control_of_another_shape_asks_for_nothing(run, content):
    (run.folder / "control.json").write_text(content)
    assert control.read_control(run) == control.Control()


def test_a_folder_that_is_no_run_at_all_is_listed_as_damaged(home):
    (home / "runs" / "empty").mkdir(parents=True)
    (home / "runs" / "file").write_text("no folder")

    assert [(type(each), each.id) for each in store.listings()] == [(Damaged, "empty")]
    assert store.listings("ada") == []


@pytest.mark.parametrize("name", ["reason", "device", "design", "recipe", "history", "state"])
def test_a_state_that_lacks_something_never_comes_as_another_error(run, name):
    data = json.loads((run.folder / "state.json").read_text("utf-8"))
    part = "request" if name in ("design", "recipe") else "status"
    assert name in data[part]
    for wrong in (None, 5, [], {"x": "{"}, "{missing}"):
        for changed in ({part: {**data[part], name: wrong}}, {part: wrong}):
            (run.folder / "state.json").write_text(json.dumps({**data, **changed}))
            assert len(store.listings()) == 1


# As it was written before requests and statuses had names of their own.
VERSION_1 = {
    "id": "tiny-20260101-120000-0123456789abcdef",
    "design": {
        "architecture": "tiny",
        "layers": [],
        "activation": "elu",
        "kernel_initializer": "",
        "dropout": 0.25,
    },
    "recipe": {
        "epochs": 2,
        "written": 300,
        "augmentation": {
            "rotation": 1.0,
            "scale": 0,
            "shear": 0,
            "shift": 0,
            "bend": 0,
            "thickness": 0,
        },
    },
    "source": "digits",
    "network_id": "mine",
    "network_folder": "/somewhere",
    "group": "first",
    "preset": "baseline",
    "limit": 600.0,
    "replace": False,
    "state": "failed",
    "reason": "The loss is no number any more in epoch {epoch}: learn more slowly.",
    "values": {"epoch": 2},
    "device": "CPU, 2 cores",
    "digits_total": 2400,
    "heard": 3,
    "history": [{"number": 1, "loss": 0.5}],
    "created": "2026-01-01T12:00:00.000001+00:00",
    "written": "2026-01-01T12:05:00+00:00",
    "process": 7,
}


def test_a_run_of_an_earlier_version_is_read_whole(home):
    folder = home / "runs" / VERSION_1["id"]
    folder.mkdir(parents=True)
    (folder / "state.json").write_text(json.dumps(VERSION_1))
    (folder / "about.json").write_text('{"owner": "ada", "title": "Old"}')

    run = store.find(VERSION_1["id"])
    assert (run.title, run.owner, run.created) == ("Old", "ada", VERSION_1["created"])
    request, status = run.request, run.status
    assert request.design == Design("tiny", (), "elu", "", 0.25)
    assert (request.recipe.epochs, request.recipe.generated) == (2, 300)
    assert request.recipe.augmentation.rotation == 1
    assert (request.source, request.network_id) == ("digits", "mine")
    assert (request.group, request.preset, request.time_limit) == ("first", "baseline", 600)
    assert status.reason.code == "diverged"
    assert str(status.reason).startswith("The loss became NaN in epoch 2")
    assert status.device == Device("cpu", cores=2)
    assert (status.state, status.digits_total, status.obeyed) == (store.FAILED, 2400, 3)
    assert status.history == ({"number": 1, "loss": 0.5},)
    again = run.write_status(state=store.QUEUED)
    assert store.find(run.id) == again


def test_a_deleted_run_is_away_at_once_and_counts_until_it_is_removed_for_good(run):
    (run.folder / "snapshots").mkdir()
    (run.folder / "snapshots" / "000000050.npz").write_bytes(b"x" * 1000)
    assert bytes_in(store.home_of_runs()) > 1000
    store.delete(run.id)

    assert store.listings() == []
    assert bytes_in(store.home_of_runs()) > 1000
    trash.remove(*trash.deleted_runs())
    assert bytes_in(store.home_of_runs()) == 0
    with pytest.raises(UserError, match="does not exist"):
        store.find(run.id)


def test_a_run_that_is_being_trained_is_not_deleted(run, holder):
    with pytest.raises(UserError, match="stop it first"):
        store.delete(run.id)
    assert run.folder.is_dir()


@pytest.mark.parametrize("run_id", ["", "..", "../networks", "a/b", "no-such-run", "x" * 300])
def test_an_id_from_outside_never_becomes_a_path(home, run_id):
    (home / "networks").mkdir()
    for ask in (store.find, store.delete, read_pulses, control.write_control):
        with pytest.raises(UserError, match="does not exist"):
            ask(run_id)
    with pytest.raises(UserError, match="does not exist"):
        store.rename(run_id, "x")
    assert (home / "networks").is_dir()


def test_a_new_title_stays_while_the_trainer_writes_its_state(run):
    store.rename(run.id, "Second")
    run.write_status(state=store.DONE)

    assert store.find(run.id).title == "Second"
    with pytest.raises(UserError, match="needs a name"):
        store.rename(run.id, " \n ")


def test_a_run_is_told_one_thing_after_the_other(run):
    assert control.read_control(run) == control.Control()
    control.write_control(run.id, learning_rate=0.01)
    control.write_control(run.id, augmentation=Augmentation(rotation=30))
    control.write_control(run.id, command=control.PAUSE)

    assert control.read_control(run) == control.Control(3, "pause", 0.01, Augmentation(rotation=30))
    (run.folder / "control.json").write_text("{")
    assert control.read_control(run) == control.Control()


def test_a_command_that_was_obeyed_is_not_given_again_by_the_next_change(run):
    control.write_control(run.id, command=control.PAUSE)
    control.write_control(run.id, learning_rate=0.01)
    assert control.read_control(run).command == control.PAUSE

    run.write_status(obeyed=control.read_control(run).serial)
    control.write_control(run.id, learning_rate=0.02)
    assert (control.read_control(run).command, control.read_control(run).learning_rate) == (
        "",
        0.02,
    )


@pytest.mark.parametrize(
    "told",
    [
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"augmentation": Augmentation(rotation=float("nan"))},
        {"augmentation": Augmentation(shift=1000)},
        {"augmentation": Augmentation(bend=-1)},
    ],
)
def test_a_run_is_not_told_what_it_cannot_do(run, told):
    with pytest.raises(UserError):
        control.write_control(run.id, **told)
    assert control.read_control(run) == control.Control()


def test_pulses_are_read_from_any_on_and_a_torn_one_is_none(run):
    assert read_pulses(run.id) == []
    lines = b"".join(b'{"step": %d}\n' % step for step in range(5))
    (run.folder / "pulses.jsonl").write_bytes(lines + b'{"step": 5, "lo')

    assert [pulse["step"] for pulse in read_pulses(run.id)] == [0, 1, 2, 3, 4]
    assert [pulse["step"] for pulse in read_pulses(run.id, since=3)] == [3, 4]
    assert read_pulses(run.id, since=5) == read_pulses(run.id, since=99) == []


def test_pulses_end_where_one_is_damaged(run):
    assert not are_damaged(run.id)
    for wrong in (b"\xff\x00{", b"[]", b"7", b'{"loss": "low"}', b'{"layers": 1}'):
        (run.folder / "pulses.jsonl").write_bytes(b'{"step": 0}\n' + wrong + b'\n{"step": 2}\n')
        assert read_pulses(run.id) == [{"step": 0}]
        assert are_damaged(run.id)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"epochs": 10**6}, "epochs"),
        ({"batch_size": 10**5}, "batch_size"),
        ({"generated": 10**9}, "generated"),
    ],
)
def test_a_visitor_cannot_ask_for_more_than_the_machine_can_bear(home, changed, reason):
    recipe = Recipe(**{**vars(RECIPE), **changed})
    with pytest.raises(UserError, match=reason):
        store.create(store.RunRequest(Design("tiny"), recipe), owner="ada")
    assert store.create(store.RunRequest(Design("tiny"), recipe))


def test_a_design_that_cannot_be_is_no_run(home):
    with pytest.raises(UserError, match="does not fit"):
        store.create(
            store.RunRequest(Design(OWN, ({"kind": "max_pool", "pool_size": 28}, *CONV)), RECIPE)
        )
    assert store.listings() == []


CONV = ({"kind": "conv", "filters": 3, "kernel_size": 3},)


def test_a_run_says_its_reason_in_words_that_can_be_translated(run):
    run.write_reason(UserError("It is {path}.", path=Path("/x")), state=store.FAILED)
    found = store.find(run.id)

    assert found.status.reason == Reason("", "It is {path}.", {"path": "/x"})
    assert str(found.status.reason) == "It is /x."
    assert found.status.state in (store.DONE, store.FAILED)
    assert found.write_reason(None, state=store.QUEUED).status.reason is None


def test_the_process_that_writes_is_the_one_that_is_named(run):
    assert store.find(run.id).status.process == os.getpid()
