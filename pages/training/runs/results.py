"""What a training came to: how much it reads right, what it confuses, and keeping it."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from assets.components.confusion_digits import confusion_digits
from model.base.errors import UserError
from model.experiments import script
from model.experiments.events import changes_of, recipe_at_end
from model.runs.archive import packed
from model.runs.results import Results
from model.runs.store import Run
from pages import services
from pages.display import charts
from pages.display.confusion import PAGE, confusion_frame
from pages.display.errors import show_error
from pages.display.glossary import explain
from pages.display.numbers import percent
from pages.display.texts import plain
from pages.training import options, training_texts
from pages.training.form import form_state
from pages.training.runs import results_state, watch_state
from pages.visitor import network_choice
from pages.visitor.language import _

_HARDEST = 2 * PAGE  # of all; beyond them are some that were read right for sure


def headline(finished: Sequence[Run], *, mine: bool) -> None:
    """Show each finished run's test accuracy; a single one can be saved at once."""
    try:
        if len(finished) == 1:
            _outcome(finished[0], services.results_of(finished[0].id), mine=mine)
        elif finished:
            with st.container(key="outcome_race", horizontal=True, vertical_alignment="center"):
                for run in finished:
                    found = services.results_of(run.id)
                    accuracy = percent(found.test_accuracy, 2)
                    st.metric(plain(run.title), accuracy, width="content")
                st.caption(training_texts.test(found.source), width="content")
    except UserError as error:
        show_error(error)


def results_view(finished: Sequence[Run], *, mine: bool) -> None:
    """Show what one of the finished trainings confuses, and whether its probabilities hold."""
    if not finished:
        return
    if len(finished) > 1:
        st.subheader(plain(watch_state.focused(finished).title))
    st.header(_("Confusion matrix: which digits it mixes up"), help=explain("confusion_matrix"))
    run = watch_state.focused(finished)
    try:
        found = services.results_of(run.id)
        if len(finished) > 1:
            _outcome(run, found, mine=mine)
        _confusion(run.id)
    except UserError as error:
        show_error(error)
        return
    st.subheader(
        _("Calibration: can its confidence be trusted?"), help=explain("confidence", "calibration")
    )
    _calibration(found)


def _outcome(run: Run, found: Results, *, mine: bool) -> None:
    """Show in one row what came of a run, and what can be done with its network."""
    with st.container(
        key=f"outcome_{run.id}",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        _metrics(found)
        _keeping(run, mine=mine)
    _say_saved(run)


def _metrics(found: Results) -> None:
    wrong = found.n - int(found.confusion.trace())
    for label, value, explained in (
        (
            training_texts.test(found.source),
            percent(found.test_accuracy, 2),
            explain("accuracy", "test_set"),
        ),
        (_("Misclassified"), training_texts.of(wrong, found.n), None),
        (
            _("Expected calibration error (ECE)"),
            percent(found.calibration_error),
            explain("ece"),
        ),
    ):
        st.metric(label, value, help=explained, width="content")


def _keeping(run: Run, *, mine: bool) -> None:
    """Offer to keep the network, to take it along, and to train again."""
    with st.container(horizontal=True, width="content"):
        if mine:
            _saving(run)
        with st.popover(_("Download"), icon=":material/download:"):
            _downloads(run)
        st.button(
            _("Train again with changes"),
            icon=":material/replay:",
            on_click=partial(_again, run),
        )


def _say_saved(run: Run) -> None:
    """Show that the run's network was saved just now, and where it is to be tried."""
    if saved := results_state.saved_network(run.id):
        st.success(
            _(
                "Saved. It is now available on every page; its page “The network” has a link to "
                "share."
            ),
            icon=":material/check:",
        )
        st.page_link(
            "recognize.py",
            label=_("Try it on your digit"),
            icon=":material/draw:",
            query_params={"network": saved},
        )


def _saving(run: Run) -> None:
    popover = st.popover(
        _("Save as network"),
        type="primary",
        icon=":material/save:",
        key=f"keeping_{run.id}",
        on_change="rerun",
    )
    with popover:
        st.text_input(_("Name"), run.title, max_chars=60, key=f"keep_{run.id}")
        st.button(
            _("Save"), type="primary", on_click=partial(results_state.save_under_title, run.id)
        )
        show_error(results_state.save_error(run.id))


def _downloads(run: Run) -> None:
    for label, suffix in (
        (_("Keras model (.keras)"), ".keras"),
        (_("ONNX model (.onnx)"), ".onnx"),
    ):
        file = (run.folder / run.request.network_id).with_suffix(suffix)
        st.download_button(label, file.read_bytes, file.name, width="stretch", on_click="ignore")
    st.download_button(
        _("Training script (.py)"),
        partial(script.text, run.request.design, run.request.recipe, run.status.events),
        f"train_{run.request.design.architecture}.py",
        width="stretch",
        on_click="ignore",
    )
    if run.request.recipe.tensorboard:
        st.download_button(
            _("TensorBoard logs (.zip)"),
            partial(packed, run.folder / "tensorboard"),
            "tensorboard.zip",
            width="stretch",
            on_click="ignore",
        )


def _again(run: Run) -> None:
    """Open the form with the settings that this training ended with; a callback."""
    design = run.request.design
    recipe = recipe_at_end(run.request.recipe, run.status.events)
    form_state.fill_form({"room": "own", **options.values(design, recipe)}, design.layers)
    form_state.set_template(run.title, changes_of(run.status.events))
    watch_state.show_runs([])


@st.fragment
def _confusion(run_id: str) -> None:
    found, pixels = services.results_of(run_id), services.tested_digits(run_id)
    cell, start = results_state.open_cell(run_id)
    inside = found.hardest[:_HARDEST] if cell is None else found.cell(*cell)
    confusion_digits(
        confusion_frame(
            found.confusion.tolist(),
            training_texts.confusion(),
            (cell, start),
            inside,
            (found, pixels),
        ),
        key=f"confusion_{run_id}",
        on_opened=partial(results_state.take_open_cell, run_id),
        on_chosen=partial(results_state.take_tested_digit, run_id),
    )
    if link := network_choice.pending_stage_link():
        st.switch_page("recognize.py", query_params=link)


def _calibration(found: Results) -> None:
    bins = [(each.probability, each.accuracy, each.count) for each in found.calibration]
    said = training_texts.calibration(found)
    chart, words = st.columns([3, 2], gap="large", vertical_alignment="center")
    with chart:
        st.plotly_chart(
            charts.calibration(bins, dark=st.context.theme.type == "dark"),
            key="calibration",
            alt=said,
            config={"displayModeBar": False},
        )
    with words:
        st.write(said)
        st.caption(
            _("Each point is a bin of digits with similar confidence; its area shows how many.")
        )
