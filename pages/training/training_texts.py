"""What the training room asks and tells beside the watch."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from model.base.errors import N_, UserError
from model.data.datasets import SMALL
from model.experiments.designs import OWN
from model.experiments.events import TrainingEvent, events_from_json
from model.experiments.presets import PRESETS
from model.experiments.recipes import Recipe, strength_of
from model.runs.results import Results
from model.runs.store import QUEUED, RUNNING, Damaged, Run
from model.runs.trash import HOURS
from model.runs.visits import DAYS
from pages.display import texts
from pages.display.numbers import counted, decimal, percent
from pages.display.phrases import listed, titled
from pages.display.texts import plain
from pages.visitor.language import _, ngettext

NETWORKS = {
    "convscope": N_("Convscope, the network of this app"),
    "lenet5": N_("LeNet-5 (LeCun et al., 1998)"),
    "tiny": N_("Tiny (for quick tests)"),
    "vgg": N_("VGG style: pairs of 3 × 3 convolutions"),
    "inception": N_("Inception style: several kernel sizes in parallel"),
    "resnet": N_("ResNet style: residual blocks"),
    "deep_sigmoid": N_("11 convolutions, sigmoid"),
    "deep_relu": N_("11 convolutions, ReLU"),
    "deep_residual": N_("11 convolutions, sigmoid, residual connections"),
    OWN: N_("Custom network"),
}

OPTIMIZERS = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}

RULES = {
    "sgd": N_("plain gradient descent"),
    "momentum": N_("gradient descent that keeps some of its speed"),
    "nesterov": N_("momentum that looks one step ahead"),
    "rmsprop": N_("adaptive learning rate per weight"),
    "adam": N_("momentum plus adaptive learning rates"),
    "adamw": N_("Adam with decoupled weight decay"),
}

SCHEDULES = {
    "constant": N_("constant"),
    "one-cycle": N_("1cycle: up, then down"),
    "cosine": N_("cosine decay to zero"),
    "exponential": N_("exponential decay"),
}

INITIALIZERS = {
    "": N_("Glorot uniform (Keras default)"),
    "glorot_normal": N_("Glorot normal"),
    "he_uniform": N_("He uniform"),
    "he_normal": N_("He normal"),
    "lecun_normal": N_("LeCun normal"),
    "random_normal": N_("Normal, standard deviation 0.05"),
    "zeros": N_("All zeros"),
    "ones": N_("All ones"),
}

AUGMENTATIONS = {
    "rotation": N_("Rotation (max. degrees)"),
    "scale": N_("Scaling (max.)"),
    "shear": N_("Shear (max., share of the height)"),
    "shift": N_("Shift (max. pixels)"),
    "bend": N_("Elastic distortion (pixels)"),
    "thickness": N_("Stroke width changed (share of images)"),
}

STATES = {
    "queued": N_("waiting"),
    "running": N_("running"),
    "paused": N_("paused"),
    "interrupted": N_("interrupted"),
    "failed": N_("failed"),
    "done": N_("finished"),
}

_MINUTE = 90  # seconds, below which a time is said in seconds
_CLOSE = 0.005  # between being sure and being right, that nobody would notice


def network(architecture: str) -> str:
    """Return an architecture's name; one without a name of its own keeps its id."""
    return _(NETWORKS[architecture]) if architecture in NETWORKS else architecture


# --- experiments ---


def duration(minutes: int) -> str:
    """Return how long an experiment takes."""
    return ngettext(
        "It takes about {minutes} minute.", "It takes about {minutes} minutes.", minutes
    ).format(minutes=minutes)


def racer(recipe: Recipe) -> str:
    """Return in one line how a network of an experiment is trained."""
    return _("{digits} · {epochs} · {optimizer}, learning rate {rate}").format(
        digits=digits(recipe.digits),
        epochs=epochs(recipe.epochs),
        optimizer=OPTIMIZERS[recipe.optimizer],
        rate=decimal(recipe.learning_rate),
    )


def digits(count: int) -> str:
    """Return the number of training images in words; 0 is all of them."""
    return _("{count} images").format(count=counted(count)) if count else _("all images")


def epochs(count: int) -> str:
    """Return the number of epochs in words."""
    return ngettext("{count} epoch", "{count} epochs", count).format(count=count)


