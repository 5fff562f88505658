"""What the operator sees: one line an event, counted, and of persons nothing."""

import asyncio
import re

import httpx
import pytest
from asking import APP

from model.base import events
from pages.server import journal
from pages.server.routes import operator

LINE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ "


@pytest.fixture
def lines(tmp_path, monkeypatch):
    """Note events; gives what is written so far."""
    monkeypatch.setattr(journal, "COUNTS", journal.Counts())
    monkeypatch.setattr(operator, "COUNTS", journal.COUNTS)
    files = journal.open_journal(tmp_path / "log")
    yield lambda: [
        line
        for path in sorted((tmp_path / "log").iterdir())
        for line in path.read_text("utf-8").splitlines()
    ]
    journal.close_journal(files)


def test_an_event_is_one_line_with_its_moment_and_facts(lines):
    events.note("training_started", run="lenet-5-1", digits=60000)
    (line,) = lines()
    assert re.fullmatch(LINE + "training_started run=lenet-5-1 digits=60000", line)


def test_nothing_that_a_fact_holds_looks_like_another_line_or_fact(lines):
    events.note("odd", name="a b=c\nroot", other='"')
    (line,) = lines()
    assert re.fullmatch(LINE + r"""odd name='a b=c\\nroot' other='"'""", line)


def test_a_server_that_has_ended_writes_no_more(lines, tmp_path):
    events.note("one")
    for handler in list(events.LOGGER.handlers):
        journal.close_journal(handler)
    events.note("two")
    assert len(lines()) == 1


def test_files_are_rotated_and_those_of_old_servers_go(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "_FILE_BYTES", 400)
    folder = tmp_path / "log"
    folder.mkdir()
    for number in range(60):
        (folder / f"events-2020-{number}.log").touch()
    files = journal.open_journal(folder)
    for number in range(100):
        events.note("session_opened", here=number)
    journal.close_journal(files)
    found = list(folder.iterdir())
    assert len(found) <= journal._OLD_FILES + journal._FILES
    assert sum(path.stat().st_size for path in found) <= 400 * journal._FILES
    assert any("here=99" in path.read_text() for path in found)


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path, capsys):
    (tmp_path / "log").write_text("a file is in the way")
    files = journal.open_journal(tmp_path / "log")
    events.note("server_started")
    journal.close_journal(files)
    assert capsys.readouterr().err == ""


def ask(host="127.0.0.1:8501", client="127.0.0.1"):
    async def asking():
        transport = httpx.ASGITransport(APP, client=(client, 50000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as browser:
            return await browser.get("/live/counters")

    return asyncio.run(asking())


def test_the_counters_say_how_the_server_is(lines):
    events.note("session_opened", here=1)
    events.note("session_opened", here=2)
    answer = ask()
    assert answer.status_code == 200
    figures = dict(line.rsplit(" ", 1) for line in answer.text.splitlines())
    assert figures['convscope_events_total{event="session_opened"}'] == "2"
    assert float(figures["convscope_memory_bytes"]) > 10e6
    assert float(figures["convscope_uptime_seconds"]) > 0
    assert {"convscope_sessions", "convscope_runs_training", "convscope_runs_waiting"} <= set(
        figures
    )


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("digits.example.org", "127.0.0.1"),  # a proxy that tells nothing of the visitor
        ("127.0.0.1:8501", "192.0.2.7"),
        ("192.0.2.1", "192.0.2.7"),
    ],
)
def test_the_counters_are_for_this_machine_alone(host, client):
    assert ask(host, client).status_code == 404
