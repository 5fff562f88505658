"""What the watch over trainings says, in the visitor's language."""

from model.runs.reasons import SENTENCES
from pages.display import texts
from pages.display.phrases import joints
from pages.training.training_texts import EVENTS, STRENGTHS
from pages.visitor.language import _


def watch() -> dict[str, object]:
    """Return the words of the watch: progress, curves, health, and snapshots."""
    spoken = texts.prediction()
    return {
        **{name: spoken[name] for name in ("digit", "unsure", "diverged", "second", "sees")},
        "joints": joints(),
        **_progress(),
        **_curves(),
        **_health(),
        **_moment(),
    }


def _progress() -> dict[str, object]:
    return {
        "runs": _("Runs"),
        "states": {
            "queued": _("Waiting, number {place} in the queue"),
            "waiting": _("Waiting in the queue"),
            "starting": _("Starting: loading Keras and the data set"),
            "running": _("Training, epoch {epoch} of {epochs}"),
            "paused": _("Paused in epoch {epoch} of {epochs}"),
            "interrupted": _("Interrupted in epoch {epoch} of {epochs}"),
            "failed": _("Failed in epoch {epoch} of {epochs}"),
            "done": _("Done"),
        },
        "reasons": {code: _(sentence) for code, sentence in SENTENCES.items()},
        "seen": _("{seen} of {total} images"),
        "speed": _("{speed} images per second"),
        "cores": _("CPU, {count} cores"),
        "left": _("about {time} left"),
        "begins": _("begins in about {time}"),
        "resumes": _("Resume continues after {digits} images"),
        "begins_again": _("Resume begins again: there is no checkpoint yet"),
        "took": _("{time} of training"),
        "seconds": _("{n} s"),
        "minutes": _("{n} min"),
        "hours": _("{h} h {n} min"),
        "away": _("The server is not responding; retrying…"),
        "gone": _("This run no longer exists."),
        "damaged_pulses": _("The record of this run is damaged: its curves end too early."),
        "damaged_snapshots": _("{count} snapshots of this run are damaged and cannot be shown."),
        "unreadable": _("The snapshots of this run are damaged: none of them can be shown."),
        "unborn": _("Results appear here as soon as training starts."),
    }


def _curves() -> dict[str, object]:
    return {
        "axes": _("Axes"),
        "axes_title": _(
            "Stretched (logarithmic) axes give more room to the start of training and to small "
            "errors."
        ),
        "stretched": _("stretched"),
        "even": _("linear"),
        "loss": _("Loss (cross-entropy)"),
        "accuracy": _("Accuracy"),
        "learning_rate": _("Learning rate"),
        "training": _("training"),
        "validation": _("validation"),
        "digits_seen": _("images seen"),
        "lines": _("strong: validation, fine: training"),
        "events": {kind: _(sentence) for kind, sentence in EVENTS.items()},
        "strengths": {name: _(sentence) for name, sentence in STRENGTHS.items()},
        "event_place": _("epoch {epoch}, {digits} images"),
        "happened": _("What happened in this run"),
        "after": _("{digits} images, epoch {epoch}"),
        "curves": _(
            "{title}: training loss {loss}, validation loss {validationLoss}; training accuracy "
            "{accuracy}, validation accuracy {validationAccuracy}."
        ),
    }


def _health() -> dict[str, object]:
    return {
        "health": _("Layer health: gradients and updates"),
        "layer": _("Layer"),
        "gradient": _("Gradient norm"),
        "dead": _("Dead units"),
        "update": _("Update-to-weight ratio"),
        "badges": {
            "vanishing": _("vanishing gradient"),
            "exploding": _("exploding gradient"),
            "dead": _("mostly dead"),
        },
        "rules": {
            "healthy": _("Gradients reach every layer: none vanishes or explodes."),
            "times": _(
                "The gradient in {layer} is {times} times smaller than in {last}: vanishing (100 "
                "times or more)."
            ),
            "none": _("No gradient reaches {layer}: it does not learn."),
            "norm": _("The gradient norm in {layer} is {norm}: exploding (above 1,000)."),
            "update": _(
                "One step changes the weights of {layer} by {share}. Around 0.1% is usual; above "
                "10% training tends to become unstable."
            ),
            "number": _("The gradient in {layer} is NaN."),
            "units": _(
                "{share} of the units in {layer} are dead: they give the same output for every "
                "digit and learn nothing."
            ),
        },
        "band": _("Shaded: ratios from 0.0001 to 0.01, at which training usually goes well."),
        "rivals": _("The colored marks show the other runs after the same number of images."),
        "not_measured": _("Not measured at this point."),
    }


def _moment() -> dict[str, object]:
    return {
        "slider": _("Training timeline"),
        "play": _("Play the training"),
        "pause": _("Pause"),
        "now": _("Now"),
        "end": _("Last"),
        "follow": _("Follow live"),
        "open": _("Look inside this snapshot"),
        "beginning": _("Before training"),
        "beginning_means": _("random initial weights"),
        "moment": _("After {digits} images"),
        "spoken_moment": _("{when}, {far}."),
        "moment_time": _("epoch {epoch}, {time} of training"),
        "spoken_digit": _("Your digit is classified as {digit} (confidence {probability})."),
        "spoken_accuracy": _("Validation accuracy {accuracy}."),
        "your_digit": _("Prediction for your digit at this point"),
        "no_digit": _("There is no digit on the canvas: draw one to see its prediction."),
        "confusion": _("Confusion matrix"),
        "read_as": _("predicted"),
        "written": _("true digit"),
        "misread": _("{wrong} of {total} validation images are misclassified."),
        **texts.kernels(),
        "maps": _("Your digit in {layer}"),
        "units": _("{count} units and their outputs"),
        "readings": _("What each run predicts for your digit"),
        "sure": _("Confidence {probability}"),
    }
