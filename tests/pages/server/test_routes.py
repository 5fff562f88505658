import asyncio
import json

import numpy as np
import pytest
from answers import feature_maps, unframe
from asking import APP, SEVEN, Browser, described, drawing, sentence_of
from handwritten import as_sent

from assets import components
from model.inference.catalogue import open_network
from model.inference.layer_kinds import WITH_MAPS
from model.inference.network import trace
from model.pixels.drawings import preprocess_drawing
from pages.server.rate_limit import RateLimit
from pages.server.routes import drawings, responses
from pages.visitor.links import encode_pixels, encode_strokes


@pytest.fixture
def client(monkeypatch):
    """A browser that has asked nothing yet."""
    for name in ("_visitors", "_addresses"):
        monkeypatch.setattr(responses, name, RateLimit(per_second=1000, burst=1000, most=100))
    return Browser()


# A drawing and its answer


def test_a_drawing_is_answered_with_what_the_network_traces(client):
    response = client.post("/live/answer", json=drawing())
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/octet-stream"
    head, body = unframe(response.content)
    traced = trace(open_network(), preprocess_drawing(SEVEN).pixels)
    assert head["revision"] == 5
    assert head["label"] == traced.probabilities.argmax()
    assert head["probabilities"] == pytest.approx(traced.probabilities.tolist(), abs=1e-5)
    for layer in head["layers"]:
        maps, half = feature_maps(layer, body)
        assert (np.abs(maps - traced.activations[layer["name"]]) <= half + 1e-4).all()


def test_nothing_drawn_is_answered_with_empty(client):
    head, _ = unframe(client.post("/live/answer", json=drawing(strokes=[])).content)
    assert head["verdict"] == "empty"
    assert head["label"] is None


def test_steps_are_left_out_as_asked_and_unknown_ones_ignored(client):
    skip = ["thickness", "../../etc/passwd", "polarity", 7, None, ["box"]]
    head, _ = unframe(client.post("/live/answer", json=drawing(skip=skip)).content)
    assert [step["name"] for step in head["film"] if not step["applied"]] == ["thickness"]


def test_the_film_comes_unless_it_is_declined(client):
    with_film, without = (
        unframe(client.post("/live/answer", json=drawing(film=film)).content)[0]
        for film in (True, False)
    )
    assert with_film["film"][0]["name"] == "source"
    assert without["film"] is None


def test_an_answer_holds_the_maps_the_units_as_well_or_no_layers_as_asked(client):
    kinds = {layer.name: layer.kind for layer in open_network().layers}
    held = {}
    for layers in ("maps", "all", "none"):
        head, _ = unframe(client.post("/live/answer", json=drawing(layers=layers)).content)
        held[layers] = {kinds[layer["name"]] for layer in head["layers"]}
    assert held == {
        "maps": {*WITH_MAPS} & {*kinds.values()},
        "all": held["maps"] | {"Dense"},
        "none": set(),
    }
    assert (
        client.post("/live/answer", json=drawing(layers="maps")).content
        == client.post("/live/answer", json=drawing()).content
    )


@pytest.mark.parametrize("layers", ["", "ALL", 7, None, ["all"], {"all": 1}])
def test_no_other_layers_can_be_asked_for(client, layers):
    response = client.post("/live/answer", json=drawing(layers=layers))
    assert response.status_code == 400
    sentence_of(response)


def test_only_revision_and_strokes_are_needed(client):
    response = client.post("/live/answer", json={"revision": 1, "strokes": []})
    assert response.status_code == 200


def test_a_digit_that_came_as_pixels_is_read_as_they_are(client):
    pixels = preprocess_drawing(SEVEN).pixels
    sent = {"revision": 5, "pixels": encode_pixels(pixels)}
    head, body = unframe(client.post("/live/answer", json=sent).content)
    traced = trace(open_network(), np.rint(pixels * 255) / 255)
    assert head["probabilities"] == pytest.approx(traced.probabilities.tolist(), abs=1e-4)
    read = np.frombuffer(body, np.uint8, 28 * 28, head["pixels"]).reshape(28, 28)
    assert np.abs(read - pixels * 255).max() <= 1


def test_answers_are_the_same_for_the_same_drawing_whoever_asks_before(client):
    first = client.post("/live/answer", json=drawing()).content
    client.post("/live/answer", json=drawing(strokes=[], revision=99, skip=["box"]))
    assert client.post("/live/answer", json=drawing()).content == first


