"""One training, or several side by side: watching, steering, and what they came to."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from assets.components.training_watch import training_watch
from model.base.errors import UserError
from model.experiments.presets import PRESETS
from model.experiments.recipes import augmentation_of
from model.runs import store
from model.runs.control import CANCEL, read_control
from model.runs.store import DONE, FAILED, INTERRUPTED, PAUSED, QUEUED, RUNNING, Run
from pages import services
from pages.display.errors import show_error
from pages.display.numbers import decimal
from pages.drawing import digit_state
from pages.drawing.panel import samples
from pages.training import options, training_texts
from pages.training.runs import watch_state, watch_texts
from pages.training.runs.results import headline, results_view
from pages.visitor import identity, network_choice
from pages.visitor.language import _

_AT_WORK = (QUEUED, RUNNING)
_LOOKS_EVERY = 1.0  # seconds, as long as something may change by itself


def run_view(shown: Sequence[Run]) -> None:
    """Show trainings: what each looks like now, what can be done, and in the end what came out."""
    changing = any(run.status.state in _AT_WORK or _is_discarded(run) for run in shown)
    mine = all(run.owner == identity.owner() for run in shown)
    controls = st.fragment(_controls, run_every=_LOOKS_EVERY if changing else None)
    finished = [run for run in shown if run.status.state == DONE]
    with st.container():  # always there: were its place another, the watch would be mounted anew
        with st.container(key="run_head", horizontal=True, vertical_alignment="top"):
            st.title(training_texts.shown(shown), width="content")
            controls([run.id for run in shown], [run.status.state for run in shown], mine=mine)
            _other_digit()
        if not changing:
            headline(finished, mine=mine)
        _purpose(shown[0].request.preset)
        _first_digit()
    _watch(shown)
    results_view(finished, mine=mine)


def _is_discarded(run: Run) -> bool:
    """Return whether a run only waits for its folder to be deleted."""
    return run.status.state == INTERRUPTED and read_control(run).command == CANCEL


def _purpose(preset_id: str) -> None:
    """Show again what an experiment is about."""
    preset = next((each for each in PRESETS if each.id == preset_id), None)
    if preset is not None:
        with st.expander(_(preset.watch), icon=":material/visibility:"):
            st.write(_(preset.expect))


def _first_digit() -> None:
    """Offer digits where there is none yet; every snapshot of the run reads the chosen one."""
    if digit_state.digit() is None:
        with st.container(key="first_digit", horizontal=True, vertical_alignment="center"):
            st.markdown(
                _("Choose a digit and watch how its prediction changes during training:"),
                width="content",
            )
            samples()


def _other_digit() -> None:
    """Offer other digits in place of the one that the snapshots read."""
    if digit_state.digit() is not None:
        with st.popover(_("Change digit"), icon=":material/draw:"):
            st.page_link("recognize.py", label=_("Draw one"), icon=":material/draw:")
            samples()


@st.fragment
def _watch(shown: Sequence[Run]) -> None:
    training_watch(
        {
            "words": watch_texts.watch(),
            "runs": [{"id": run.id, "title": run.title} for run in shown],
            "digit": watch_state.digit_to_read(),
        },
        key="watch",
        on_change=watch_state.take_snapshot,
        on_focus=watch_state.take_focus,
    )
    if watch_state.focus_has_changed():
        st.rerun()  # what follows the watch is of the same run
    if link := network_choice.pending_stage_link():
        st.switch_page("recognize.py", query_params=link)


def _controls(ids: Sequence[str], before: Sequence[str], *, mine: bool) -> None:
    """Show what can be done; run the whole page again as soon as a state has changed."""
    try:
        shown = [store.find(id) for id in ids]
    except UserError:  # it was taken away: its owner knows why, others are told
        if mine:
            watch_state.show_runs([])
        st.rerun()
    if not watch_state.are_shown() or [run.status.state for run in shown] != list(before):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(  # a callback, as a click would be lost where a state changes with it
            _("Training room"),
            icon=":material/arrow_back:",
            on_click=partial(watch_state.show_runs, []),
        )
        if mine:
            _buttons(shown)
        else:
            st.caption(_("You are watching someone else's run."))
        with st.popover(_("Share"), icon=":material/link:"):
            st.write(_("Anyone with this link can watch, on any device:"))
            st.code(
                watch_state.share_address({"run": ids[0], "beside": ",".join(ids[1:])}),
                language=None,
            )
    if mine:
        _say_changed(shown)
    show_error(watch_state.control_error())
    if (applied := watch_state.applied()) is not None:
        st.toast(training_texts.applied(*applied), icon=":material/check:")


def _buttons(shown: Sequence[Run]) -> None:
    dispatcher = services.dispatcher()
    changed = _changed(shown)
    if changed and changed[0].status.state in _AT_WORK:
        _button(_("Pause"), "pause", changed, dispatcher.pause)
    elif changed:
        _button(_("Resume"), "play_arrow", changed, dispatcher.resume, type="primary")
    if changed:
        _button(
            _("Stop and keep"),
            "stop",
            changed,
            dispatcher.stop,
            help=_("Ends the run now, evaluates the network and keeps it."),
        )
        _steering(changed)
        with st.popover(_("Discard"), icon=":material/delete:"):
            st.write(_("Ends the run and deletes it with its snapshots."))
            _button(_("Cancel and discard"), "delete", changed, dispatcher.cancel)


def _changed(shown: Sequence[Run]) -> list[Run]:
    """Return the runs that the buttons act on: those at work, else those at rest."""
    at_rest = [run for run in shown if run.status.state in (PAUSED, INTERRUPTED, FAILED)]
    return [run for run in shown if run.status.state in _AT_WORK] or at_rest


def _say_changed(shown: Sequence[Run]) -> None:
    """Show which runs the buttons act on, where those are not all."""
    changed = _changed(shown)
    if changed and len(changed) < len(shown):
        st.caption(training_texts.acts_on(changed))


def _button(
    label: str,
    icon: str,
    changed: Sequence[Run],
    change: Callable[[str, str], None],
    **options: Any,
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"control_{icon}_{label}",
        on_click=partial(_change, changed, change),
        **options,
    )


def _change(changed: Sequence[Run], change: Callable[[str, str], None]) -> None:
    """Apply a change to each run, and leave the page if no run is left; a callback."""
    watch_state.set_control_error(None)
    for run in changed:
        try:
            change(run.id, identity.owner())
        except UserError as error:
            watch_state.set_control_error(error)
    if not any(run.folder.exists() for run in changed):
        watch_state.show_runs([])


def _steering(steered: Sequence[Run]) -> None:
    """Change the learning rate and the augmentation while it runs."""
    with st.popover(_("Adjust"), icon=":material/tune:", key=watch_state.ADJUST, on_change="rerun"):
        recipe = steered[0].request.recipe
        before = read_control(steered[0]).learning_rate or recipe.learning_rate
        rate = st.select_slider(
            training_texts.steered_rate(recipe),
            options.RATES,
            value=options.nearest(before, options.RATES),
            format_func=decimal,
            key="steer_rate",
        )
        st.caption(
            training_texts.steering(recipe, before, rate, services.learning_rate(steered[0].id))
        )
        strengths = options.strengths()
        st.segmented_control(
            _("Augmentation"),
            list(strengths),
            format_func=strengths.__getitem__,
            key="steer_strength",
        )
        st.button(
            _("Apply from now on"),
            type="primary",
            on_click=partial(_steer, [each.id for each in steered]),
        )


def _steer(ids: Sequence[str]) -> None:
    watch_state.set_control_error(None)
    strength = identity.widget_value("steer_strength")
    rate = identity.widget_value("steer_rate")
    for id in ids:
        try:
            services.dispatcher().steer(
                id,
                identity.owner(),
                learning_rate=rate,
                augmentation=augmentation_of(strength) if strength else None,
            )
        except UserError as error:
            watch_state.set_control_error(error)
    if watch_state.control_error() is None:
        watch_state.close_steering(rate, strength)
