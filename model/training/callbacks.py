"""What a training calls while it goes on, and what it asks."""

from collections.abc import Callable
from dataclasses import dataclass

from model.base.errors import UserError
from model.experiments.events import TrainingEvent
from model.inference.origin import Device
from model.runs.control import Control
from model.training.checkpoints import Epoch

BatchCallback = Callable[[int, int, float], None]  # batches done, of how many, loss of the epoch
EpochCallback = Callable[[list[Epoch]], None]  # all epochs that are over, the newest last


@dataclass(frozen=True, kw_only=True)
class TrainingCallbacks:
    """Functions that the training loop calls; one that raises ends the training at once."""

    poll_control: Callable[[], Control] = Control  # asked several times a second what to do
    on_batch: BatchCallback = lambda done, total, loss: None
    on_epoch: EpochCallback = lambda history: None
    on_events: Callable[[tuple[TrainingEvent, ...]], None] = lambda events: None  # all so far
    on_save_error: Callable[[UserError | None], None] = lambda error: None  # None: it can again


@dataclass(frozen=True, kw_only=True)
class PipelineCallbacks(TrainingCallbacks):
    """The same for the whole work of a run, from its digits to its network."""

    on_device: Callable[[Device], None]  # what it runs on
    on_generated: Callable[[int, int], None]  # pictures generated, and of how many
    on_total: Callable[[int], None]  # how many digits the whole training shows
