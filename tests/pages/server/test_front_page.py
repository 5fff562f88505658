"""The HTML page that everything starts from."""

import asyncio
import json
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from streamlit import file_util

from pages.server.front_page import FrontPage

STATIC = Path(file_util.get_static_dir())
PAGE = (STATIC / "index.html").read_text("utf-8")
ORIGINS = ["https://example.org", "https://*.example.com"]
APP = Starlette(
    routes=[
        Route("/", lambda request: HTMLResponse(PAGE)),
        Route("/lost", lambda request: HTMLResponse(PAGE, 404)),
        Route("/text", lambda request: PlainTextResponse(PAGE)),
    ],
    middleware=[Middleware(FrontPage, ORIGINS), Middleware(GZipMiddleware)],
)


def get(path, accept="text/html,*/*;q=0.8"):
    async def ask():
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path, headers={"accept": accept})

    return asyncio.run(ask())


def test_the_page_is_called_by_our_name_from_the_first_moment():
    assert re.findall("<title>(.*?)</title>", get("/").text) == ["Convscope"]


def test_streamlit_is_told_its_host_configuration_and_need_not_ask_before_it_connects():
    written = re.search(r"HOST_CONFIG: (\{.*?\}),", get("/").text)[1]
    assert json.loads(written) == {"allowedOrigins": ORIGINS, "useExternalAuthToken": False}


def test_the_pinned_streamlit_looks_for_what_is_told():
    scripts = "".join(path.read_text("utf-8") for path in (STATIC / "static/js").glob("index.*.js"))
    for name in ("window.__streamlit", "BACKEND_BASE_URL", "HOST_CONFIG"):
        assert name in scripts


def test_no_font_is_loaded_before_what_is_read_with_it():
    assert 'as="font"' in PAGE
    assert 'as="font"' not in get("/").text


def test_the_page_is_whole_otherwise():
    page = get("/")
    assert int(page.headers["content-length"]) == len(page.content)
    assert [*re.findall(r'(?:src|href)="(\./static/js/[^"]+)"', page.text)] == [
        *re.findall(r'(?:src|href)="(\./static/js/[^"]+)"', PAGE)
    ]


@pytest.mark.parametrize("path", ["/lost", "/text"])
def test_nothing_else_is_changed(path):
    assert get(path).text == PAGE
    assert get("/", accept="*/*").text == PAGE
