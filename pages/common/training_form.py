"""The form in which a visitor puts a training together: a network, and how it learns."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import streamlit as st

from model.learning.augmentation import NONE, Augmentation, augment
from model.learning.designs import ACTIVATIONS, Design
from model.learning.recipes import MOST, OPTIMIZERS, SCHEDULES, Recipe
from pages.common import language, pictures, session, starting, training_words
from pages.common.network_form import network_form
from pages.common.words import Say

RATES = (*(float(f"{n}e{power}") for power in range(-5, 1) for n in (1, 2, 5)), 10.0)
BATCHES = (8, 16, 32, 64, 128, 256, 512)
COUNTS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 0)  # 0 is all
DECAYS = (0.0, 0.0001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1)
DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
MOST_EPOCHS = 100
STRENGTHS = {"none": 0.0, "gentle": 0.5, "usual": 1.0, "strong": 1.75}  # of the usual
_STEPS = {"rotation": 1.0, "scale": 0.02, "shear": 0.05, "shift": 0.5, "bend": 0.1}

PLAIN = Recipe(
    epochs=3,
    batch_size=64,
    optimizer="adam",
    learning_rate=2e-3,
    warmup=0.2,
    weight_decay=0,
    averaging=0,
    synthetic=0,
    outliers=0,
    written=0,
    digits=10_000,
    validation=2_000,
    augmentation=NONE,
)


def values(design: Design, recipe: Recipe) -> dict[str, Any]:
    """Tell what stands in the form for a design and a recipe: the nearest that can be chosen."""
    return {
        "network": design.architecture,
        "activation": design.activation,
        "initializer": _initializer(design),
        "dropout": nearest(design.dropout, DROPOUTS),
        "optimizer": recipe.optimizer,
        "schedule": recipe.schedule,
        "rate": nearest(recipe.learning_rate, RATES),
        "batch": nearest(recipe.batch_size, BATCHES),
        "decay": nearest(recipe.weight_decay, DECAYS),
        "epochs": min(recipe.epochs, MOST_EPOCHS),
        "digits": recipe.digits and nearest(recipe.digits, COUNTS),
        "seed": recipe.seed,
        "mixed_precision": recipe.mixed_precision,
        "tensorboard": recipe.tensorboard,
        **asdict(recipe.augmentation),
    }


def _initializer(design: Design) -> str:
    """Tell how the kernels of a design begin; "" is Keras's own way."""
    known = training_words.INITIALIZERS
    return design.kernel_initializer if design.kernel_initializer in known else ""


def nearest(value: float, steps: tuple[float, ...]) -> float:
    return min(steps, key=lambda step: abs(step - value))


@st.fragment
def form() -> None:
    """Show the form; its button queues the training and opens it."""
    _ = language.words()
    session.begin_form(values(Design("convscope"), PLAIN))
    left, right = st.columns([11, 9], gap="large")
    with left:
        st.subheader(_("The network"))
        design, possible = network_form()
    with right:
        st.subheader(_("How it learns"))
        recipe = _recipe(_)
        title = st.text_input(
            _("Name"),
            placeholder=_(training_words.NETWORKS[design.architecture]),
            max_chars=60,
            key="form_title",
            persist_state="session",
            help=_("You find the training again under this name."),
        )
        starting.say_source()
        starting.start(
            [(title or _(training_words.NETWORKS[design.architecture]), design, recipe)],
            _("Start training"),
            disabled=not possible,
        )
        st.caption(_("After ten minutes at the latest it stops and keeps what it has learnt."))


def _recipe(_: Say) -> Recipe:
    """Ask how it learns: what matters most first, the rest on request."""
    count = st.select_slider(
        _("Digits to learn from"),
        COUNTS,
        format_func=lambda count: training_words.counted(count) if count else _("all"),
        key="form_digits",
        persist_state="session",
        help=_(
            "With few digits a network learns them by heart instead of what they have in common."
        ),
    )
    epochs = st.slider(
        _("Epochs"),
        1,
        MOST_EPOCHS,
        key="form_epochs",
        persist_state="session",
        help=_("How often each of these digits is seen."),
    )
    rate = st.select_slider(
        _("Learning rate"),
        RATES,
        format_func=lambda rate: f"{rate:g}",
        key="form_rate",
        persist_state="session",
        help=_(
            "How far each step goes. 0.001 suits Adam and RMSprop, 0.05 SGD and momentum; too "
            "high a rate never settles, too low a one takes forever."
        ),
    )
    with st.expander(_("Optimizer, schedule and batches"), icon=":material/tune:"):
        chosen = _optimizer(_)
    with st.expander(_("Against learning by heart"), icon=":material/shuffle:"):
        held = _against_overfitting(_)
    with st.expander(_("More settings"), icon=":material/more_horiz:"):
        begun = _beginning(_)
    return replace(
        PLAIN,
        digits=count,
        epochs=epochs,
        learning_rate=rate,
        **begun,
        **chosen,
        **held,
    )


