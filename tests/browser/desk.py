"""A visitor in a real browser: how the app looks to somebody with a mouse, a finger or keys."""

import base64
import contextlib
import json
import mimetypes
import time
from collections.abc import Callable, Collection, Sequence

import cv2
import numpy as np
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from model.inference.catalogue import open_network
from model.inference.reading import Reading, read
from model.pixels.strokes import CANVAS, strokes_from

PATIENCE = 40_000  # milliseconds; only a machine that is busy otherwise takes long
expect.set_options(timeout=PATIENCE)

IS_SETTLED = """([canvas, prediction, ...layers]) => {
  const revision = canvas?.dataset.revision;
  return layers.length > 0
    && [prediction, ...layers].every((shown) => shown.dataset.revision === revision);
}"""


class Desk:
    """One open page, what it sent, and what went wrong in it."""

    def __init__(self, context: BrowserContext, url: str, scheme: str = "light") -> None:
        self.context = context
        self.url = url
        self.scheme = scheme  # "light" or "dark", of the visitor's system
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.troubles: list[str] = []
        self.kept: list[dict] = []  # drawings that the session was given
        self.told: list[dict] = []  # those of them that ran a script
        self.requests: list[str] = []  # addresses that were asked for
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("websocket", lambda socket: socket.on("framesent", self._sent))
        self.canvas = self.page.get_by_test_id("digit-canvas")
        self.prediction = self.page.get_by_test_id("prediction")
        self.layers = self.page.get_by_test_id("layer")
        self.film = self.page.get_by_test_id("film-strip")
        self.opened = self.page.get_by_test_id("opened-map")
        self.links = self.page.get_by_test_id("stTopNavLink")  # to all pages
        self.switches = self.page.locator(".st-key-switches")  # of network and language
        self.picture = self.prediction.get_by_role("img")

    def _told(self, message) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        """Take note of what is asked for, or of a drawing that is left for the session."""
        if "/live/drawings/" in request.url:
            self.kept.append(request.post_data_json)
        else:
            self.requests.append(request.url)

    def _sent(self, frame: bytes | str) -> None:
        """Take note of a drawing that goes the other way, in Streamlit's own protocol."""
        if isinstance(frame, str):
            return
        message = BackMsg()
        message.ParseFromString(frame)
        for widget in message.rerun_script.widget_states.widgets:
            state = json.loads(widget.json_value or "null")
            drawing = state.get("drawing") if isinstance(state, dict) else None
            if drawing and drawing not in self.told:
                self.told.append(drawing)
                self.kept.append(drawing)

    def forget(self) -> None:
        """Be as if nobody had been here before."""
        self.troubles.clear()
        self.kept.clear()
        self.told.clear()
        self.requests.clear()
        self.page.emulate_media(color_scheme=self.scheme)

    def open(self, path: str = "/") -> "Desk":
        """Open the app and wait for the first verdict."""
        self.arrive(path)
        expect(self.prediction).to_have_attribute("data-verdict", "empty")
        return self

    def arrive(self, path: str = "/") -> None:
        """Open the app, and wait for the page that takes over what is there at once."""
        self.page.goto(self.url + path)
        expect(self.page.get_by_test_id("stMain")).to_be_visible()
        expect(self.page.locator("#early")).to_have_count(0)

    # What is there

    def revision(self) -> int:
        return int(self.canvas.get_attribute("data-revision"))

    def settled(self) -> int:
        """Wait until everything on the page answers the drawing as it stands; its revision."""
        shown = self.page.locator(
            "[data-testid=digit-canvas], [data-testid=prediction], [data-testid=layer]"
        )
        try:
            self.until(lambda: shown.evaluate_all(IS_SETTLED))
        except AssertionError:
            answered = shown.evaluate_all("all => all.map((each) => ({...each.dataset}))")
            raise AssertionError(f"Not everything answers the drawing: {answered}") from None
        return self.revision()

    def strokes(self) -> list[dict]:
        """The strokes on the canvas, as the session has them."""
        self.until(lambda: self.kept and self.kept[-1]["revision"] == self.revision())
        return self.kept[-1]["strokes"]

    def reading(self, skip: Collection[str] = ()) -> Reading:
        """What the shipped network makes of that drawing, here on the server's side."""
        return read(open_network(), strokes_from(self.strokes()), skip)

    def image(self) -> str:
        """The canvas as it is painted."""
        self._painted()
        return self.canvas.evaluate("canvas => canvas.toDataURL()")

    def _painted(self) -> None:
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def painted(self, canvas: Locator) -> np.ndarray:
        """A canvas as it is painted: `(height, width, 4)` blue, green, red, opacity; 0 to 255."""
        self._painted()
        address = canvas.evaluate("canvas => canvas.toDataURL()")
        png = np.frombuffer(base64.b64decode(address.partition(",")[2]), np.uint8)
        return cv2.imdecode(png, cv2.IMREAD_UNCHANGED)

    def ink(self) -> np.ndarray:
        """How opaque the drawing is, `(side, side)` in [0, 1] and in device pixels."""
        return self.painted(self.canvas)[..., 3] / 255

    def layer(self, name: str) -> Locator:
        return self.page.locator(f"[data-testid=layer][data-layer={name}]")

    def map_buttons(self, layer: str) -> Locator:
        return self.layer(layer).locator("[data-channel]:not([data-testid])")

    def step(self, name: str) -> Locator:
        return self.film.locator(f"[data-step={name}]")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    # What a visitor does

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a place in canvas units is on the screen."""
        box = self.canvas.bounding_box()
        scale = box["width"] / CANVAS
        return float(box["x"] + x * scale), float(box["y"] + y * scale)

    def draw(self, *lines: Sequence[Sequence[float]]) -> int:
        """Draw lines, `(points, 2)` in canvas units, with the mouse; the revision then."""
        for line in lines:
            places = [self.place(x, y) for x, y in line]
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places[1:]:
                self.page.mouse.move(*place)
            self.page.mouse.up()
        return self.revision()

    def touch(self, places: Sequence[tuple[float, float]]) -> None:
        """Move a finger over places on the screen."""
        finger = self.context.new_cdp_session(self.page)
        for kind, place in zip(
            ["touchStart", *["touchMove"] * (len(places) - 1)], places, strict=True
        ):
            points = [{"x": place[0], "y": place[1]}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        finger.detach()

    def upload(self, name: str, content: bytes) -> None:
        """Choose a file under "Upload"."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self.page.expect_file_chooser() as chooser:
            self.button("Upload").click()
        chooser.value.set_files({"name": name, "mimeType": kind, "buffer": content})

    def paste(self, content: bytes, kind: str = "image/png") -> None:
        """Paste a file from the clipboard."""
        self.page.evaluate(
            """async ([content, type]) => {
              const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
              const clipboardData = new DataTransfer();
              clipboardData.items.add(new File([bytes], "pasted", {type}));
              document.body.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData, bubbles: true, composed: true}),
              );
            }""",
            [base64.b64encode(content).decode(), kind],
        )

    def choose_network(self, title: str) -> None:
        """Choose a network in the header."""
        self.choose(self.switches.get_by_role("combobox", name="Network"), title)

    def choose(self, box: Locator, name: str) -> None:
        """Choose what is called so; a page that has just run may close the list once more."""
        option = self.page.get_by_role("option", name=name)
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            box.click()
            with contextlib.suppress(AssertionError):
                expect(option).to_be_visible(timeout=3000)
                break
        option.click()

    def turn_to(self, name: str) -> None:
        """Go to another page by its name in the header."""
        self.links.filter(has_text=name).click()

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not condition():
            assert time.monotonic() < deadline, "It did not come to that."
            self.page.wait_for_timeout(20)
