"""The camera: in the canvas's place, wholly in view, and off whenever it is not looked at."""

import pytest
from playwright.sync_api import expect

SCREENS = {
    "laptop": {"width": 1400, "height": 900},
    "telephone": {"width": 390, "height": 844, "has_touch": True, "is_mobile": True},
}
KEEP_FILMS = """() => {
  const {mediaDevices} = navigator;
  const film = mediaDevices.getUserMedia.bind(mediaDevices);
  window.films = [];
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await film(wanted);
    films.push(...stream.getTracks());
    return stream;
  };
}"""
IS_OFF = "() => films.length > 0 && films.every(({readyState}) => readyState === 'ended')"


@pytest.fixture
def filming(visit):
    """Come with some screen, and open the camera."""

    def visitor(screen="laptop"):
        desk = visit(**SCREENS[screen], permissions=["camera"]).open()
        desk.page.evaluate(KEEP_FILMS)
        desk.button("Camera").click()
        expect(desk.button("Take picture")).to_be_enabled()
        return desk

    return visitor


@pytest.mark.parametrize("screen", SCREENS)
def test_what_the_camera_sees_comes_to_the_canvas_and_the_camera_goes_off(filming, screen):
    desk = filming(screen)
    film, take = desk.page.locator("video"), desk.button("Take picture")
    for part in (film, take, desk.button("Close")):
        expect(part).to_be_in_viewport(ratio=1)
    assert film.bounding_box()["width"] > 0.95 * desk.canvas.bounding_box()["width"]
    take.click()
    desk.until(lambda: desk.revision() > 0)
    desk.settled()
    assert desk.ink().mean() > 0.5
    expect(film).to_be_hidden()
    assert desk.page.evaluate(IS_OFF)
    assert desk.page.get_by_role("alert").count() == 0


def test_the_camera_is_opened_used_and_closed_with_keys_alone(filming):
    desk = filming()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("video")).to_be_hidden()
    assert desk.page.evaluate(IS_OFF)
    desk.page.keyboard.press("Enter")  # the focus is on the camera's button again
    expect(desk.button("Take picture")).to_be_focused()
    desk.page.keyboard.press("Space")
    desk.until(lambda: desk.revision() > 0)
    desk.settled()


def test_the_camera_goes_off_when_it_is_closed_and_when_the_page_is_left(filming):
    desk = filming()
    desk.button("Close").click()
    assert desk.page.evaluate(IS_OFF)
    desk.button("Camera").click()
    expect(desk.button("Take picture")).to_be_enabled()
    desk.turn_to("The network")
    desk.page.wait_for_function(IS_OFF)


def test_whoever_does_not_allow_the_camera_is_told_what_is_left(visit):
    desk = visit(**SCREENS["laptop"]).open()
    desk.button("Camera").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("upload a photo")
    expect(desk.page.locator("video")).to_be_hidden()


@pytest.mark.parametrize(
    ("error", "told"), [("NotFoundError", "No camera was found"), ("NotReadableError", "use it")]
)
def test_a_camera_that_cannot_be_had_is_told_with_its_reason(visit, error, told):
    desk = visit().open()
    desk.page.evaluate(
        """(name) => {
          navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", name));
        }""",
        error,
    )
    desk.button("Camera").click()
    expect(desk.page.get_by_role("alert")).to_contain_text(told)
