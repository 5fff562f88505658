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


def get(path, accept="text/html,*/*;q=0.8", app=APP, **headers):
    headers = {"accept": accept} | {name.replace("_", "-"): text for name, text in headers.items()}

    async def ask():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path, headers=headers)

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


# The first page


class Opened:
    """What the first page has besides, in short."""

    opening = staticmethod(lambda: "<first-of-head>")
    closing = staticmethod(lambda: "<last-of-head>")
    body = staticmethod(lambda spoken: f"<body-in-{spoken}>")


def serving(base_path=""):
    def page(request):
        return HTMLResponse(PAGE, headers={"etag": '"streamlit"'})

    middleware = [Middleware(FrontPage, ORIGINS, base_path, lambda: Opened)]
    return Starlette(routes=[Route("/{path:path}", page)], middleware=middleware)


def language_of(page):
    found = re.search("<body-in-(..)>", page.text)
    return found and found[1]


def test_the_first_page_has_more_in_its_head_and_ends_with_its_own_body():
    text = get("/", app=serving()).text
    places = ["<first-of-head>", "<script type=", "<last-of-head>", "</head>", '<div id="root">']
    found = [text.index(place) for place in [*places, "<body-in-en>", "</body>"]]
    assert found == sorted(found)


@pytest.mark.parametrize("path", ["/network", "/?digit=s", "/?network=mine", "/?layer=conv1"])
def test_a_link_to_something_else_brings_nothing_along(path):
    assert language_of(get(path, app=serving())) is None


def test_below_a_base_path_the_first_page_is_there():
    app = serving("lab/digits")
    assert language_of(get("/lab/digits/", app=app)) == "en"
    assert language_of(get("/lab/digits", app=app)) == "en"
    assert language_of(get("/", app=app)) is None


def test_it_speaks_the_links_language_else_the_browsers_else_english():
    app = serving()
    assert language_of(get("/", app=app, accept_language="zh-TW,en;q=0.5")) == "zh"
    assert language_of(get("/?lang=en", app=app, accept_language="zh-TW")) == "en"
    assert language_of(get("/?lang=zh", app=app, accept_language="en")) == "zh"
    assert language_of(get("/?lang=%3Cb%3E", app=app)) == "en"
    assert "accept-language" in get("/", app=app).headers["vary"].lower()


def test_a_browser_that_has_the_page_as_it_is_gets_none_and_one_that_has_another_gets_it():
    app = serving()
    page = get("/", app=app)
    again = get("/", app=app, if_none_match=page.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == page.headers["content-security-policy"]
    for kept in ('"streamlit"', get("/?lang=zh", app=app).headers["etag"]):
        assert get("/", app=app, if_none_match=kept).text == page.text
