"""Starting a training: on which digits, and the button that queues it."""

from collections.abc import Sequence

import streamlit as st

from model.base.errors import UserError
from model.data.datasets import SMALL
from model.experiments.plans import TrainingPlan
from pages import services
from pages.display.errors import show_error
from pages.training.form import form_state
from pages.training.runs import watch_state
from pages.visitor import classroom, identity
from pages.visitor.language import _

LIMIT = 600.0  # seconds that a training may take; then it ends with what it has learned


def source() -> str | None:
    """Return the data set that is trained on, as `datasets.load` takes it."""
    form_state.set_defaults({"fetch": False})
    return SMALL if services.mnist() is None and not form_state.field_value("fetch") else None


def caveats() -> None:
    """Show what is not as usual: other images than MNIST's, or a browser that blocks the cookie."""
    if services.mnist() is None:
        _say_source()
    if not identity.is_known_again():
        st.info(
            _(
                "Your browser does not keep this app's cookie. After a reload, the app no longer "
                "knows which runs are yours: you can watch them by link, but not adjust, save or "
                "delete them."
            ),
            icon=":material/cookie_off:",
        )


def _say_source() -> None:
    """Show that MNIST is missing, and offer to download it."""
    st.info(
        _(
            "MNIST was not found on this computer, so training uses the 1,797 small digits that "
            "come with scikit-learn. They are coarser (8 × 8, enlarged); accuracies cannot be "
            "compared with MNIST."
        ),
        icon=":material/info:",
    )
    st.toggle(
        _("Download MNIST instead (11 MB)"),
        **form_state.field("fetch"),
    )


def start(
    plans: Sequence[TrainingPlan],
    label: str,
    *,
    preset: str = "",
    disabled: bool = False,
) -> None:
    """Show the button that queues these trainings, side by side; pressed, it opens them."""
    if not st.button(label, type="primary", icon=":material/play_arrow:", disabled=disabled):
        return
    try:
        first, *_others = services.dispatcher().enqueue(
            plans,
            owner=identity.owner(),
            preset=preset,
            classroom=classroom.class_code(),
            source=source(),
            time_limit=LIMIT,
        )
    except UserError as error:
        show_error(error)
        return
    form_state.set_template("", ())
    watch_state.show_runs([first.id])
    st.rerun()
