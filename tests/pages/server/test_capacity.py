"""A server that is full says so, and those who are there stay."""

import asyncio
import contextlib

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from pages.server.capacity import Capacity, Presence, room_for

STREAM = "/_stcore/stream"
HTML = {"accept": "text/html"}
CHINESE = {**HTML, "accept-language": "zh-CN,zh;q=0.9"}


async def talk(websocket):
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await websocket.receive_text()


class Room:
    """A server with room for two."""

    def __init__(self):
        routes = [
            Route("/", lambda request: HTMLResponse("the app")),
            WebSocketRoute(STREAM, talk),
        ]
        self.presence = Presence()
        self.app = Capacity(Starlette(routes=routes), 2, self.presence)

    async def get(self, path="/", headers=HTML):
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path, headers=headers)

    @contextlib.asynccontextmanager
    async def session(self):
        """Connect as a page does; gives what the server says to that."""
        said, leaves = asyncio.Queue(), asyncio.Event()
        messages = iter([{"type": "websocket.connect"}])

        async def receive():
            for message in messages:
                return message
            await leaves.wait()
            return {"type": "websocket.disconnect", "code": 1001}

        scope = {"type": "websocket", "path": STREAM, "headers": [], "query_string": b""}
        task = asyncio.create_task(self.app(scope, receive, said.put))
        yield await said.get()
        leaves.set()
        await task

    @contextlib.asynccontextmanager
    async def full(self):
        async with self.session(), self.session():
            yield


@pytest.fixture
def room():
    return Room()


def test_whoever_comes_when_it_is_full_gets_a_page_that_says_so_and_tries_again(room):
    async def come():
        async with room.session():
            assert (await room.get()).text == "the app"
        async with room.full():
            # What a page that is there already asks for still comes.
            assert (await room.get(headers={"accept": "*/*"})).text == "the app"
            return await room.get()

    full = asyncio.run(come())
    assert full.status_code == 503
    assert full.headers["retry-after"] == "15"
    assert full.headers["cache-control"] == "no-store"
    assert "The room is full" in full.text
    assert "room for 2 people" in full.text
    assert '<meta http-equiv="refresh" content="15">' in full.text


@pytest.mark.parametrize(("path", "headers"), [("/?lang=zh", HTML), ("/", CHINESE)])
def test_it_says_so_in_chinese(room, path, headers):
    async def come():
        async with room.full():
            return (await room.get(path, headers)).text

    page = asyncio.run(come())
    assert 'lang="zh-CN"' in page
    assert "人数已满" in page


def test_as_soon_as_somebody_leaves_the_next_one_comes_in(room):
    async def come():
        async with room.full():
            assert room.presence.here == 2
        return await room.get()

    assert asyncio.run(come()).text == "the app"
    assert room.presence.here == 0


def test_a_page_that_is_there_may_connect_again_but_not_without_end(room):
    async def come():
        async with room.full(), room.session() as reloaded:  # whose old connection is still there
            assert reloaded["type"] == "websocket.accept"
            assert room.presence.here == 3
            async with room.session() as another:
                return another

    assert asyncio.run(come()) == {"type": "websocket.close", "code": 1013}
    assert room.presence.here == 0


def test_a_session_that_breaks_is_counted_out():
    presence = Presence()

    async def broken(scope, receive, send):
        await send({"type": "websocket.accept"})
        raise OSError("the line is gone")

    async def sent(message):
        assert presence.here == 1

    async def connect():
        scope = {"type": "websocket", "path": STREAM, "headers": []}
        await Capacity(broken, 2, presence)(scope, None, sent)

    with pytest.raises(OSError, match="line"):
        asyncio.run(connect())
    assert presence.here == 0


@pytest.mark.parametrize(("asked", "found"), [("30", 30), ("", 1500), ("0", 1500), ("many", 1500)])
def test_the_operator_says_how_many_there_is_room_for(asked, found, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_VISITORS", asked)
    assert room_for() == found


def test_the_full_page_needs_nothing_else_of_the_server_that_is_full(room):
    async def come():
        async with room.full():
            return (await room.get()).text

    page = asyncio.run(come())
    assert not [part for part in ("<script", "<img", "<link", "url(", "src=") if part in page]
    assert len(page) < 3000