def lessons(recipe: Recipe) -> str:
    """Return in few words what a network is trained on: "10,000 digits · 3 epochs"."""
    return f"{digits(recipe.digits)} · {epochs(recipe.epochs)}"


def optimizer(name: str) -> str:
    """Return an optimizer's name and what it does."""
    return titled(OPTIMIZERS[name], _(RULES[name]))


# --- trainings ---


def shown(runs: Sequence[Run]) -> str:
    """Return a title for what is watched: one run, the experiment of several, or their number."""
    if len(runs) == 1:
        return texts.plain(runs[0].title)
    presets = {preset.id: preset.title for preset in PRESETS}
    if runs[0].request.preset in presets and len({run.request.group for run in runs}) == 1:
        return _(presets[runs[0].request.preset])
    return _("{count} runs side by side").format(count=len(runs))


def unfinished(runs: Sequence[Run | Damaged]) -> list[Run]:
    """Return the runs of a visitor that are running or queued; at most one, or one experiment's."""
    return [run for run in runs if isinstance(run, Run) and run.status.state in (QUEUED, RUNNING)]


def at_work(runs: Sequence[Run]) -> str:
    """Return that runs are in progress or queued."""
    waits = all(run.status.state == QUEUED for run in runs)
    said = _("“{title}” is waiting.") if waits else _("“{title}” is training.")
    return said.format(title=shown(runs))


def state(run: Run) -> str:
    """Return a run's state, with its reason where there is one."""
    status = run.status
    said, reason = _(STATES[status.state]), status.reason
    return titled(said, _(reason.template).format(**reason.values)) if reason else said


def acts_on(runs: Sequence[Run]) -> str:
    """Return which runs the buttons apply to."""
    named = _("“{title}” ({state})")
    titles = [
        named.format(title=texts.plain(run.title), state=_(STATES[run.status.state]))
        for run in runs
    ]
    return _("These buttons act on {titles}.").format(titles=listed(titles))


def board(count: int, over: int) -> str:
    """Return how many runs a class has started, and how many of them are over."""
    said = ngettext("{count} run, {over} finished", "{count} runs, {over} finished", count)
    return said.format(count=count, over=over)


def waiting(seconds: float) -> str:
    """Return that a run waits, and about how long still."""
    if seconds < _MINUTE:
        return _("waiting, about {count} s").format(count=max(5, 5 * round(seconds / 5)))
    return _("waiting, about {count} min").format(count=round(seconds / 60))


def expiry() -> str:
    """Return when a visitor's runs are deleted by themselves."""
    return _("Runs are deleted once you have not visited this app for {days} days.").format(
        days=DAYS
    )


def share(used: float, most: float) -> str:
    """Return how much of the visitor's share of the disk is used; both are in bytes."""
    return _("{used} of your {most} MB are used.").format(
        used=counted(math.ceil(used / 1e6)), most=counted(round(most / 1e6))
    )


def deletion(count: int) -> str:
    """Return what deleting does."""
    return ngettext(
        "Deletes the run with its snapshots. A network that you saved from it stays. The run can "
        "be restored for {hours} hours.",
        "Deletes {count} runs with their snapshots. Networks that you saved from them stay. The "
        "runs can be restored for {hours} hours.",
        count,
    ).format(count=count, hours=HOURS)


def deleted(count: int) -> str:
    """Return how many deleted runs can still be restored."""
    return ngettext(
        "{count} deleted run can be restored", "{count} deleted runs can be restored", count
    ).format(count=count)


