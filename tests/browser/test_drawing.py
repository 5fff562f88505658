"""Drawing: by mouse, by finger and by keys; undo, redo, clear and the eraser."""

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from model.pixels.pen import render
from model.pixels.strokes import CANVAS, smooth

BAR = [(140, 40), (140, 140), (140, 240)]
LEVEL = [(40, 140), (140, 140), (240, 140)]


@pytest.fixture
def three(written):
    return written(3)


def test_a_stroke_of_the_mouse_is_predicted_and_every_layer_answers_it(desk, three):
    revision = desk.draw(*three)
    assert desk.settled() == revision > 0
    expect(desk.prediction).to_have_attribute("data-label", "3")
    assert desk.layers.count() >= 4
    probability = float(desk.prediction.get_attribute("data-probability"))
    assert probability == pytest.approx(desk.reading().probability, abs=1e-5)


def test_the_page_answers_while_the_pen_is_still_down(desk):
    desk.page.mouse.move(*desk.place(140, 40))
    desk.page.mouse.down()
    desk.page.mouse.move(*desk.place(140, 240), steps=10)
    desk.settled()
    expect(desk.prediction).not_to_have_attribute("data-verdict", "empty")
    desk.page.mouse.up()
    desk.settled()


def test_a_stroke_of_the_finger_is_predicted_and_every_layer_answers_it(phone, three):
    for line in three:
        phone.touch([phone.place(x, y) for x, y in line])
    assert phone.settled() > 0
    expect(phone.prediction).to_have_attribute("data-label", "3")


def test_the_page_scrolls_under_a_finger_but_not_while_it_draws(phone):
    main = phone.page.get_by_test_id("stMain")
    main.evaluate("main => { main.scrollTop = 60 }")
    phone.touch([phone.place(140, y) for y in range(250, 20, -10)])
    phone.settled()
    assert len(phone.strokes()) == 1
    assert main.evaluate("main => main.scrollTop") == 60
    bottom = phone.canvas.bounding_box()
    below = bottom["y"] + bottom["height"] + 130
    phone.touch([(200, below - distance) for distance in range(0, 200, 10)])
    phone.until(lambda: main.evaluate("main => main.scrollTop") > 100)
    assert len(phone.strokes()) == 1


def test_a_tap_leaves_a_dot(phone):
    phone.touch([phone.place(100, 60)])
    phone.settled()
    assert phone.ink().sum() > 0
    assert len(phone.strokes()[0]["points"]) == 2


def test_a_second_finger_is_no_second_pen(phone):
    finger = phone.context.new_cdp_session(phone.page)
    (x, y), (other_x, other_y) = phone.place(100, 60), phone.place(200, 200)
    points = [{"x": x, "y": y, "id": 0}]
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    points.append({"x": other_x, "y": other_y, "id": 1})
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    for _step in range(5):
        points[0]["y"] += 10
        points[1]["x"] -= 10
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.settled()
    (stroke,) = phone.strokes()
    assert max(stroke["points"][::2]) < 120  # all of it is the first finger's


def test_the_right_button_does_not_draw(desk):
    desk.page.mouse.click(*desk.place(140, 140), button="right")
    assert desk.revision() == 0


def test_the_canvas_shows_the_strokes_as_the_server_draws_them(desk, three):
    desk.draw(*three)
    desk.settled()
    lines = [np.array(each["points"], np.float32).reshape(-1, 2) for each in desk.strokes()]
    widths = [each["width"] for each in desk.strokes()]
    drawn = render([smooth(line) for line in lines], widths, CANVAS)
    shown = cv2.resize(
        desk.ink().astype(np.float32), (CANVAS, CANVAS), interpolation=cv2.INTER_AREA
    )
    assert np.abs(shown - drawn).mean() < 0.01
    assert shown.sum() == pytest.approx(drawn.sum(), rel=0.03)


def test_fast_strokes_stay_smooth(desk):
    """However few points the mouse tells, the ink has no gap."""
    desk.draw([(40, 200), (140, 40), (240, 200)])
    ink = desk.ink()
    count, _ = cv2.connectedComponents((ink > 0.5).astype(np.uint8))
    assert count == 2  # paper and one piece of ink


def test_lines_are_sharp_on_every_screen(visit):
    for ratio in (1, 2):
        desk = visit(device_scale_factor=ratio).open()
        width, inner = desk.canvas.evaluate("canvas => [canvas.width, canvas.clientWidth]")
        assert width == pytest.approx(ratio * inner, abs=1)


def test_the_pens_width_can_be_chosen(desk):
    slider = desk.page.get_by_role("slider", name="Width")
    slider.fill("30")
    desk.draw(BAR)
    desk.settled()
    assert desk.strokes()[0]["width"] == 30


