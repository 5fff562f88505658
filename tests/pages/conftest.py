"""Pages run here beside tests of training; in the app they never share a process with Keras."""

import pytest
from streamlit.runtime.scriptrunner import script_runner

from model.keras_checks.process import Engine


@pytest.fixture(autouse=True, scope="package")
def _keras_is_left_alone():
    """Keep Streamlit from clearing Keras after every run, half a second each.

    It does so where anything has imported Keras, as collecting the unit tests does.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


@pytest.fixture(autouse=True, scope="package")
def _no_process_is_warmed_up():
    """Keep pages from loading Keras ahead of a question that no test asks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "expect", lambda *_: None)
        yield
