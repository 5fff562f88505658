"""How long the browser takes to run a network: one pass, other weights, a new engine.

Measured in Chromium on digits of our own writing, as a page would: with the modules and the
description that the server sends. Without WebAssembly means under a Content-Security-Policy that
forbids it. The page is isolated from other origins, for which a browser's clock is finer.
"""

import argparse
import json
import os
import sys

import numpy as np
from playwright.sync_api import Browser, Route, sync_playwright

from assets import components
from model.handwriting import hand
from tests.benchmarks.browser import CHROMIUM, FLAGS
from tests.benchmarks.server import running

POLICIES = {
    "WebAssembly": "script-src 'self' 'wasm-unsafe-eval'",
    "JavaScript": "script-src 'self'",
}
ISOLATED = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
}
MOST_MS = {"WebAssembly": 0.5, "JavaScript": 2.0}  # a pass of the default network, at the median
DEFAULT = "default"
MEASURE = """
async ({version, id, pictures}) => {
  const shared = new URL(`live/components/${version}/shared/`, location);
  const module = (path) => import(new URL(path, shared));
  const {createEngine} = await module("engine/engine.mjs");
  const {loadNetwork} = await module("live/networks.mjs");
  const digits = pictures.map((pixels) => Float32Array.from(pixels));
  const network = await loadNetwork({id, version: "1"});
  const engine = createEngine(network);

  function timed(act, rounds = 1000) {
    for (let i = 0; i < 100; i++) act(i);
    return Array.from({length: rounds}, (_, i) => {
      const begun = performance.now();
      act(i);
      return performance.now() - begun;
    }).sort((one, other) => one - other);
  }

  const run = (i) => engine.run(digits[i % digits.length]);
  return {
    pass: timed(run),
    load: timed(() => engine.load(network)),
    create: timed(() => createEngine(network), 50),
    layers: engine.steps.map(({layer, forward}) => ({
      name: layer.name,
      kind: layer.kind,
      ms: timed(forward, 100)[50],
    })),
  };
}
"""


def measure(browser: Browser, address: str, network_id: str, policy: str) -> dict:
    """Measure one network on an empty page of the server: sorted milliseconds of each kind."""
    context = browser.new_context()
    page = context.new_page()
    headers = {"content-security-policy": policy, **ISOLATED}

    def empty(route: Route) -> None:
        route.fulfill(body="<!doctype html>", content_type="text/html", headers=headers)

    page.route(address, empty)
    page.goto(address)
    pictures, _ = hand.digits(20, seed=7)
    pixels = (pictures.reshape(20, -1) / np.float32(255)).tolist()
    asked = {"version": components.version(), "id": network_id, "pictures": pixels}
    found = page.evaluate(MEASURE, asked)
    context.close()
    return found


def main() -> int:
    """Measure and print a table; the status is 1 where the default network takes too long."""
    asked = _arguments()
    print(f"load average before: {os.getloadavg()[0]:.2f}")
    reached = True
    with sync_playwright() as playwright, running() as server:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=FLAGS)
        for network_id in asked.networks:
            for sums, policy in POLICIES.items():
                found = measure(browser, server.url, network_id, policy)
                print(json.dumps(found) if asked.json else _row(network_id, sums, found))
                if asked.layers:
                    print("\n".join(_layer(each) for each in found["layers"]))
                if network_id == DEFAULT:
                    reached &= _median(found["pass"]) <= MOST_MS[sums]
        browser.close()
    return 0 if reached else 1


def _row(network_id: str, sums: str, found: dict) -> str:
    passes = found["pass"]
    return (
        f"{network_id:12} {sums:12} a pass {passes[0]:.2f} / {_median(passes):.2f} ms "
        f"(least / median), other weights {_median(found['load']):.3f} ms, "
        f"a new engine {_median(found['create']):.1f} ms"
    )


def _layer(layer: dict) -> str:
    return f"  {layer['name']:28} {layer['kind']:24} {layer['ms']:.3f} ms"


def _median(times: list[float]) -> float:
    return times[len(times) // 2]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine", description=__doc__)
    parser.add_argument("networks", nargs="*", default=[DEFAULT], help="ids; default: default")
    parser.add_argument("--layers", action="store_true", help="the time of every layer too")
    parser.add_argument("--chromium", default=CHROMIUM, help=f"default {CHROMIUM}")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
