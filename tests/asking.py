"""Asks the routes beside the pages as a browser would, without a server."""

import asyncio

import httpx
from handwritten import on_canvas, strokes
from starlette.applications import Starlette

from pages import services
from pages.server import routes

APP = Starlette(routes=routes.ROUTES)
SEVEN = strokes(on_canvas(7))


class Browser:
    """Asks the routes; one that raise instead of answering fail the test."""

    def request(self, verb, path, **parts):
        async def ask():
            transport = httpx.ASGITransport(APP)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.request(verb, path, **parts)

        return asyncio.run(ask())

    def get(self, path, **parts):
        return self.request("GET", path, **parts)

    def post(self, path, **parts):
        return self.request("POST", path, **parts)


def sentence_of(response):
    """Read the reason out of a refusal, and see that a person can read it."""
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    (key,) = response.json()
    sentence = response.json()[key]
    assert key == "error"
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert "Traceback" not in sentence
    return sentence


def described(browser, network_id="default"):
    """Fetch a network's description under the address of its version."""
    version = services.network_address(network_id)["version"]
    return browser.get(f"/live/networks/{network_id}/{version}")
