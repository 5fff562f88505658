"""Runs on the live path: how they get on, their moments, and their networks like any other."""

import numpy as np
import pytest
from asking import Browser, described, sentence_of
from frames import unframe
from training_runs import CONFUSION, keep, paused_run, tell, weights

from model.base.errors import UserError
from model.experiments.designs import Design
from model.experiments.plans import TrainingPlan
from model.runs import snapshots, store
from model.runs.reasons import RunError
from pages import services
from pages.server.rate_limit import RateLimit
from pages.server.routes import responses

NOWHERE = ["nowhere", "..", "%2e%2e", "..%2fruns", "%2fetc%2fpasswd", "dispatcher.lock", "%00", "A"]


@pytest.fixture
def client(monkeypatch):
    limit = RateLimit(per_second=1000, burst=1000, most=100)
    monkeypatch.setattr(responses, "_addresses", limit)
    return Browser()


@pytest.fixture
def run(tmp_path, monkeypatch, cnn):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    return paused_run(cnn)


# How it gets on


def test_a_run_is_told_with_all_that_a_page_needs(client, run):
    response = client.get(f"/live/runs/{run.id}")
    assert response.headers["cache-control"] == "no-store"
    told = response.json()
    assert [pulse["step"] for pulse in told.pop("pulses")] == list(range(1, 11))
    assert [each["digits"] for each in told.pop("snapshots")] == [50, 120]
    assert told.pop("layers")[0] == {
        "name": "conv1",
        "kind": "Conv2D",
        "output_shape": [26, 26, 4],
        "family": "convolution",
        "window": "kernel_size",
        "shows": "maps",
        "sign": "·",
    }
    assert told == {
        "id": run.id,
        "title": "Mine",
        "state": "paused",
        "reason": None,
        "place": None,
        "wait": None,
        "digits": 500,
        "total": 1000,
        "epochs": 3,
        "device": {"kind": "cpu", "cores": 2},
        "speed": 100.0,
        "seconds": 5.0,
        "count": 10,
        "damage": {"pulses": False, "snapshots": 0},
        "resumes": 0,
        "events": [],
        "group": [run.id],
    }


def test_its_owner_is_told_to_nobody(client, run):
    for path in ("", "/snapshots/50/1"):
        assert b"ann" not in client.get(f"/live/runs/{run.id}{path}").content


def test_pulses_come_from_where_they_are_known(client, run):
    for since, steps in ((0, range(1, 11)), (1, range(2, 11)), (9, [10]), (10, [])):
        told = client.get(f"/live/runs/{run.id}?since={since}").json()
        assert [pulse["step"] for pulse in told["pulses"]] == list(steps)
        assert (told["count"], told["digits"]) == (10, 500)
    tell(run, 11)
    told = client.get(f"/live/runs/{run.id}?since=10").json()
    assert [pulse["step"] for pulse in told["pulses"]] == [11]
    assert (told["count"], told["digits"]) == (11, 550)


def test_who_knows_more_pulses_than_there_are_is_told_that_there_are_fewer(client, run):
    """A resumed run has forgotten what came after its checkpoint."""
    assert client.get(f"/live/runs/{run.id}?since=50").json()["count"] < 50


@pytest.mark.parametrize("since", ["-1", "x", "", "1e3", "9" * 5000, "1;2", "٣"])
def test_a_strange_since_is_none(client, run, since):
    told = client.get(f"/live/runs/{run.id}", params={"since": since}).json()
    assert len(told["pulses"]) == 10


def test_a_run_that_has_not_begun_is_told_with_its_place(client, run):
    dispatcher = services.dispatcher()
    other = dispatcher.enqueue(
        [TrainingPlan(title, Design("tiny"), run.request.recipe) for title in ("One", "Two")],
        owner="ben",
    )
    told = client.get(f"/live/runs/{other[1].id}").json()
    assert (told["state"], told["place"]) == ("queued", 1)
    assert (told["digits"], told["count"], told["snapshots"]) == (0, 0, [])
    assert told["group"] == [each.id for each in other]
    assert client.get(f"/live/runs/{run.id}").json()["group"] == [run.id]


