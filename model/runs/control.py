"""What a run is asked for while it trains: whoever watches writes it, its trainer reads it."""

import json
from dataclasses import asdict, dataclass

from model.base.errors import N_, UserError
from model.base.typed import check_types
from model.data.augmentation import Augmentation
from model.experiments.recipes import check_augmentation
from model.runs.store import Run, find, write_json

FILE = "control.json"
PAUSE, STOP, CANCEL = "pause", "stop", "cancel"  # the commands


@dataclass(frozen=True)
class Control:
    """What a run was last asked for."""

    serial: int = 0  # grows with each change
    command: str = ""  # "", PAUSE, STOP or CANCEL
    learning_rate: float | None = None  # in place of the recipe's; None = as it was
    augmentation: Augmentation | None = None


def read_control(run: Run) -> Control:
    """Read what a run was last asked for; nothing where that cannot be read."""
    try:
        data = json.loads((run.folder / FILE).read_text("utf-8"))
        chosen = data["augmentation"]
        control = Control(**{**data, "augmentation": chosen and Augmentation(**chosen)})
        check_types(control)
        if control.augmentation is not None:
            check_types(control.augmentation)
        return control
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Control()


def write_control(
    run_id: str,
    *,
    command: str | None = None,
    learning_rate: float | None = None,
    augmentation: Augmentation | None = None,
) -> None:
    """Ask a run for something from now on; what is None stays as it was asked before.

    Its trainer looks at most 0.2 seconds later, or when it is resumed. `learning_rate` is the
    highest of the schedule, which goes on in its shape. A UserError refuses wrong numbers.
    """
    if learning_rate is not None and not 0 < learning_rate < 1e9:
        raise UserError(N_("The learning rate must be greater than 0."))
    if augmentation is not None:
        check_augmentation(augmentation)
    run = find(run_id)
    before = read_control(run)
    waits = before.serial > run.status.obeyed  # an obeyed command would be obeyed twice
    after = Control(
        before.serial + 1,
        (before.command if waits else "") if command is None else command,
        before.learning_rate if learning_rate is None else learning_rate,
        before.augmentation if augmentation is None else augmentation,
    )
    write_json(run.folder / FILE, asdict(after))
