"""What the training room asks and tells beside the watch."""

from collections.abc import Sequence

from model.base.errors import N_
from model.data.datasets import SMALL
from model.experiments.designs import OWN
from model.experiments.presets import PRESETS
from model.experiments.recipes import Recipe
from model.runs.results import Results
from model.runs.store import QUEUED, RUNNING, Damaged, Run
from pages.display.numbers import counted, decimal, percent
from pages.display.phrases import listed, titled
from pages.display.texts import plain
from pages.visitor.language import _, ngettext

NETWORKS = {
    "convscope": N_("Convscope, the network of this app"),
    "lenet5": N_("LeNet-5, the classic of 1998"),
    "tiny": N_("Tiny, to try things out"),
    "vgg": N_("Like VGG: small windows in pairs"),
    "inception": N_("Like Inception: several windows at once"),
    "resnet": N_("Like ResNet: each block adds to what comes in"),
    "deep_sigmoid": N_("Eleven convolutions with sigmoid"),
    "deep_relu": N_("Eleven convolutions with ReLU"),
    "deep_residual": N_("Eleven convolutions with sigmoid and residual connections"),
    OWN: N_("My own layers"),
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
    "sgd": N_("plain steps against the gradient"),
    "momentum": N_("steps that keep some of their speed"),
    "nesterov": N_("momentum that looks ahead"),
    "rmsprop": N_("a step size for each weight"),
    "adam": N_("momentum and a step size for each weight"),
    "adamw": N_("Adam with weight decay set apart"),
}

SCHEDULES = {
    "constant": N_("constant"),
    "one-cycle": N_("one cycle: up, then down"),
    "cosine": N_("cosine: slowly down to nothing"),
    "exponential": N_("exponential: down by the same share"),
}

INITIALIZERS = {
    "": N_("Glorot, Keras's own"),
    "glorot_normal": N_("Glorot, normal"),
    "he_uniform": N_("He"),
    "he_normal": N_("He, normal"),
    "lecun_normal": N_("LeCun, normal"),
    "random_normal": N_("normal, standard deviation 0.05"),
    "zeros": N_("all 0"),
    "ones": N_("all 1"),
}

AUGMENTATIONS = {
    "rotation": N_("Turned by up to … degrees"),
    "scale": N_("Size changed by up to this share"),
    "shear": N_("Slanted by up to this share of the height"),
    "shift": N_("Shifted by up to … pixels"),
    "bend": N_("Bent by about … pixels"),
    "thickness": N_("Share of digits with a thicker or thinner line"),
}

STATES = {
    "queued": N_("waiting"),
    "running": N_("running"),
    "paused": N_("paused"),
    "interrupted": N_("interrupted"),
    "failed": N_("failed"),
    "done": N_("finished"),
}

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
    return _("{digits} · {epochs} · {optimizer}, rate {rate}").format(
        digits=digits(recipe.digits),
        epochs=epochs(recipe.epochs),
        optimizer=OPTIMIZERS[recipe.optimizer],
        rate=decimal(recipe.learning_rate),
    )


def digits(count: int) -> str:
    """Return the number of training images in words; 0 is all of them."""
    return _("{count} digits").format(count=counted(count)) if count else _("all digits")


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
        return plain(runs[0].title)
    presets = {preset.id: preset.title for preset in PRESETS}
    if runs[0].request.preset in presets and len({run.request.group for run in runs}) == 1:
        return _(presets[runs[0].request.preset])
    return _("{count} trainings side by side").format(count=len(runs))


def unfinished(runs: Sequence[Run | Damaged]) -> list[Run]:
    """Return the runs of a visitor that are running or queued; at most one, or one experiment's."""
    return [run for run in runs if isinstance(run, Run) and run.status.state in (QUEUED, RUNNING)]


def at_work(runs: Sequence[Run]) -> str:
    """Return that runs are in progress or queued."""
    waits = all(run.status.state == QUEUED for run in runs)
    said = _("“{title}” is waiting.") if waits else _("“{title}” is learning now.")
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
        named.format(title=plain(run.title), state=_(STATES[run.status.state])) for run in runs
    ]
    return _("These buttons are for {titles}.").format(titles=listed(titles))


def deletion(count: int) -> str:
    """Return what deleting does."""
    return ngettext(
        "This deletes the training with everything that it has learnt.",
        "This deletes {count} trainings with everything that they have learnt.",
        count,
    ).format(count=count)


# --- results ---


def test(source: str) -> str:
    """Return what a run's accuracy was measured on."""
    if source == SMALL:
        return _("Read right, of scikit-learn's small test digits")
    return _("Read right in the official test")


def of(part: int, whole: int) -> str:
    """Return how many of how many."""
    return _("{part} of {whole}").format(part=counted(part), whole=counted(whole))


def confusion() -> dict[str, str]:
    """Return the words of the confusion matrix and its digits."""
    return {
        "matrix": _("Confusion matrix: a cell opens the digits that it counts"),
        "written": _("written"),
        "read": _("read as"),
        "right": _("{label} read as {prediction}, right: {count}"),
        "wrong": _("{label} read as {prediction}: {count}"),
        "hardest": _("The hardest digits"),
        "begin": _(
            "Those to whose label the network gave the least. Choose one to look through the "
            "layers with it, or a cell of the matrix to see what it counts."
        ),
        "order": _("The hardest first. Choose one to look through the layers with it."),
        "all": _("The hardest of all"),
        "digit": _("written {label}, read as {prediction}, {probability} sure"),
        "previous": _("Previous"),
        "next": _("Next"),
        "place": _("{from} to {to} of {total}"),
    }


def calibration(found: Results) -> str:
    """Return how well a network's confidence agrees with its accuracy."""
    sure = float(found.probabilities.max(axis=1).mean())
    if abs(sure - found.test_accuracy) < _CLOSE:
        said = _("On average it is {sure} sure, and {right} of its answers are right: that fits.")
    elif sure > found.test_accuracy:
        said = _("On average it is {sure} sure, but {right} of its answers are right: too sure.")
    else:
        said = _("On average it is only {sure} sure, but {right} of its answers are right.")
    return said.format(sure=percent(sure), right=percent(found.test_accuracy))
