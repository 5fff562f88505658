"""A visitor brings a network of their own, looks into it, shares it and deletes it."""

import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from model.inference.catalogue import Card
from model.inference.network import Network, traces
from pages.visitor.links import encode_pixels
from tests.model.imports.keras_files import GOOD, archive, changed

KERAS = 240_000  # milliseconds; on a busy machine Keras alone takes minutes to load
ROOT = Path(__file__).parents[2]
WORDS = {
    "en": {"add": "Add this network", "delete": "Delete", "for_good": "Delete for good"},
    "zh": {"add": "添加这个网络", "delete": "删除", "for_good": "永久删除"},
}


def bring(desk, name, content, language="en"):
    """Open the part of the page that takes a file, and choose one."""
    desk.arrive(f"/network?lang={language}")
    form = desk.page.locator(".st-key-own_network")
    form.locator("summary").click()
    picker = form.locator("input[type=file]")
    picker.set_input_files({"name": name, "mimeType": "application/zip", "buffer": content})
    return form


def opened(server, network_id):
    """The network as the server keeps it."""
    path = server.home / "networks" / f"{network_id}.json"
    card = Card.from_json(json.loads(path.read_text("utf-8")))
    return Network(path.with_suffix(".onnx").read_bytes(), card.layers, 0.0)


@pytest.mark.parametrize(
    ("language", "window"),
    [
        ("en", {"width": 1400, "height": 900}),
        ("zh", {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}),
    ],
    ids=["desk", "telephone"],
)
def test_a_network_is_brought_explored_shared_and_deleted(visit, server, seven, language, window):
    words, title = WORDS[language], f"Mine {language}"
    desk = visit(**window)
    form = bring(desk, f"{title}.keras", archive(), language)
    add = form.get_by_role("button", name=words["add"])
    expect(add).to_be_visible(timeout=KERAS)
    assert form.get_by_role("radio").count() == 6
    assert form.get_by_role("img").count() >= 10
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    add.click()
    network_id = f"mine-{language}"
    desk.page.wait_for_url(f"**network={network_id}*", timeout=KERAS)

    pixels = np.rint(seven * 255) / 255
    channel = traces(opened(server, network_id), pixels[np.newaxis])[0].activations["conv"][..., 1]
    row, column = np.unravel_index(channel.argmax(), channel.shape)
    cell = f"layer=conv&channel=1&cell={row},{column}&digit={encode_pixels(pixels)}"
    desk.arrive(f"/?lang={language}&network={network_id}&{cell}")
    panel = desk.page.get_by_test_id("cell-panel")
    expect(panel).to_be_visible()
    assert float(panel.get_attribute("data-value")) == pytest.approx(channel.max(), rel=1e-5)

    another = visit(width=1280, height=800).open()
    expect(another.prediction).to_have_attribute("data-network", "default")
    another.open(f"/?network={network_id}")
    expect(another.layer("conv")).to_be_visible()

    desk.arrive(f"/network?lang={language}&network={network_id}")
    # What stands above grows as it comes, and would push a button out of view that has just opened.
    expect(desk.page.get_by_test_id("layer-facts")).to_be_visible()
    desk.page.get_by_role("button", name=words["delete"], exact=True).click()
    desk.page.get_by_role("button", name=words["for_good"]).click()
    desk.until(lambda: not (server.home / "networks" / f"{network_id}.json").exists())
    another.arrive(f"/?network={network_id}")
    expect(another.page.get_by_text("does not exist")).to_be_visible()


REFUSED = {
    "onnx": (lambda: (ROOT / "model" / "weights" / "default.onnx").read_bytes(), "ONNX"),
    "h5": (lambda: b"\x89HDF\r\n\x1a\n" + bytes(100), "model.h5"),
    "lambda": (lambda: archive(changed(GOOD, 1, activation={"class_name": "x"})), "activation"),
    "diverged": (lambda: archive(weights=b"no weights"), "Save the model once more"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_taken_is_refused_with_one_sentence(visit, server, kind):
    make, words = REFUSED[kind]
    desk = visit()
    form = bring(desk, f"refused.{kind}", make())
    expect(form.get_by_role("alert")).to_contain_text(words)
    expect(form.get_by_role("button", name="Add this network")).to_have_count(0)
    assert not (server.home / "networks" / "refused.json").exists()


def test_a_file_that_is_too_large_is_not_even_sent(visit):
    desk = visit()
    form = bring(desk, "large.keras", bytes(30_000_001))
    expect(form.get_by_text("the limit is 30 MB")).to_be_visible()
    assert not [address for address in desk.requests if "/live/files/" in address]