# Undo, redo, clear


def test_undo_takes_exactly_the_last_stroke_and_redo_brings_it_back(desk):
    desk.draw(BAR)
    desk.settled()
    one, one_sent = desk.image(), desk.strokes()
    desk.draw(LEVEL)
    desk.settled()
    both, both_sent = desk.image(), desk.strokes()
    desk.button("Undo").click()
    desk.settled()
    assert (desk.image(), desk.strokes()) == (one, one_sent)
    desk.button("Redo").click()
    desk.settled()
    assert (desk.image(), desk.strokes()) == (both, both_sent)


def test_clear_empties_the_canvas_and_undo_brings_the_drawing_back(desk):
    empty = desk.image()
    desk.draw(BAR, LEVEL)
    desk.settled()
    drawn = desk.image()
    desk.button("Clear").click()
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    assert desk.image() == empty
    desk.button("Undo").click()
    desk.settled()
    assert desk.image() == drawn


def test_ctrl_z_takes_back_a_clear_that_was_pressed_with_the_mouse(desk):
    desk.draw(BAR)
    desk.settled()
    drawn = desk.image()
    desk.button("Clear").click()
    expect(desk.button("Clear")).to_be_disabled()
    desk.page.keyboard.press("Control+z")
    desk.settled()
    assert desk.image() == drawn


def test_ctrl_z_takes_back_a_stroke_wherever_the_focus_is(desk):
    desk.draw(BAR)
    desk.settled()
    desk.map_buttons("conv1").first.click()
    desk.page.keyboard.press("Control+z")
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")


def test_each_change_of_the_drawing_has_a_higher_revision(desk):
    revisions = [desk.revision(), desk.draw(BAR), desk.draw(LEVEL)]
    for name in ("Undo", "Redo", "Clear", "Undo"):
        desk.button(name).click()
        revisions.append(desk.settled())
    assert revisions == sorted(set(revisions))


def test_a_button_with_nothing_to_do_is_off(desk):
    for name in ("Undo", "Redo", "Clear"):
        expect(desk.button(name)).to_be_disabled()
    desk.draw(BAR)
    expect(desk.button("Undo")).to_be_enabled()
    expect(desk.button("Clear")).to_be_enabled()
    expect(desk.button("Redo")).to_be_disabled()
    desk.button("Undo").click()
    expect(desk.button("Redo")).to_be_enabled()
    expect(desk.button("Clear")).to_be_disabled()


def test_the_eraser_cuts_a_line_in_two(desk):
    desk.draw(LEVEL)
    desk.button("Eraser").click()
    desk.draw([(140, 100), (140, 180)])
    desk.settled()
    left, right = desk.strokes()
    assert max(left["points"][::2]) < 130
    assert min(right["points"][::2]) > 150
    ink = desk.ink()
    middle = len(ink) // 2
    assert ink[middle, middle] == 0
    assert ink[middle, middle // 2] == 1
    desk.button("Pen").click()
    desk.draw(BAR)
    desk.settled()
    assert len(desk.strokes()) == 3


def test_an_eraser_that_touches_nothing_leaves_nothing_to_undo(desk):
    desk.button("Eraser").click()
    desk.draw(BAR)
    expect(desk.button("Undo")).to_be_disabled()


# Keys alone


def test_a_digit_can_be_drawn_with_keys_alone(desk):
    desk.canvas.focus()
    press = desk.page.keyboard.press
    for key in ["ArrowUp", *["ArrowUp"] * 4, "Space", *["ArrowDown"] * 9, "Space"]:
        press(key)
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-label", str(desk.reading().label))
    expect(desk.prediction).not_to_have_attribute("data-verdict", "empty")
    (stroke,) = desk.strokes()
    assert np.ptp(stroke["points"][::2]) == 0
    assert np.ptp(stroke["points"][1::2]) == 180
    press("Control+z")
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    press("Control+y")
    desk.settled()
    assert len(desk.strokes()) == 1
    press("Delete")
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")


def test_the_canvas_is_reached_and_left_with_the_tab_key(desk):
    desk.canvas.focus()
    desk.page.keyboard.press("Tab")
    assert not desk.canvas.evaluate("canvas => canvas.matches(':focus')")


def test_keys_choose_the_tool_and_its_width(desk):
    desk.canvas.focus()
    desk.page.keyboard.press("e")
    expect(desk.button("Eraser")).to_have_attribute("aria-pressed", "true")
    desk.page.keyboard.press("p")
    expect(desk.button("Pen")).to_have_attribute("aria-pressed", "true")
    before = int(desk.page.get_by_role("slider", name="Width").input_value())
    desk.page.keyboard.press("]")
    after = int(desk.page.get_by_role("slider", name="Width").input_value())
    assert after > before
