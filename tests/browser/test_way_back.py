"""The browser's way back: one step for each place that a visitor went to, and none else."""

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.runs import store

BAR = [(140, 40), (140, 240)]


def address(desk):
    parts = urlparse(desk.page.url)
    return parts.path, parse_qs(parts.query)


def arrived(desk, path, **parameters):
    """Wait until a page is shown under its address with at least these parameters."""
    wanted = {name: [value] for name, value in parameters.items()}
    shown = desk.page.locator("[data-testid=stTopNavLink][aria-current=page]")
    desk.until(lambda: address(desk)[0] == path and wanted.items() <= address(desk)[1].items())
    desk.until(lambda: urlparse(shown.get_attribute("href")).path == path)
    desk.page.wait_for_timeout(300)  # whatever else would be added to it
    assert address(desk)[0] == path


def test_one_step_back_leaves_each_page_whatever_network_language_and_digit(visit, second):
    desk = visit()
    desk.page.goto(desk.url + "/network")
    desk.turn_to("Recognize")
    expect(desk.canvas).to_be_visible()
    desk.draw(BAR)
    desk.settled()
    desk.choose_network("Second")
    arrived(desk, "/", network=second)
    desk.page.get_by_text("简体中文").click()
    arrived(desk, "/", network=second, lang="zh")
    desk.until(lambda: "digit" in address(desk)[1])
    desk.turn_to("网络")
    arrived(desk, "/network", network=second, lang="zh")
    desk.page.go_back()
    arrived(desk, "/", network=second, lang="zh")
    expect(desk.canvas).to_be_visible()
    desk.page.go_back()
    arrived(desk, "/network")
    desk.page.go_forward()
    arrived(desk, "/", network=second, lang="zh")


def test_a_training_that_is_opened_is_a_step_of_its_own(visit, second, server, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(server.home))
    run = store.create(
        store.RunRequest(Design("tiny"), Recipe(generated=0)), owner="ann", title="Of Ann"
    ).write_status(state=store.PAUSED)
    desk = visit()
    desk.page.goto(f"{desk.url}/train?network={second}")
    title = desk.page.get_by_role("heading", level=1)
    expect(title).to_have_text("Train a network and watch it learn")
    desk.page.goto(f"{desk.url}/train?network={second}&run={run.id}")
    expect(title).to_have_text("Of Ann")
    desk.turn_to("The network")
    arrived(desk, "/network", network=second)
    desk.page.go_back()
    arrived(desk, "/train", network=second, run=run.id)
    expect(title).to_have_text("Of Ann")
    desk.button("Training room").click()
    expect(title).to_have_text("Train a network and watch it learn")
    desk.page.go_back()
    arrived(desk, "/train", network=second, run=run.id)
    expect(title).to_have_text("Of Ann")
    desk.page.go_back()
    expect(title).to_have_text("Train a network and watch it learn")
    store.delete(run.id)


def test_the_header_leads_from_a_training_to_the_training_room(visit, server, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(server.home))
    run = store.create(
        store.RunRequest(Design("tiny"), Recipe(generated=0)), owner="ann", title="Of Ann"
    ).write_status(state=store.PAUSED)
    desk = visit().open()
    desk.draw(BAR)
    desk.settled()
    desk.turn_to("Training room")
    title = desk.page.get_by_role("heading", level=1)
    expect(title).to_have_text("Train a network and watch it learn")
    desk.page.evaluate(
        """(address) => {
          history.pushState({}, "", address);
          dispatchEvent(new PopStateEvent("popstate"));
        }""",
        f"/train?run={run.id}",
    )
    expect(title).to_have_text("Of Ann")
    desk.turn_to("Training room")
    expect(title).to_have_text("Train a network and watch it learn")
    assert "run" not in address(desk)[1]
    desk.page.go_back()
    expect(title).to_have_text("Of Ann")
    desk.turn_to("Recognize")
    desk.settled()
    assert len(desk.strokes()) == 1
    store.delete(run.id)
