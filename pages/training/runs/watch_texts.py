"""What the watch over trainings says, in the visitor's language."""

from model.runs.reasons import SENTENCES
from pages.display import texts
from pages.display.phrases import joints
from pages.visitor.language import _


def watch() -> dict[str, object]:
    """Return the words of the watch: progress, curves, health, and snapshots."""
    spoken = texts.prediction()
    return {
        **{name: spoken[name] for name in ("digit", "unsure", "second", "sees")},
        "joints": joints(),
        **_progress(),
        **_curves(),
        **_health(),
        **_moment(),
    }


def _progress() -> dict[str, object]:
    return {
        "runs": _("Trainings"),
        "states": {
            "queued": _("Waiting, number {place} in the queue"),
            "waiting": _("Waiting for its turn"),
            "starting": _("Starting: Keras is loaded and the digits are read"),
            "running": _("Training, epoch {epoch} of {epochs}"),
            "paused": _("Paused in epoch {epoch} of {epochs}"),
            "interrupted": _("Interrupted in epoch {epoch} of {epochs}"),
            "failed": _("Failed in epoch {epoch} of {epochs}"),
            "done": _("Done"),
        },
        "reasons": {code: _(sentence) for code, sentence in SENTENCES.items()},
        "seen": _("{seen} of {total} digits"),
        "speed": _("{speed} digits a second"),
        "cores": _("CPU, {count} cores"),
        "left": _("about {time} left"),
        "took": _("{time} of training"),
        "seconds": _("{n} s"),
        "minutes": _("{n} min"),
        "hours": _("{h} h {n} min"),
        "away": _("The server does not answer; it is asked again until it does."),
        "gone": _("This training is not here any more."),
        "unborn": _("The first moment shows here as soon as the training begins."),
    }


def _curves() -> dict[str, object]:
    return {
        "axes": _("Axes"),
        "axes_title": _("Stretched axes give more room to the first digits and the last errors."),
        "stretched": _("stretched"),
        "even": _("even"),
        "loss": _("Loss"),
        "accuracy": _("Accuracy"),
        "learning_rate": _("Learning rate"),
        "training": _("training"),
        "validation": _("validation"),
        "digits_seen": _("digits seen"),
        "after": _("{digits} digits, epoch {epoch}"),
        "curves": _(
            "{title}: loss in training {loss}, in validation {validationLoss}; read right in "
            "training {accuracy}, in validation {validationAccuracy}."
        ),
    }


def _health() -> dict[str, object]:
    return {
        "health": _("How each layer learns"),
        "layer": _("Layer"),
        "gradient": _("Gradient norm"),
        "dead": _("Dead units"),
        "update": _("Step to weight"),
        "badges": {
            "vanishing": _("vanishing"),
            "exploding": _("exploding"),
            "dead": _("mostly dead"),
        },
        "rules": {
            "healthy": _(
                "The gradient reaches every layer: none is 100 times weaker than in the last, "
                "none explodes."
            ),
            "times": _(
                "The gradient in {layer} is {times} times weaker than in {last}: 100 times is "
                "enough for a layer to learn next to nothing."
            ),
            "none": _("No gradient comes through to {layer}: it does not learn at all."),
            "norm": _("The gradient in {layer} has the norm {norm}; above 1,000 it explodes."),
            "update": _(
                "One step changes {layer} by {share} of its weights; above 10 % it forgets more "
                "than it learns."
            ),
            "number": _("The gradient in {layer} is no number any more."),
            "units": _(
                "{share} of the units in {layer} answer every digit alike: they tell nothing, "
                "and learn nothing."
            ),
        },
        "rivals": _("The coloured marks are the other trainings at the same number of digits."),
        "not_measured": _("Not measured at this moment."),
    }


def _moment() -> dict[str, object]:
    return {
        "slider": _("Moment of the training"),
        "play": _("Play the training"),
        "pause": _("Pause"),
        "now": _("Now"),
        "end": _("Last"),
        "follow": _("Follow the training as it goes on"),
        "open": _("Open this moment in Layers"),
        "beginning": _("Before the first digit"),
        "beginning_means": _("all weights as chance set them"),
        "moment": _("After {digits} digits"),
        "spoken_moment": _("{when}, {far}."),
        "moment_time": _("epoch {epoch}, {time} of training"),
        "spoken_digit": _("Your digit is read as {digit}, {probability} sure."),
        "spoken_accuracy": _("{accuracy} of the validation digits are read right."),
        "your_digit": _("Your digit at this moment"),
        "no_digit": _("There is no digit on your canvas: draw one to see it read."),
        "confusion": _("What is mistaken for what"),
        "read_as": _("read as"),
        "written": _("written"),
        "misread": _("{wrong} of {total} validation digits are misread."),
        "kernels": _("Kernels of {layer}"),
        "no_kernels": _("{layer} has no kernels: it has nothing to learn."),
        "kernel_facts": _("{inputs} × {filters} kernels of {high} × {wide}: {weights} weights"),
        "input_map": _("Input map"),
        "all_inputs": _("all, one row each"),
        "mean_input": _("mean of all"),
        "maps": _("Your digit in {layer}"),
        "units": _("{count} units, and what each of them answers"),
        "readings": _("What each training makes of your digit"),
        "sure": _("{probability} sure"),
    }
