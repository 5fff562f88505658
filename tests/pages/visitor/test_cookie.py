"""Whose browser it is: an id in a cookie that no page can read and no other site can send."""

import asyncio
import os
import subprocess
import sys
from http.cookies import SimpleCookie

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from model.base.home import home
from model.runs.owners import neighborhood
from pages.visitor.cookie import COOKIE, VisitorCookie, new_id, signed, visitor_id


async def page(request):
    return PlainTextResponse("a page", headers={"set-cookie": "other=1"})


APP = Starlette(routes=[Route("/", page)], middleware=[Middleware(VisitorCookie)])


def given(*, scheme="http", accept="text/html,*/*;q=0.8", cookie="", address="192.0.2.1"):
    """Ask for a page and read the visitor's cookie out of the response, None without one."""

    async def ask():
        transport = httpx.ASGITransport(APP, client=(address, 50000))
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://here") as client:
            return await client.get("/", headers={"accept": accept, "cookie": cookie})

    response = asyncio.run(ask())
    assert response.text == "a page"
    assert "other=1" in response.headers.get_list("set-cookie")
    found = [SimpleCookie(each) for each in response.headers.get_list("set-cookie")]
    return next((each[COOKIE] for each in found if COOKIE in each), None)


def test_the_first_page_brings_a_cookie_that_only_the_server_reads():
    cookie = given()
    assert visitor_id({COOKIE: cookie.value}) == cookie.value.partition(".")[0]
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


@pytest.mark.parametrize("value", ["", "short", "../../etc/passwd" * 3, "x" * 74, "é" * 74])
def test_an_id_that_we_did_not_give_is_none(value):
    assert visitor_id({COOKIE: value}) is None
    assert visitor_id({}) is None


def test_an_invented_id_is_none_whatever_signature_it_carries():
    own = given().value
    other = given().value
    invented = "a" * 30
    assert visitor_id({COOKIE: invented}) is None
    for signature in (own.partition(".")[2], "A" * 43):
        assert visitor_id({COOKIE: f"{invented}.{signature}"}) is None
    assert visitor_id({COOKIE: f"{own.partition('.')[0]}.{other.partition('.')[2]}"}) is None


def test_an_id_holds_an_address_only_as_a_mark_that_its_neighbors_share():
    here, beside = (visitor_id({COOKIE: given(address="192.0.2.7").value}) for _ in range(2))
    away = visitor_id({COOKIE: given(address="192.0.2.8").value})
    assert here != beside
    assert neighborhood(here) == neighborhood(beside) != neighborhood(away)
    assert "192" not in here


def test_web_processes_that_share_a_folder_know_each_others_visitors_and_nobody_elses(
    tmp_path, monkeypatch
):
    cookies = []
    for folder in ("one", "one", "other"):
        code = "from pages.visitor.cookie import *; print(signed(new_id('192.0.2.1')))"
        environment = {**os.environ, "CONVSCOPE_HOME": str(tmp_path / folder)}
        told = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        cookies.append({COOKIE: told.stdout.strip()})
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "one"))
    assert [visitor_id(each) is not None for each in cookies] == [True, True, False]
    assert (home() / "visitors.key").stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_written_visitors_are_known_until_the_server_ends(
    tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "file"))
    visitor = new_id("")
    assert visitor_id({COOKIE: signed(visitor)}) == visitor


def test_a_browser_with_a_damaged_id_gets_a_new_one():
    assert given(cookie=f"{COOKIE}=short") is not None
