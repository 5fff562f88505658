"""Choosing a network in the header, and whose browser it is."""

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

BAR = [(140, 40), (140, 240)]


def network_in_link(desk):
    return parse_qs(urlparse(desk.page.url).query).get("network")


def test_the_chosen_network_reads_the_drawing_on_every_page_and_after_a_reload(visit, second):
    desk = visit().open()
    desk.draw(BAR)
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-network", "default")
    desk.choose_network("Second")
    expect(desk.prediction).to_have_attribute("data-network", second)
    desk.settled()
    assert network_in_link(desk) == [second]
    desk.turn_to("The network")
    expect(desk.page.get_by_test_id("stMain").get_by_text("Second", exact=True)).to_be_visible()
    assert network_in_link(desk) == [second]
    desk.turn_to("Recognize")
    expect(desk.canvas).to_be_visible()
    desk.page.reload()
    desk.draw(BAR)
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-network", second)
    desk.choose_network("Convscope")
    expect(desk.prediction).to_have_attribute("data-network", "default")


def test_a_browser_keeps_its_id_and_no_page_can_read_it(visit):
    desk = visit().open()
    (cookie,) = [each for each in desk.context.cookies() if each["name"] == "convscope_visitor"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["value"] not in desk.page.evaluate("document.cookie")
    desk.open()
    assert cookie["value"] in [each["value"] for each in desk.context.cookies()]


def test_the_canvas_stays_where_it_is_when_the_word_about_a_lost_network_goes(visit):
    desk = visit().open("/?network=nowhere")
    expect(desk.page.get_by_role("alert")).to_contain_text("nowhere")
    mounted = desk.canvas.element_handle()
    desk.switches.get_by_text("简体中文").click()
    expect(desk.page.get_by_role("alert")).to_have_count(0)
    assert mounted.evaluate("canvas => canvas.isConnected")
