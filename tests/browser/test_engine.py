"""The engine in Chromium, with WebAssembly and under a policy that forbids it."""

import numpy as np
import pytest

from assets import components
from model.inference.catalogue import DEFAULT, open_network
from model.inference.network import trace

ALLOWED, FORBIDDEN = "script-src 'self' 'wasm-unsafe-eval'", "script-src 'self'"
ANSWER = """
async ({version, pixels}) => {
  const shared = new URL(`live/components/${version}/shared/`, location);
  const module = (path) => import(new URL(path, shared));
  const {createEngine} = await module("engine/engine.mjs");
  const {loadNetwork} = await module("live/networks.mjs");
  const engine = createEngine(await loadNetwork({id: "default", version: "1"}));
  const answers = [...engine.run(Float32Array.from(pixels))];
  return Object.fromEntries(answers.map(([name, values]) => [name, [...values]]));
}
"""
COMPILES = """
() => {
  try {
    return Boolean(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch {
    return false;
  }
}
"""


@pytest.fixture
def page_under(server, chromium):
    """Open an empty page of the server under a Content-Security-Policy."""
    contexts = []

    def opened(policy):
        contexts.append(chromium.new_context())
        page = contexts[-1].new_page()
        answer = {"content_type": "text/html", "headers": {"content-security-policy": policy}}
        page.route(f"{server.url}/", lambda route: route.fulfill(body="<!doctype html>", **answer))
        page.goto(f"{server.url}/")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_chromium_answers_the_same_bits_where_a_policy_forbids_webassembly(page_under, seven):
    pages = [page_under(policy) for policy in (ALLOWED, FORBIDDEN)]
    assert [page.evaluate(COMPILES) for page in pages] == [True, False]

    asked = {"version": components.version(), "pixels": seven.ravel().tolist()}
    with_it, without_it = (page.evaluate(ANSWER, asked) for page in pages)
    assert with_it == without_it
    for name, expected in trace(open_network(DEFAULT), seven).activations.items():
        apart = np.abs(np.reshape(with_it[name], expected.shape) - expected).max()
        assert apart <= 1e-5 * np.abs(expected).max()
