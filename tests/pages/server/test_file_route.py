"""A file on its way from a browser to its session."""

import asyncio
import gc

import httpx
import pytest
from starlette.applications import Starlette

from model.base.errors import UserError
from model.imports import limits
from pages.server import routes
from pages.visitor import file_box


def sent(address, content):
    async def send():
        transport = httpx.ASGITransport(Starlette(routes=routes.ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post(f"/live/files/{address}", content=content)

    return asyncio.run(send())


@pytest.fixture
def box():
    return file_box.FileBox()


def test_a_file_arrives_as_it_was_sent(box):
    content = bytes(range(256)) * 100

    assert sent(box.address, content).status_code == 204
    assert box.content == content


def test_the_newest_file_takes_the_place_of_the_one_before(box):
    sent(box.address, b"first")
    sent(box.address, b"second")

    assert box.content == b"second"


@pytest.mark.parametrize("address", ["nowhere", "..%2f..%2fapp.py", "x" * 5000])
def test_nothing_is_taken_for_a_session_that_is_not_there(address):
    assert sent(address, b"x").status_code == 404


def test_a_box_goes_with_its_session():
    box = file_box.FileBox()
    address = box.address
    del box
    gc.collect()

    assert file_box.find(address) is None


def test_a_file_that_is_too_large_is_refused_as_it_arrives(box):
    seen = 0

    async def parts():
        nonlocal seen
        for _ in range(100):
            seen += 1_000_000
            yield bytes(1_000_000)

    answer = sent(box.address, parts())

    assert answer.status_code == 413
    assert "at most 30 MB" in answer.json()["error"]
    assert seen <= limits.MOST_BYTES + 2_000_000
    assert box.content == b""


def test_all_boxes_together_hold_only_so_much(box, monkeypatch):
    monkeypatch.setattr(file_box, "MOST_BYTES", 100)
    other = file_box.FileBox()
    other.put(bytes(60))
    with pytest.raises(UserError, match="try again soon"):
        box.put(bytes(60))
    assert sent(box.address, bytes(60)).status_code == 413

    other.empty()
    box.put(bytes(60))