# What is refused


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b'"drawing"',
        b"{}",
        b"\xff\xfe\x00",
        b'{"revision": 1}',
        b'{"strokes": []}',
        b'{"revision": null, "strokes": []}',
        b'{"revision": "soon", "strokes": []}',
        b'{"revision": NaN, "strokes": []}',
        b'{"revision": 1e400, "strokes": []}',
        b'{"revision": ' + b"9" * 5000 + b', "strokes": []}',
        b'{"revision": 1, "strokes": {}}',
        b'{"revision": 1, "strokes": [{"width": 16, "points": [1, 2, 3]}]}',
        b'{"revision": 1, "strokes": [{"width": NaN, "points": [1, 2]}]}',
        b'{"revision": 1, "strokes": [], "skip": 5}',
        b'{"revision": 1, "strokes": [], "skip": null}',
        b'{"revision": 1, "pixels": null}',
        b'{"revision": 1, "pixels": ""}',
        b'{"revision": 1, "pixels": "p"}',
        b'{"revision": 1, "pixels": [0, 255]}',
        b'{"revision": 1, "pixels": "' + b"p" * 100_000 + b'"}',
        b'{"revision": 1, "pixels": "' + encode_strokes(as_sent(SEVEN)).encode() + b'"}',
        b"[" * 50_000,
        b'{"revision": 1, "strokes": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
)
def test_what_is_no_drawing_is_refused_with_a_sentence(client, body):
    response = client.post(
        "/live/answer", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == 400
    sentence_of(response)


@pytest.mark.parametrize(
    ("revision", "comes_back"), [(0, 0), (2**53, 2**53), (2**70, 2**53), (3.9, 3)]
)
def test_a_revision_comes_back_as_a_number_that_javascript_can_count_with(
    client, revision, comes_back
):
    response = client.post("/live/answer", json=drawing(revision=revision, strokes=[]))
    assert response.status_code == 200
    assert unframe(response.content)[0]["revision"] == comes_back


@pytest.mark.parametrize("kind", [None, "text/plain", "application/jsonp", "multipart/form-data"])
def test_another_content_type_is_refused(client, kind):
    headers = {"content-type": kind} if kind else {}
    response = client.post("/live/answer", content=json.dumps(drawing()), headers=headers)
    assert response.status_code == 415
    assert "application/json" in sentence_of(response)


def test_a_content_type_may_name_its_characters(client):
    headers = {"content-type": "application/json; charset=utf-8"}
    response = client.post("/live/answer", content=json.dumps(drawing()), headers=headers)
    assert response.status_code == 200


def test_a_drawing_may_be_long_and_not_too_long(client):
    body = json.dumps(drawing()).encode()
    headers = {"content-type": "application/json"}
    most, more = (body.ljust(length) for length in (drawings.MOST_BYTES, drawings.MOST_BYTES + 1))
    assert client.post("/live/answer", content=most, headers=headers).status_code == 200
    response = client.post("/live/answer", content=more, headers=headers)
    assert response.status_code == 413
    assert str(drawings.MOST_BYTES) in sentence_of(response)


def test_a_body_without_end_is_read_no_farther_than_it_may_be_long():
    """Chunked, so that no length is announced; whoever reads on would never come back."""
    read = 0

    async def endless():
        nonlocal read
        read += 1
        assert read < 100
        return {"type": "http.request", "body": bytes(10_000), "more_body": True}

    status, _ = ask("POST", "/live/answer", [(b"content-type", b"application/json")], endless)
    assert status == 413
    assert read <= drawings.MOST_BYTES // 10_000 + 2


@pytest.mark.parametrize("network", ["unknown", "../default", "default.onnx", "", "/etc/passwd", 7])
def test_an_unknown_network_is_refused_by_name(client, network):
    response = client.post("/live/answer", json=drawing(network=network))
    assert response.status_code == 400
    assert repr(str(network)) in sentence_of(response)


def test_who_asks_too_often_is_told_to_wait_and_others_are_not(client, monkeypatch):
    monkeypatch.setattr(responses, "_visitors", RateLimit(per_second=0, burst=3, most=10))
    greedy, other = ({"x-visitor": name} for name in ("greedy", "other"))
    statuses = [
        client.post("/live/answer", json=drawing(), headers=greedy).status_code for _ in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]
    assert client.post("/live/answer", json=drawing(), headers=other).status_code == 200
    refused = client.post("/live/answer", json=drawing(), headers=greedy)
    assert "wait" in sentence_of(refused)


def test_new_names_do_not_get_one_address_past_its_allowance(client, monkeypatch):
    monkeypatch.setattr(responses, "_addresses", RateLimit(per_second=0, burst=3, most=10))
    statuses = [
        client.post("/live/answer", json=drawing(), headers={"x-visitor": str(i)}).status_code
        for i in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]


# Networks


def test_a_network_is_described_with_its_layers_and_weights(client):
    network = open_network()
    response = described(client)
    head, body = unframe(response.content)
    assert head["id"] == "default"
    assert [layer["name"] for layer in head["layers"]] == [layer.name for layer in network.layers]
    for layer in head["layers"]:
        held = network.weights(layer["name"])
        assert list(layer["weights"]) == list(held)
        for name, weight in layer["weights"].items():
            count = int(np.prod(weight["shape"]))
            values = np.frombuffer(body, "<f4", count, weight["begin"])
            assert np.array_equal(values.reshape(weight["shape"]), held[name])
            assert weight["begin"] % 4 == 0


def test_a_browser_keeps_a_network_for_good_and_for_itself(client):
    kept = described(client).headers["cache-control"]
    assert "immutable" in kept
    assert "private" in kept


def test_an_address_of_yesterday_shows_the_network_of_today_and_is_not_kept(client):
    response = client.get("/live/networks/default/0-0")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.content == described(client).content


def test_weights_travel_as_they_are(client):
    response = described(client)
    assert response.headers["content-encoding"] == "identity"
    assert int(response.headers["content-length"]) == len(response.content)


@pytest.mark.parametrize("network", ["unknown", "default.json", "%2e%2e", "..%5cdefault", "%00"])
def test_a_network_that_is_not_there_is_not_found(client, network):
    response = client.get(f"/live/networks/{network}/1")
    assert response.status_code == 404
    sentence_of(response)


# Nothing else


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE", "POST", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/live/answer", "/live/networks/default/1", "/live/components/x/shared/dom.mjs"]
)
def test_nothing_can_be_written(client, verb, path):
    if (verb, path) == ("POST", "/live/answer"):
        return
    assert client.request(verb, path).status_code == 405


