"""Experiments: a question, the visitor's guess, what to expect and why, and the button to start."""

from functools import partial

import streamlit as st

from assets.components.network_strip import network_strip
from model.data.datasets import SMALL
from model.experiments.plans import TrainingPlan
from model.experiments.presets import PRESETS, Preset, on_fewer
from model.experiments.recipes import Recipe
from pages.training import training_texts
from pages.training.form import builder_texts, form_state, start_button
from pages.visitor.language import _

ICONS = {
    "baseline": ":material/flag:",
    "overfitting": ":material/menu_book:",
    "vanishing": ":material/blur_on:",
    "exploding": ":material/rocket_launch:",
    "initialization": ":material/casino:",
    "textbook": ":material/school:",
}


@st.fragment
def experiments() -> None:
    """Show one experiment, and the others to choose from."""
    known = {preset.id: preset for preset in PRESETS}
    form_state.set_defaults({"experiment": PRESETS[0].id})
    st.pills(
        _("Experiments"),
        list(known),
        format_func=lambda id: f"{ICONS[id]} {_(known[id].title)}",
        required=True,
        **form_state.field("experiment"),
        label_visibility="collapsed",
    )
    _experiment(known[form_state.field_value("experiment")])


def _experiment(preset: Preset) -> None:
    with st.container(border=True, key="experiment"):
        st.subheader(_(preset.question))
        network_strip(
            {
                "networks": [
                    {
                        "title": _(plan.title),
                        "facts": training_texts.racer(_recipe(plan)),
                        "layers": builder_texts.glance(plan.design),
                    }
                    for plan in preset.plans
                ]
            },
            key=f"strip_{preset.id}",
        )
        guess = _guess(preset)
        if guess is not None:
            _outcome(preset, guess)


def _recipe(plan: TrainingPlan) -> Recipe:
    """Return how a network learns from the images that there are."""
    return on_fewer(plan.recipe) if start_button.source() == SMALL else plan.recipe


def _guess(preset: Preset) -> int | None:
    """Show the answers to choose from; return the first guess, None before there is one."""
    guess = form_state.guessed_answer(preset.id)
    asked = _("What do you think?")
    st.markdown(f"**{asked}**")
    for index, (column, answer) in enumerate(
        zip(st.columns(len(preset.answers)), preset.answers, strict=True)
    ):
        with column:
            st.button(
                _(answer),
                key=f"guess_{preset.id}_{index}",
                icon=_sign(index, preset.right, guess),
                width="stretch",
                disabled=guess is not None and index not in (guess, preset.right),
                on_click=partial(form_state.take_guess, preset.id, index),
            )
    return guess


def _sign(index: int, right: int, guess: int | None) -> str | None:
    """Return the icon of the right answer, and of the one that was chosen instead."""
    if guess is None or index not in (guess, right):
        return None
    return ":material/check:" if index == right else ":material/close:"


def _outcome(preset: Preset, guess: int) -> None:
    """Show the outcome and its reason, and the button that starts the experiment."""
    said = _("Correct.") if guess == preset.right else _("Not quite. Here is what happens:")
    st.markdown(f"**{said}** {_(preset.expect)}")
    st.markdown(f":material/visibility: {_(preset.watch)}")
    start_button.caveats()
    with st.container(horizontal=True, vertical_alignment="center"):
        start_button.start(
            [TrainingPlan(_(plan.title), plan.design, _recipe(plan)) for plan in preset.plans],
            _("Train and see"),
            preset=preset.id,
        )
        st.caption(training_texts.duration(preset.minutes))
