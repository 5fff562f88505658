"""Why runs fail or end early: each sentence once, by the code that a run and the browser keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from model.base.errors import N_, UserError
from model.data import reasons as data_reasons

SENTENCES = {
    "process_ended": N_("The training process ended unexpectedly."),
    "not_started": N_(
        "The training process could not start. Nothing is lost: resume the run later, and tell the "
        "administrator."
    ),
    "not_begun": N_(
        "The training process ended before training began. Nothing is lost: resume the run later, "
        "and tell the administrator."
    ),
    "checkpoint_damaged": N_("The checkpoint cannot be read: discard this run and start again."),
    "checkpoint_differs": N_(
        "The checkpoint belongs to another network: discard this run and start again."
    ),
    "no_progress": N_("No progress for {seconds} seconds; training was stopped."),
    "diverged": N_("The loss became NaN in epoch {epoch}: lower the learning rate."),
    "not_saved": N_("The run cannot be saved: {reason}."),
    "unexpected": N_(  # what it was, the run's log says
        "Training stopped because of an unknown error. Progress up to the last checkpoint is kept: "
        "resume the run, or start again if it fails again."
    ),
    "stopped": N_("Stopped early, as requested, and kept."),
    "time_limit": N_("Stopped at the time limit; what it had learned is kept."),
    "cluster_out_of_reach": N_("The cluster {address} cannot be reached."),
    "cluster_without_workers": N_("The cluster {address} has no workers."),
    "cluster_cannot_train": N_(
        "The cluster cannot train this run. Please tell its administrator: the log says why."
    ),
    "worker_lost": N_("Cluster worker {worker} was lost."),
    "worker_process_ended": N_("The training process on a cluster worker ended unexpectedly."),
    **data_reasons.SENTENCES,
}

# What runs of version 1 kept in place of a code, where the words have changed since.
_VERSION_1 = {
    "checkpoint_damaged": (
        "Its checkpoint cannot be read: discard this training and begin it again."
    ),
    "checkpoint_differs": (
        "Its checkpoint is of another network: discard this training and begin again."
    ),
    "not_started": (
        "Its process could not be started. Nothing is lost: resume it later, and tell whoever "
        "looks after the server."
    ),
    "not_begun": (
        "Its process ended before it could train. Nothing is lost: resume it later, and tell "
        "whoever looks after the server."
    ),
    "process_ended": "Its process ended unexpectedly.",
    "worker_process_ended": "Its process on a worker of the cluster ended unexpectedly.",
    "time_limit": "Stopped at its time limit, with what it had learned by then.",
    "stopped": "Stopped early and kept, as asked.",
    "cluster_cannot_train": (
        "The cluster cannot train this. Tell whoever looks after it: the log says why."
    ),
    "diverged": "The loss is no number any more in epoch {epoch}: learn more slowly.",
    "unexpected": (
        "The training broke off for a reason that this app does not know. What it had learnt by "
        "its last checkpoint is still there: resume it, or begin anew if it breaks off again."
    ),
    "worker_lost": "The worker {worker} of the cluster was lost.",
    "no_progress": "There was no progress for {seconds} seconds, and it was ended.",
}


class RunError(UserError):
    """Ends a run for one of the reasons above."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(SENTENCES[code], **values)
        self.code = code


def cannot_save(error: OSError) -> RunError:
    """Return the reason for a run that cannot be saved."""
    return RunError("not_saved", reason=error.strerror or str(error))


@dataclass(frozen=True)
class Reason:
    """Why a run failed or ended early, as it is kept."""

    code: str  # a key of `SENTENCES`; "" for an error that has none, of its digits for example
    template: str  # the English sentence, as it stands in the catalogues
    values: Mapping[str, Any] = field(default_factory=dict)  # what fills the sentence's braces

    def __str__(self) -> str:
        """Return the reason as one English sentence."""
        return self.template.format(**self.values)

    @classmethod
    def of(cls, error: UserError) -> "Reason":
        """Return an error as a run keeps it; values that are no JSON become text."""
        values = {name: _plain(value) for name, value in error.values.items()}
        return cls(getattr(error, "code", ""), error.template, values)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Reason":
        """Read a reason back; KeyError, TypeError or ValueError when it is not one."""
        reason = cls(**data)
        reason = replace(reason, template=SENTENCES.get(reason.code, reason.template))
        if not isinstance(reason.code, str) or not isinstance(str(reason), str):
            raise TypeError(reason)
        return reason

    @classmethod
    def from_template(cls, template: str, values: Mapping[str, Any]) -> "Reason | None":
        """Return the reason that a run of version 1 kept without a code; None for ""."""
        kept = [*SENTENCES.items(), *_VERSION_1.items()]
        codes = {sentence: code for code, sentence in kept}
        code = codes.get(template, "")
        return cls(code, SENTENCES.get(code, template), values) if template else None


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | str | None) else str(value)