def test_a_failure_is_told_with_a_sentence_that_can_be_translated(client, run):
    told = client.get(f"/live/runs/{run.id}").json()
    assert told["reason"] is None
    run.write_reason(UserError("Too much of {what}.", what="it"), state=store.FAILED)
    told = client.get(f"/live/runs/{run.id}").json()
    assert told["reason"] == {
        "code": "",
        "template": "Too much of {what}.",
        "values": {"what": "it"},
    }


def test_a_reason_that_the_browser_has_words_for_comes_with_its_code(client, run):
    run.write_reason(RunError("diverged", epoch=3), state=store.FAILED)
    reason = client.get(f"/live/runs/{run.id}").json()["reason"]
    assert (reason["code"], reason["values"]) == ("diverged", {"epoch": 3})


# Its moments


def moments(client, run):
    """The addresses of a run's moments as it tells them: of the snapshot, and of its network."""
    told = client.get(f"/live/runs/{run.id}").json()["snapshots"]
    return {
        each["digits"]: (
            f"/live/runs/{run.id}/snapshots/{each['digits']}/{each['version']}",
            f"/live/networks/{run.id}@{each['digits']}/{each['version']}",
        )
        for each in told
    }


def test_a_moment_tells_how_the_training_was_doing(client, run):
    for number in (50, 120):
        told = client.get(moments(client, run)[number][0]).json()
        assert set(told) == {"digits", "pulse", "confusion"}
        assert told["digits"] == told["pulse"]["digits"] == number
        assert told["confusion"] == CONFUSION.tolist()


def test_a_moment_is_kept_for_good_with_its_network_under_the_version_that_the_run_tells(
    client, run
):
    for paths in moments(client, run).values():
        for path in paths:
            kept = client.get(path).headers["cache-control"]
            assert kept == "private, max-age=31536000, immutable"
            other = client.get(path.rpartition("/")[0] + "/1")
            assert other.status_code == 200
            assert other.headers["cache-control"] == "no-store"


def test_a_moment_that_is_written_again_has_another_version_and_the_others_keep_theirs(
    client, run, cnn
):
    """A resumed run comes to the same number once more, with other weights it may be."""
    before = moments(client, run)
    first = client.get(before[50][1]).content
    keep(run, 50, weights(cnn, times=5))
    after = moments(client, run)
    assert after[120] == before[120]
    assert not set(after[50]) & set(before[50])
    assert client.get(after[50][1]).content != first
    for path in before[50]:  # what is new is not kept under the address of what was before
        assert client.get(path).headers["cache-control"] == "no-store"


def test_a_moment_that_is_written_again_while_it_is_read_is_not_kept(client, run, cnn, monkeypatch):
    path = moments(client, run)[50][0]
    load = snapshots.load

    def slowly(*asked):
        found = load(*asked)
        keep(run, 50, weights(cnn, times=5))
        return found

    monkeypatch.setattr(snapshots, "load", slowly)
    assert client.get(path).headers["cache-control"] == "no-store"


def test_now_is_always_the_newest_moment(client, run, cnn):
    path = f"/live/runs/{run.id}/snapshots/now/1"
    assert client.get(path).json()["digits"] == 120
    keep(run, 250, weights(cnn))
    assert client.get(path).json()["digits"] == 250


@pytest.mark.parametrize(
    "number", ["51", "-50", "50.5", "x", "NOW", "9" * 50, "%2e%2e", "50%2f..", "%00"]
)
def test_a_moment_that_was_not_kept_is_not_found(client, run, number):
    response = client.get(f"/live/runs/{run.id}/snapshots/{number}/1")
    assert response.status_code == 404
    assert b"Traceback" not in response.content


