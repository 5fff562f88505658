"""The components' modules run in Node here."""

import programs
import pytest


@pytest.fixture(scope="session", autouse=True)
def node():
    return programs.require("node")
