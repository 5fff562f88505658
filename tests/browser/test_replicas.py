"""Several web processes behind nginx, as compose.yaml sets them up: losing one loses nothing."""

import contextlib
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import programs
import pytest
from desk import Desk
from playwright.sync_api import expect
from proxy_settings import configuration
from waiting import until

ROOT = Path(__file__).parents[2]
BAR = [(140, 40), (140, 240)]
LEVEL = [(40, 140), (240, 140)]
STARTS_WITHIN = 60  # seconds


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").status == 200
    return False


class Replica:
    """One web process, which can be killed and started again."""

    def __init__(self, home):
        self.home, self.port = home, free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self.port}"],
            cwd=ROOT,
            env={**os.environ, "CONVSCOPE_HOME": str(self.home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: answers(self.port), within=STARTS_WITHIN)

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def replicas(tmp_path):
    both = [Replica(tmp_path / "home") for _ in range(2)]
    yield both
    for replica in both:
        replica.kill()


@pytest.fixture
def proxy(tmp_path, replicas):
    nginx, port = programs.require("nginx"), free_port()
    path = tmp_path / "nginx.conf"
    path.write_text(configuration(tmp_path, port, [replica.port for replica in replicas]))
    process = subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(path)])
    until(lambda: answers(port), within=STARTS_WITHIN)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def test_a_visitor_whose_web_process_dies_goes_on_with_another_and_keeps_the_drawing(
    chromium, proxy, replicas
):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    desk = Desk(context, proxy).open()
    desk.draw(BAR)
    desk.settled()
    strokes = 1
    for replica in replicas:
        replica.kill()
        desk.draw(LEVEL)
        desk.settled()
        strokes += 1
        replica.start()
    image = desk.image()
    desk.turn_to("The network")
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
    expect(desk.canvas).to_have_count(0)
    desk.links.first.click()
    expect(desk.canvas).to_be_visible()
    desk.settled()
    assert len(desk.strokes()) == strokes
    assert desk.image() == image
    context.close()