def test_a_moment_that_was_thinned_out_is_no_error_of_the_page(client, run):
    """Ten pulses tell of 50, 100, … digits; of these only the first is kept."""
    for path in (f"/live/runs/{run.id}/snapshots/100/1", f"/live/networks/{run.id}@100/1"):
        response = client.get(path)
        assert (response.status_code, response.content) == (204, b"")
        assert response.headers["cache-control"] == "no-store"


# Its networks


def kernel_of(response):
    """The kernel of conv1 in a network's description."""
    head, body = unframe(response.content)
    (conv1,) = [layer for layer in head["layers"] if layer["name"] == "conv1"]
    place = conv1["weights"]["kernel"]
    values = np.frombuffer(body, "<f4", int(np.prod(place["shape"])), place["begin"])
    return values.reshape(place["shape"])


@pytest.mark.parametrize(("number", "times"), [("50", 1), ("120", 2), ("now", 2)])
def test_a_moment_is_a_network_like_any_other(client, run, cnn, number, times):
    network = f"{run.id}@{number}"
    response = described(client, network)
    kernel = weights(cnn, times=times)["conv1/kernel"]
    assert unframe(response.content)[0]["id"] == network
    assert np.array_equal(kernel_of(response), kernel)
    assert np.array_equal(services.network(network).weights("conv1")["kernel"], kernel)


def test_a_moment_is_described_anew_when_it_changes(client, run, cnn):
    response = described(client, f"{run.id}@now")
    keep(run, 250, weights(cnn, times=3))
    again = described(client, f"{run.id}@now")
    assert again.request.url != response.request.url
    assert np.array_equal(kernel_of(again), weights(cnn, times=3)["conv1/kernel"])


@pytest.mark.parametrize("moment", ["", "51", "x", "-1", "50@50", "now%2f..%2f50", "9" * 999, "٥٠"])
def test_no_other_moment_is_a_network(client, run, moment):
    response = client.get(f"/live/networks/{run.id}@{moment}/1")
    assert response.status_code == 404
    if "%2f" not in moment:  # such an address has no route
        sentence_of(response)


# What is not there, or damaged


@pytest.mark.parametrize("run_id", NOWHERE)
@pytest.mark.parametrize(
    "path", ["/live/runs/{}", "/live/runs/{}/snapshots/50/1", "/live/networks/{}@50/1"]
)
def test_a_run_that_is_not_there_is_not_found(client, run, run_id, path):
    response = client.get(path.format(run_id))
    assert response.status_code == 404
    assert b"root:" not in response.content
    assert b"Traceback" not in response.content


DAMAGES = {
    "state.json": b"{",
    "about.json": b"[]",
    "graph.onnx": b"no graph",
    "layers.json": b"[{}]",
    "snapshots/000000050.npz": b"PK\x03\x04 cut",
    "pulses.jsonl": b"\xff\x00\n{}\n",
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_run_is_refused_in_a_sentence_or_told_as_far_as_it_goes(client, run, name):
    (run.folder / name).write_bytes(DAMAGES[name])
    paths = (f"runs/{run.id}", f"runs/{run.id}/snapshots/50/1", f"networks/{run.id}@50/1")
    for path in paths:
        response = client.get(f"/live/{path}")
        assert response.status_code in (200, 404)
        if response.status_code == 404:
            sentence_of(response)


def test_a_run_that_was_deleted_answers_no_more(client, run):
    paths = [f"/live/runs/{run.id}", *moments(client, run)[50]]
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    store.delete(run.id)
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]


@pytest.mark.parametrize("path", ["", "/snapshots/50/1"])
def test_who_asks_too_often_is_told_to_wait(client, run, path, monkeypatch):
    monkeypatch.setattr(responses, "_addresses", RateLimit(per_second=0, burst=2, most=10))
    statuses = [client.get(f"/live/runs/{run.id}{path}").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["", "/snapshots/50/1"])
def test_nothing_of_a_run_can_be_changed_here(client, run, verb, path):
    assert client.request(verb, f"/live/runs/{run.id}{path}").status_code == 405
