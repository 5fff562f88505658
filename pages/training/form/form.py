"""The form in which a visitor puts a training together: a network, and how it learns."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import streamlit as st

from model.data.augmentation import Augmentation, augment
from model.experiments.designs import ACTIVATIONS, Design
from model.experiments.plans import TrainingPlan
from model.experiments.recipes import (
    MOST,
    OPTIMIZERS,
    SCHEDULES,
    STRENGTHS,
    Recipe,
    augmentation_of,
)
from pages import services
from pages.display.glossary import explain
from pages.display.numbers import counted, decimal, percent
from pages.training import training_texts
from pages.training.form import form_state, pictures, start_button
from pages.training.form.network_form import network_form
from pages.training.options import (
    BATCHES,
    BEGINNING,
    COUNTS,
    DECAYS,
    DROPOUTS,
    MOST_EPOCHS,
    RATES,
    strengths,
    values,
)
from pages.visitor.language import _

_STEPS = {"rotation": 1.0, "scale": 0.02, "shear": 0.05, "shift": 0.5, "bend": 0.1}


@st.fragment
def form() -> None:
    """Show the form; its button queues the training and opens it."""
    form_state.set_defaults(values(Design("convscope"), BEGINNING))
    with st.container(key="form_head"):
        network_head, start = st.columns([11, 9], gap="large")
    left, right = st.columns([11, 9], gap="large")
    with left:
        design, possible = network_form(network_head)
    with right:
        st.subheader(_("Training settings (hyperparameters)"), help=explain("hyperparameters"))
        _say_template()
        start_button.caveats()
        recipe = _recipe()
        st.caption(_("Training stops after ten minutes at most; what it has learned is kept."))
    with start, st.container(horizontal=True, vertical_alignment="bottom"):
        known_as = training_texts.network(design.architecture)
        title = st.text_input(
            _("Name"),
            placeholder=known_as,
            max_chars=60,
            **form_state.field("title"),
            help=_("The run is listed under this name."),
        )
        start_button.start(
            [TrainingPlan(title or known_as, design, recipe)],
            _("Start training"),
            disabled=not possible,
        )


def _say_template() -> None:
    """Show that the run from which the form was filled had been changed while it ran."""
    title, changes = form_state.template()
    if changes:
        st.info(training_texts.filled_from(title, changes), icon=":material/info:")


def _recipe() -> Recipe:
    """Show how it is trained, the most important settings first; return the recipe."""
    count = st.select_slider(
        _("Training images"),
        COUNTS,
        format_func=lambda count: counted(count) if count else _("all"),
        **form_state.field("digits"),
        help=explain("training_set", "overfitting"),
    )
    epochs = st.slider(
        _("Epochs"),
        1,
        MOST_EPOCHS,
        **form_state.field("epochs"),
        help=explain("epoch"),
    )
    rate = st.select_slider(
        _("Learning rate"),
        RATES,
        format_func=decimal,
        **form_state.field("rate"),
        help=explain(
            "learning_rate",
            hint=_("Typical: 0.001 for Adam and RMSprop, 0.05 for SGD and momentum."),
        ),
    )
    with st.expander(_("Optimizer, learning-rate schedule, batch size"), icon=":material/tune:"):
        chosen = _optimizer()
    with st.expander(_("Regularization (against overfitting)"), icon=":material/shuffle:"):
        held = _against_overfitting()
    with st.expander(_("More settings"), icon=":material/more_horiz:"):
        begun = _beginning()
    return replace(
        BEGINNING,
        digits=count,
        epochs=epochs,
        learning_rate=rate,
        **begun,
        **chosen,
        **held,
    )


def _optimizer() -> dict[str, Any]:
    optimizer = st.selectbox(
        _("Optimizer"),
        OPTIMIZERS,
        format_func=lambda name: training_texts.optimizer(name),
        **form_state.field("optimizer"),
        help=explain("optimizer"),
    )
    schedule = st.selectbox(
        _("Learning-rate schedule"),
        SCHEDULES,
        format_func=lambda name: _(training_texts.SCHEDULES[name]),
        **form_state.field("schedule"),
        help=explain(
            "schedule",
            hint=_("The learning rate chosen above is the highest value of the schedule."),
        ),
    )
    batch = st.select_slider(
        _("Batch size"),
        BATCHES,
        **form_state.field("batch"),
        help=explain("batch"),
    )
    return {"optimizer": optimizer, "schedule": schedule, "batch_size": batch}


def _against_overfitting() -> dict[str, Any]:
    st.select_slider(
        _("Dropout"),
        DROPOUTS,
        format_func=lambda rate: percent(rate, 0),
        **form_state.field("dropout"),
        help=explain("dropout"),
    )
    decay = st.select_slider(
        _("Weight decay"),
        DECAYS,
        format_func=decimal,
        **form_state.field("decay"),
        help=explain("weight_decay"),
    )
    return {"weight_decay": decay, "augmentation": augmentation_form()}


def augmentation_form() -> Augmentation:
    """Show the settings of augmentation and their effect; return the augmentation."""
    st.segmented_control(
        _("Augmentation"),
        list(STRENGTHS),
        format_func=strengths().__getitem__,
        **form_state.field("strength"),
        on_change=_strengthen,
        help=explain("augmentation"),
    )
    chosen = Augmentation(**{name: form_state.field_value(name) for name in MOST})
    digits = services.some_digits()
    seen = [digits]
    seen += [augment(digits, np.random.default_rng(seed), chosen) for seed in range(3)]
    st.image(
        pictures.mosaic(seen),
        caption=_("Top row: original digits. Below: what the network is trained on."),
        width="stretch",
        alt=_("Original digits and three augmented versions of each."),
    )
    with st.popover(_("Adjust individually")):
        for name, title in training_texts.AUGMENTATIONS.items():
            st.slider(
                _(title),
                0.0,
                float(MOST[name]),
                step=_STEPS.get(name, 0.05),
                **form_state.field(name),
            )
    return chosen


def _strengthen() -> None:
    """Apply the chosen strength to each kind of change; a callback."""
    form_state.fill_form(asdict(augmentation_of(form_state.field_value("strength") or "none")))


def _beginning() -> dict[str, Any]:
    st.selectbox(
        _("Activation function"),
        ("", *ACTIVATIONS),
        format_func=lambda name: name or _("network default"),
        **form_state.field("activation"),
        help=explain("activation_function"),
    )
    st.selectbox(
        _("Weight initialization"),
        training_texts.INITIALIZERS,
        format_func=lambda name: _(training_texts.INITIALIZERS[name]),
        **form_state.field("initializer"),
        help=explain("initialization"),
    )
    seed = st.number_input(
        _("Seed"),
        0,
        2**31 - 1,
        step=1,
        **form_state.field("seed"),
        help=_("Fixes all randomness: the same seed gives the same run."),
    )
    mixed = st.toggle(
        _("Mixed precision"),
        **form_state.field("mixed_precision"),
        help=_(
            "Uses 16-bit floats (bfloat16) where precision allows: faster on a GPU, slower "
            "elsewhere."
        ),
    )
    tensorboard = st.toggle(
        _("Also write TensorBoard logs"),
        **form_state.field("tensorboard"),
        help=_("The logs can be downloaded when the run has finished."),
    )
    return {"seed": seed, "mixed_precision": mixed, "tensorboard": tensorboard}
