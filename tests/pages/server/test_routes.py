import asyncio

import cv2
import numpy as np
import pytest
from asking import APP, Browser, described, sentence_of
from frames import unframe

from assets import components
from model.inference.catalogue import open_network
from pages import services
from pages.server.rate_limit import RateLimit
from pages.server.routes import responses


@pytest.fixture
def client(monkeypatch):
    """A browser that has asked nothing yet."""
    limit = RateLimit(per_second=1000, burst=1000, most=100)
    monkeypatch.setattr(responses, "_addresses", limit)
    return Browser()


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


def test_who_asks_too_often_is_told_to_wait(client, monkeypatch):
    monkeypatch.setattr(responses, "_addresses", RateLimit(per_second=0, burst=15, most=10))
    statuses = [described(client).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    sentence_of(described(client))


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


# Samples


def test_the_samples_are_one_picture_which_a_browser_keeps_for_good(client):
    response = client.get("/" + services.sample_sheet_address())
    assert "immutable" in response.headers["cache-control"]
    sheet = cv2.imdecode(np.frombuffer(response.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    count = len(services.samples())
    assert count >= 10
    assert sheet.shape[1] == count * sheet.shape[0]
    tiles = np.split(sheet, count, axis=1)
    assert all(tile.std() > 5 for tile in tiles)  # there is something in each


def test_an_address_of_yesterday_shows_the_samples_of_today_and_is_not_kept(client):
    response = client.get("/live/samples/0")
    assert response.headers["cache-control"] == "no-cache"
    assert response.content == services.sample_sheet()


# Nothing else


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE", "POST", "TRACE"])
@pytest.mark.parametrize("path", ["/live/networks/default/1", "/live/components/x/shared/dom.mjs"])
def test_nothing_can_be_written(client, verb, path):
    assert client.request(verb, path).status_code == 405


MODULES = ["shared/live/readings", "digit_canvas/digit_canvas", "shared/live/ask"]


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
