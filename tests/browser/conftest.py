"""One server and one browser for all; each test is a visit, and so a session, of its own."""

import programs
import pytest
from app_server import running_server
from desk import Desk
from handwritten import on_canvas
from playwright.sync_api import sync_playwright
from published import copy_default

from tests.benchmarks.browser import FLAGS


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The app, on a free port, for all tests."""
    with running_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests."""
    path = programs.require("chromium")
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--use-fake-device-for-media-stream"]  # a camera that films a test card
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desks(chromium, server):
    """A window for each kind of visitor, or several; opening the app in it begins a session."""
    kinds = {}

    def desk(number=0, *, width=1400, height=900, locale="en-US", color_scheme="light", **options):
        options |= {"viewport": {"width": width, "height": height}, "locale": locale}
        kind = repr((number, sorted(options.items()), color_scheme))
        if kind not in kinds:
            context = chromium.new_context(color_scheme=color_scheme, **options)
            kinds[kind] = Desk(context, server.url, color_scheme)
        return kinds[kind]

    yield desk
    for each in kinds.values():
        each.context.close()


@pytest.fixture
def visit(desks):
    """Come to the app as a visitor of some kind; what the page complained of fails the test."""
    visiting = []

    def visitor(**options):
        desk = desks(**options)
        if desk in visiting:
            desk = desks(len(visiting), **options)  # somebody else of the same kind
        desk.forget()
        visiting.append(desk)
        return desk

    yield visitor
    for desk in visiting:
        desk.page.unroute_all()
    assert [trouble for desk in visiting for trouble in desk.troubles] == []


@pytest.fixture
def desk(visit):
    """A visitor with a mouse who has just come."""
    return visit().open()


@pytest.fixture
def phone(visit):
    """A visitor with a telephone who has just come."""
    return visit(width=390, height=844, has_touch=True, is_mobile=True).open()


@pytest.fixture
def second(server):
    """A network called "Second" that somebody saves while the server runs."""
    card = copy_default(server.home, "second", "Second")
    yield "second"
    card.unlink()


@pytest.fixture(scope="session")
def written():
    """Write a digit plainly: its lines in canvas units."""
    return on_canvas
