"""A visitor who walks through the pages without a browser, by Streamlit's own AppTest."""

import base64
import json
import struct
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch

import numpy as np
from streamlit import config
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from pages.visitor import cookie

PAGES = Path(__file__).parents[2] / "pages"


def data_url(content: bytes) -> str:
    return f"data:application/octet-stream;base64,{base64.b64encode(content).decode()}"


class Visitor:
    """Runs pages, and sends what the components in the browser would send."""

    def __init__(self, *, link: dict[str, str] | None = None, locale: str = "en-US") -> None:
        config.set_option("client.showErrorDetails", "full")
        self.app = AppTest.from_file(str(PAGES / "navigation.py"), default_timeout=30)
        self.app.context = {"locale": locale, "url": "http://convscope.test/"}
        self._cookies = {cookie.COOKIE: cookie.signed(cookie.new_id("192.0.2.1"))}
        for key, value in (link or {}).items():
            self.app.query_params[key] = value
        self.look()

    @property
    def owner(self) -> str:
        """Who the visitor is, as their cookie says."""
        return cookie.visitor_id(self._cookies)

    def look(self) -> None:
        """Run the page; nothing may go wrong in it."""
        with self._at_home():
            self.app.run()
        self._see()

    def turn_to(self, page: str) -> None:
        """Go to another page by its file's name."""
        self.app.switch_page(page)
        self.look()

    def press(self, label: str) -> None:
        """Press the one button that is called so."""
        (button,) = [each for each in self.app.button if each.label == label]
        button.click()
        self.look()

    def labels(self) -> list[str]:
        return [each.label for each in self.app.button]

    def component(self, name: str):
        """Find what a component was given."""
        (found,) = [
            each.proto
            for each in self.app.get("bidi_component")
            if each.proto.component_name == name
        ]
        return found

    def canvas(self) -> dict:
        """Read the head of the canvas's frame."""
        return self.framed("digit_canvas")

    def framed(self, name: str) -> dict:
        """Read the head of the frame that a component was given."""
        frame = self.component(name).bytes
        (length,) = struct.unpack_from("<I", frame)
        return json.loads(frame[4 : 4 + length])

    def canvas_pixels(self) -> np.ndarray | None:
        """Read the pixels `(28, 28)` of the picture on the canvas, None where it has no ink."""
        picture = self.canvas()["digit"]["picture"]
        frame = self.component("digit_canvas").bytes
        (length,) = struct.unpack_from("<I", frame)
        begin = picture["pixels"]
        if begin is None:
            return None
        return np.frombuffer(frame, "<f4", 28 * 28, 4 + length + begin).reshape(28, 28)

    def given(self, name: str) -> dict:
        """Read the plain data that a component was given."""
        return json.loads(self.component(name).json)

    def send(self, name: str, **state: object) -> None:
        """Send a component's state, as `setStateValue` does."""
        self._send(WidgetState(id=self.component(name).id, json_value=json.dumps(state)))

    def trigger(self, name: str, event: str, value: object) -> None:
        """Send a component's trigger, as `setTriggerValue` does."""
        events = json.dumps([{"event": event, "value": value}])
        identity = f"$$STREAMLIT_INTERNAL_KEY_{self.component(name).id}__events"
        self._send(WidgetState(id=identity, json_trigger_value=events))

    def bring(self, content: bytes) -> None:
        """Choose, paste or drop a file."""
        self.trigger("digit_canvas", "brought", {"file": data_url(content), "state": "raw"})

    def choose_sample(self, name: str) -> None:
        """Choose a sample, on the page with the canvas or on another."""
        if "digit_canvas" in self.mounted():
            self.trigger("digit_canvas", "chosen", {"name": name})
        else:
            self.trigger("sample_gallery", "chosen", name)

    def mounted(self) -> list[str]:
        return [each.proto.component_name for each in self.app.get("bidi_component")]

    def titles(self) -> list[str]:
        return [each.value for each in self.app.title]

    def refusals(self) -> list[str]:
        """Say what was refused, on the page and on its canvas."""
        refusal = self.canvas()["refusal"] if "digit_canvas" in self.mounted() else None
        return [each.value for each in self.app.error] + ([refusal["sentence"]] if refusal else [])

    def _send(self, sent: WidgetState) -> None:
        states = self.app._tree.get_widget_states()
        states.widgets.append(sent)
        with self._at_home():
            self.app._run(states)
        self._see()

    def _at_home(self) -> AbstractContextManager:
        """Let the page see this visitor's cookies, which AppTest has none of."""
        return patch.object(ContextProxy, "cookies", self._cookies)

    def _see(self) -> None:
        assert not self.app.exception, self.app.exception
        assert self.app.title, "a page has a title"