def _optimizer(_: Say) -> dict[str, Any]:
    optimizer = st.selectbox(
        _("Optimizer"),
        OPTIMIZERS,
        format_func=lambda name: training_words.optimizer(_, name),
        key="form_optimizer",
        persist_state="session",
        help=_("The rule that turns a gradient into a step."),
    )
    schedule = st.selectbox(
        _("Schedule of the learning rate"),
        SCHEDULES,
        format_func=lambda name: _(training_words.SCHEDULES[name]),
        key="form_schedule",
        persist_state="session",
        help=_("How the rate changes on the way; what you chose above is its highest value."),
    )
    batch = st.select_slider(
        _("Batch size"),
        BATCHES,
        key="form_batch",
        persist_state="session",
        help=_("How many digits are looked at before each step: few make it noisy, many slow."),
    )
    return {"optimizer": optimizer, "schedule": schedule, "batch_size": batch}


def _against_overfitting(_: Say) -> dict[str, Any]:
    st.select_slider(
        _("Dropout"),
        DROPOUTS,
        format_func=lambda rate: f"{100 * rate:.0f} %",
        key="form_dropout",
        persist_state="session",
        help=_(
            "The share of the last numbers before the logits that each training step leaves out."
        ),
    )
    decay = st.select_slider(
        _("Weight decay"),
        DECAYS,
        format_func=lambda decay: f"{decay:g}",
        key="form_decay",
        persist_state="session",
        help=_("Each step shrinks all weights a little, so that none grows without need."),
    )
    return {"weight_decay": decay, "augmentation": augmentation_form(_)}


def augmentation_form(_: Say) -> Augmentation:
    """Ask how far digits are changed before the network sees them, and show what that does."""
    st.segmented_control(
        _("Augmentation"),
        list(STRENGTHS),
        format_func=strengths(_).get,
        key="form_strength",
        persist_state="session",
        on_change=_strengthen,
        help=_("Each time a digit comes by it is turned, shifted, bent … in another way."),
    )
    chosen = Augmentation(**{name: session.form(name) for name in MOST})
    digits = session.some_digits()
    seen = [digits]
    seen += [augment(digits, np.random.default_rng(seed), chosen) for seed in range(3)]
    st.image(
        pictures.mosaic(seen),
        caption=_("Above, digits as they are; below, as the network gets to see them."),
        width="stretch",
        alt=_("Digits as they are, and three times as augmentation changes them."),
    )
    with st.popover(_("One by one")):
        for name, title in training_words.AUGMENTATIONS.items():
            st.slider(
                _(title),
                0.0,
                float(MOST[name]),
                step=_STEPS.get(name, 0.05),
                key=f"form_{name}",
                persist_state="session",
            )
    return chosen


def strengths(_: Say) -> dict[str, str]:
    """Name how strongly digits can be changed."""
    return {
        "none": _("none"),
        "gentle": _("gentle"),
        "usual": _("usual"),
        "strong": _("strong"),
    }


def augmentation(strength: str) -> Augmentation:
    """Give the augmentation of a strength: each kind of change in the same proportion."""
    usual = asdict(Augmentation()).items()
    return Augmentation(
        **{name: min(STRENGTHS[strength] * most, MOST[name]) for name, most in usual}
    )


def _strengthen() -> None:
    """Take the strength that was chosen over to each kind of change; a callback."""
    session.fill_form(asdict(augmentation(session.form("strength") or "none")))


def _beginning(_: Say) -> dict[str, Any]:
    st.selectbox(
        _("Activation"),
        ("", *ACTIVATIONS),
        format_func=lambda name: name or _("as the network has it"),
        key="form_activation",
        persist_state="session",
        help=_("What follows each hidden layer; without one, many layers do no more than one."),
    )
    st.selectbox(
        _("First weights"),
        training_words.INITIALIZERS,
        format_func=lambda name: _(training_words.INITIALIZERS[name]),
        key="form_initializer",
        persist_state="session",
        help=_("What the kernels hold before the first digit."),
    )
    seed = st.number_input(
        _("Seed"),
        0,
        2**31 - 1,
        step=1,
        key="form_seed",
        persist_state="session",
        help=_("Decides everything that is left to chance: the same seed gives the same training."),
    )
    mixed = st.toggle(
        _("Mixed precision"),
        key="form_mixed_precision",
        persist_state="session",
        help=_("Computes in 16 bits where that is enough: faster on a GPU, slower elsewhere."),
    )
    tensorboard = st.toggle(
        _("Write logs for TensorBoard as well"),
        key="form_tensorboard",
        persist_state="session",
        help=_("They can be downloaded when the training is over."),
    )
    return {"seed": seed, "mixed_precision": mixed, "tensorboard": tensorboard}