def test_a_drawing_is_not_asked_for_with_get(client):
    assert client.get("/live/answer").status_code == 405


MODULES = ["shared/live/answers", "digit_canvas/digit_canvas", "shared/live/ask"]


@pytest.mark.parametrize("name", MODULES)
def test_modules_are_served_as_javascript_and_kept_for_good(client, name):
    response = client.get(f"/live/components/{components.version()}/{name}.mjs")
    assert response.status_code == 200
    assert "javascript" in response.headers["content-type"]
    assert "immutable" in response.headers["cache-control"]
    assert response.text == (components.FOLDER / f"{name}.mjs").read_text("utf-8")


def test_a_page_of_yesterday_gets_the_modules_of_today_and_asks_again(client):
    response = client.get(f"/live/components/0123456789abcdef/{MODULES[0]}.mjs")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"


def ask(verb, path, headers=(), receive=None):
    """Send one request past any client that would tidy its path: status and body."""
    sent, received = [], []

    async def nothing():
        if received:
            await asyncio.Event().wait()  # the browser stays and says no more
        received.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def keep(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": verb,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": list(headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
    }
    asyncio.run(APP(scope, receive or nothing, keep))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/shared",
        "/shared/",
        "/__init__.py",
        "/prediction/prediction.css",
        "/prediction/__init__.py",
        "/prediction/prediction.MJS.py",
        "/shared/nowhere.mjs",
        "/../../app.py",
        "/../../pages/server/routes/static.py",
        "/shared/../../../app.py",
        "/shared/../../../app.py.mjs",
        "/../../../../../../etc/passwd",
        "//etc/passwd",
        "/..\\..\\app.py",
        "/../components/../../app.py?.mjs",
        "/\0.mjs",
        "/shared/dom.mjs\0.py",
        "/" + "x" * 5000 + ".mjs",
    ],
)
def test_no_path_leads_to_anything_but_a_module(path):
    status, body = ask("GET", f"/live/components/x{path}")
    assert status in (307, 404)
    assert b"import" not in body
    assert b"root:" not in body
