"""A server with an access code lets nobody in who has not said it."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from pages.server.entrance import COOKIE, Entrance, access_code

HTML = {"accept": "text/html"}
CODE = "drei Füchse"


def app_with(code):
    async def inside(request):
        return PlainTextResponse(f"inside {request.url.path}?{request.url.query}")

    routes = [Route("/{path:path}", inside, methods=["GET", "POST"])]
    return Entrance(Starlette(routes=routes), code)


def client(app, **options):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://here", headers=HTML, **options
    )


def visit(app, *requests):
    """Send requests from one browser; gives the last response."""

    async def ask():
        async with client(app) as browser:
            for verb, path, parts in requests:
                response = await browser.request(verb, path, **parts)
            return response

    return asyncio.run(ask())


def typed(code):
    return "POST", "/", {"data": {"code": code}}


def test_without_a_code_everybody_comes_in():
    assert visit(app_with(""), ("GET", "/", {})).text.startswith("inside")


def test_whoever_has_no_code_sees_the_door_and_nothing_behind_it():
    app = app_with(CODE)
    door = visit(app, ("GET", "/network?lang=en", {}))
    assert door.status_code == 401
    assert "Access code" in door.text
    assert "inside" not in door.text
    for path in ("/live/networks/default/1", "/live/components/x.mjs", "/_stcore/host-config"):
        assert visit(app, ("GET", path, {"headers": {"accept": "*/*"}})).status_code == 403
    assert visit(app, ("GET", "/_stcore/health", {})).text.startswith("inside")


def test_the_door_speaks_chinese():
    chinese = {"headers": {"accept-language": "zh-CN"}}
    assert "访问码" in visit(app_with(CODE), ("GET", "/", chinese)).text


def test_the_code_is_typed_once():
    app = app_with(CODE)
    entered = visit(app, typed(f" {CODE} "))
    assert entered.status_code == 303
    assert entered.headers["location"] == "/"
    assert "httponly" in entered.headers["set-cookie"].lower()
    assert CODE not in entered.headers["set-cookie"]
    assert visit(app, typed(CODE), ("GET", "/network", {})).text.startswith("inside /network")


def test_a_link_may_carry_the_code_and_loses_it_at_the_door():
    entered = visit(app_with("fox"), ("GET", "/network?lang=zh&code=fox&channel=3", {}))
    assert entered.status_code == 303
    assert entered.headers["location"] == "/network?lang=zh&channel=3"


def test_the_door_leads_to_no_other_server():
    entered = visit(app_with("fox"), ("GET", "http://here//evil.example/?code=fox", {}))
    assert entered.headers["location"] == "/evil.example/"


@pytest.mark.parametrize("wrong", ["", "x", CODE[:-1], CODE.upper(), "\x00" * 9, "a" * 5000])
def test_a_wrong_code_opens_nothing(wrong):
    refused = visit(app_with(CODE), typed(wrong))
    assert refused.status_code == 401
    assert "set-cookie" not in refused.headers


def test_a_cookie_of_another_code_or_none_of_ours_opens_nothing():
    entered = visit(app_with("fox"), typed("fox"))
    cookie = entered.headers["set-cookie"].partition(";")[0]
    for value in (cookie, f"{COOKIE}={'0' * 64}", f"{COOKIE}=é"):
        refused = visit(app_with("hen"), ("GET", "/", {"headers": {"cookie": value.encode()}}))
        assert refused.status_code == 401


def test_guessing_is_slowed_down():
    answers = visit(app_with(CODE), *[typed("x")] * 10, typed(CODE))
    assert answers.status_code == 429
    assert "set-cookie" not in answers.headers


def test_a_session_without_the_code_is_not_connected():
    async def connect():
        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [], "query_string": b""}
        said = []

        async def receive():
            return {"type": "websocket.connect"}

        async def send(message):
            said.append(message)

        await app_with(CODE)(scope, receive, send)
        return said

    assert asyncio.run(connect()) == [{"type": "websocket.close", "code": 1008}]


def test_the_operator_sets_the_code(monkeypatch):
    monkeypatch.setenv("CONVSCOPE_CODE", " fox ")
    assert access_code() == "fox"
    monkeypatch.delenv("CONVSCOPE_CODE")
    assert access_code() == ""
