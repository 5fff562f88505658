"""Static files travel compressed, whatever is live does not."""

import asyncio
import gzip

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pages.server import compression
from pages.server.compression import StaticCompression

SCRIPT = "export const words = 'much the same again and again';\n" * 200
TYPES = {"js": "text/javascript", "woff2": "font/woff2"}


def file(request):
    kind = request.path_params["name"].rpartition(".")[2]
    return Response(SCRIPT, headers={"etag": '"1"'}, media_type=TYPES[kind])


APP = Starlette(
    routes=[
        Route("/static/{name}", file),
        Route("/static/js/short", lambda request: PlainTextResponse("short")),
        Route("/live/runs/one", lambda request: PlainTextResponse(SCRIPT)),
    ],
    middleware=[Middleware(StaticCompression)],
)


def get(*paths, **headers):
    """Ask one server for each path; gives the last response, its body as it traveled."""

    async def ask():
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            for path in paths:
                asked = {"accept-encoding": "gzip"} | headers
                async with client.stream("GET", path, headers=asked) as response:
                    body = b"".join([part async for part in response.aiter_raw()])
        return response, body

    return asyncio.run(ask())


def test_a_script_arrives_as_it_is_in_a_fraction_of_its_bytes():
    response, body = get("/static/a.js")
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) == len(body) < len(SCRIPT) / 10
    assert "accept-encoding" in response.headers["vary"].lower()
    assert gzip.decompress(body).decode() == SCRIPT


def test_a_script_is_compressed_once(monkeypatch):
    times = []
    monkeypatch.setattr(compression, "_gzip", lambda body: times.append(1) or gzip.compress(body))
    get("/static/b.js", "/static/b.js", "/static/b.js")
    assert len(times) == 1


@pytest.mark.parametrize("path", ["/static/a.woff2", "/static/js/short", "/live/runs/one"])
def test_fonts_short_files_and_live_answers_are_left_alone(path):
    response, body = get(path)
    assert response.status_code == 200
    assert "content-encoding" not in response.headers
    assert body in (SCRIPT.encode(), b"short")


@pytest.mark.parametrize("headers", [{"accept-encoding": "identity"}, {"range": "bytes=0-9"}])
def test_who_cannot_unpack_or_wants_a_part_gets_it_plain(headers):
    response, _ = get("/static/a.js", **headers)
    assert "content-encoding" not in response.headers


def test_what_is_not_there_is_not_there():
    response, _ = get("/static/js/nothing")
    assert response.status_code == 404
