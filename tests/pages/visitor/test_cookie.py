"""Whose browser it is: an id in a cookie that no page can read and no other site can send."""

import asyncio
from http.cookies import SimpleCookie

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from pages.visitor.cookie import COOKIE, VisitorCookie, visitor_id


async def page(request):
    return PlainTextResponse("a page", headers={"set-cookie": "other=1"})


APP = Starlette(routes=[Route("/", page)], middleware=[Middleware(VisitorCookie)])


def given(*, scheme="http", accept="text/html,*/*;q=0.8", cookie=""):
    """Ask for a page and read the visitor's cookie out of the response, None without one."""

    async def ask():
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://here") as client:
            return await client.get("/", headers={"accept": accept, "cookie": cookie})

    response = asyncio.run(ask())
    assert response.text == "a page"
    assert "other=1" in response.headers.get_list("set-cookie")
    found = [SimpleCookie(each) for each in response.headers.get_list("set-cookie")]
    return next((each[COOKIE] for each in found if COOKIE in each), None)


def test_the_first_page_brings_a_cookie_that_only_the_server_reads():
    cookie = given()
    assert visitor_id({COOKIE: cookie.value}) == cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) > 30 * 24 * 3600
    assert not cookie["secure"]


def test_over_https_it_is_sent_over_https_only():
    assert given(scheme="https")["secure"]


def test_each_browser_gets_another_id_and_keeps_it():
    one, other = given().value, given().value
    assert one != other
    assert given(cookie=f"{COOKIE}={one}") is None


def test_what_is_no_page_brings_no_cookie():
    assert given(accept="*/*") is None
    assert given(accept="application/json") is None


@pytest.mark.parametrize("value", ["", "short", "../../etc/passwd" * 3, "x" * 65, "é" * 30])
def test_an_id_that_we_did_not_give_is_none(value):
    assert visitor_id({COOKIE: value}) is None
    assert visitor_id({}) is None


def test_a_browser_with_a_damaged_id_gets_a_new_one():
    assert given(cookie=f"{COOKIE}=short") is not None
