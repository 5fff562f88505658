"""Whose pages these are: strangers' names, and what a browser refuses on their behalf."""

import asyncio
import base64
import hashlib
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from pages.server.front_page import FrontPage
from pages.server.protection import Protection, named_hosts

PAGE = "<html><head><title>x</title></head><body><script>let page = 1;</script></body></html>"
APP = Starlette(
    routes=[
        Route("/", lambda request: HTMLResponse(PAGE)),
        Route("/text", lambda request: PlainTextResponse("text")),
    ],
    middleware=[Middleware(Protection, ["class.example.org"]), Middleware(FrontPage, [])],
)


def get(path="/", host="127.0.0.1:8501"):
    async def ask():
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path, headers={"accept": "text/html", "host": host})

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8501",
        "127.0.0.1:8501",
        "192.168.0.7",
        "[::1]:8501",
        "CLASS.example.org",
        "class.example.org:443",
    ],
)
def test_it_answers_to_its_own_names_and_to_every_address(host):
    assert get(host=host).status_code == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "class.example.org.evil.example", "127.0.0.1.evil.example", "a;b"]
)
def test_nothing_is_served_under_a_strangers_name(host):
    answer = get("/text", host)
    assert answer.status_code == 421
    assert answer.text == "This server does not answer to that name."


def test_the_operator_names_the_server(monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOSTS", "one.example, Two.example")
    assert named_hosts() == {"one.example", "two.example"}


def test_every_answer_says_that_its_type_holds_and_that_no_other_site_may_frame_it():
    headers = get("/text").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_of_inline_scripts_only_those_of_the_page_run():
    answer = get()
    policy = dict(
        part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; ")
    )
    scripts = re.findall("<script>(.*?)</script>", answer.text, re.DOTALL)
    assert len(scripts) == 2  # the page's own, and what tells Streamlit where it is
    digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()) for each in scripts]
    for digest in digests:
        assert f"'sha256-{digest.decode()}'" in policy["script-src"]
    assert "unsafe-inline" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert policy["object-src"] == "'none'"


def test_nothing_can_be_uploaded_past_the_pages():
    assert get("/_stcore/upload_file/session/file").status_code == 403