def deleted_size(size: int) -> str:
    """Return what the deleted runs take and until when; `size` is in bytes."""
    return _(
        "Deleted runs are kept for {hours} hours and count as used disk space ({megabytes} MB)."
    ).format(hours=HOURS, megabytes=counted(-(-size // 1_000_000)))


# --- what happened to a run ---

EVENTS = {
    "learning_rate": N_("learning rate {rate}"),
    "augmentation": N_("augmentation: {strength}"),
    "resumed": N_("resumed"),
    "stopped": N_("stopped early"),
    "time_limit": N_("time limit reached"),
}
STRENGTHS = {
    "none": N_("none"),
    "gentle": N_("gentle"),
    "usual": N_("usual"),
    "strong": N_("strong"),
    "": N_("adjusted individually"),
}


def event(happened: TrainingEvent) -> str:
    """Return what happened to a run, and where."""
    changed = (strength_of(happened.augmentation) if happened.augmentation else "") or ""
    strength = STRENGTHS[changed]
    said = _(EVENTS[happened.kind]).format(
        rate=decimal(happened.learning_rate or 0), strength=_(strength)
    )
    place = _("epoch {epoch}, {digits} images").format(
        epoch=f"{happened.epoch:.2f}", digits=counted(happened.digits)
    )
    return titled(place, said)


def happened(card_events: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what a card says of what happened while its network was trained, in words."""
    try:
        return [event(each) for each in events_from_json(card_events)]
    except (KeyError, TypeError, ValueError, UserError):
        return []  # a card of another version


def filled_from(title: str, changes: Sequence[TrainingEvent]) -> str:
    """Return that the form holds the settings with which a run ended, and how they came about."""
    listing = "".join(f"\n- {plain(event(each))}" for each in changes)
    said = _("“{title}” was changed while it trained; these are the settings with which it ended.")
    return said.format(title=plain(title)) + "\n" + listing


# --- steering ---


def steered_rate(recipe: Recipe) -> str:
    """Return what the learning rate is that a run can be given while it trains."""
    if recipe.schedule == "constant":
        return _("Learning rate")
    return _("Learning rate (highest of the schedule)")


def steering(recipe: Recipe, before: float, chosen: float, now: float | None) -> str:
    """Return what a change of the learning rate does at this point of the schedule."""
    if now is None or recipe.schedule == "constant":
        return _("Now {before}, from now on {chosen}.").format(
            before=decimal(before), chosen=decimal(chosen)
        )
    then = now * chosen / before
    return _(
        "Schedule: {schedule}. At this point it gives {now}; with this setting it gives {then}."
    ).format(
        schedule=_(SCHEDULES[recipe.schedule]),
        now=decimal(float(f"{now:.2g}")),
        then=decimal(float(f"{then:.2g}")),
    )


def applied(rate: float, strength: str | None) -> str:
    """Return that a change was applied to a run."""
    if strength is None:
        return _("Applied: learning rate {rate}.").format(rate=decimal(rate))
    augmentation = STRENGTHS[strength]
    return _("Applied: learning rate {rate}, augmentation {strength}.").format(
        rate=decimal(rate), strength=_(augmentation)
    )


# --- results ---


def test(source: str) -> str:
    """Return what a run's accuracy was measured on."""
    if source == SMALL:
        return _("Accuracy on scikit-learn's small test set")
    return _("Accuracy on the official MNIST test set")


def of(part: int, whole: int) -> str:
    """Return how many of how many."""
    return _("{part} of {whole}").format(part=counted(part), whole=counted(whole))


def confusion() -> dict[str, str]:
    """Return the words of the confusion matrix and its digits."""
    return {
        **texts.confusion(),
        "name": _("Confusion matrix: click a cell to see its digits"),
        "hardest": _("The hardest digits"),
        "begin": _(
            "The digits whose correct label got the lowest probability. Click one to explore it "
            "layer by layer, or a cell of the matrix to see its digits."
        ),
        "order": _("Hardest first. Click one to explore it layer by layer."),
        "all": _("Hardest of all"),
        "digit": _("true {label}, predicted {prediction}, confidence {probability}"),
        "previous": _("Previous"),
        "next": _("Next"),
        "place": _("{from}–{to} of {total}"),
    }


def calibration(found: Results) -> str:
    """Return how well a network's confidence agrees with its accuracy."""
    sure = float(found.probabilities.max(axis=1).mean())
    if abs(sure - found.test_accuracy) < _CLOSE:
        said = _("Mean confidence is {sure}, accuracy {right}: well calibrated.")
    elif sure > found.test_accuracy:
        said = _("Mean confidence is {sure}, accuracy only {right}: overconfident.")
    else:
        said = _("Mean confidence is {sure}, accuracy {right}: underconfident.")
    return said.format(sure=percent(sure), right=percent(found.test_accuracy))
