"""What `.streamlit/config.toml` says, as Streamlit itself reads it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

EXPECTED = {
    "server.headless": True,
    "server.address": "127.0.0.1",
    "server.port": 8501,
    "server.maxUploadSize": 30,
    "server.maxMessageSize": 20,
    "server.maxWidgetStateSize": 14,
    "server.fileWatcherType": "none",
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.disconnectedSessionTTL": 120,
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": False,
}
COLORS = ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor", "linkColor")
THEMED = [f"theme.{scheme}.{color}" for scheme in ("light", "dark") for color in COLORS]


@pytest.fixture(scope="module")
def options():
    """Ask a process of its own, so that no other test's options are in the way."""
    code = f"""
import json, sys
from streamlit import config
print(json.dumps({{name: config.get_option(name) for name in {[*EXPECTED, *THEMED]!r}}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""  # a setting that Streamlit does not know is only told there
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", EXPECTED)
def test_streamlit_takes_the_setting(options, name):
    assert options[name] == EXPECTED[name]


def luminance(color):
    """Relative luminance of WCAG 2.2, from "#rrggbb"."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [(c / 12.92) if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize(
    ("ink", "least"), [("textColor", 7), ("primaryColor", 4.5), ("linkColor", 4.5)]
)
def test_text_can_be_read_in_both_themes(options, scheme, ground, ink, least):
    colors = options[f"theme.{scheme}.{ink}"], options[f"theme.{scheme}.{ground}"]
    assert contrast(*colors) >= least


def test_light_is_light_and_dark_is_dark(options):
    assert luminance(options["theme.light.backgroundColor"]) > 0.8
    assert luminance(options["theme.dark.backgroundColor"]) < 0.05
