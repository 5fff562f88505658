"""What the server does beside its answers: opens the default network, collects, dispatches."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator

import model
from model.base.events import note
from model.base.home import home
from model.inference.catalogue import DEFAULT
from pages import services
from pages.server.journal import close_journal, open_journal

_COLLECT_EVERY = 30  # seconds
_DISPATCH_EVERY = 1  # second
_LOG = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Open the default network while the first page loads, collect garbage, dispatch trainings.

    What happens meanwhile is written into the operator's log.

    Streamlit would collect after every run of every visitor, which costs more than the run;
    `.streamlit/config.toml` turns that off and this takes its place.
    """

    async def collect() -> None:
        await asyncio.to_thread(services.network, DEFAULT)
        gc.collect()
        gc.freeze()  # what is there now stays; looking through it again costs everybody 0.1 s
        while True:
            await asyncio.sleep(_COLLECT_EVERY)
            await asyncio.to_thread(gc.collect)

    async def dispatch() -> None:
        trouble = ""
        while True:
            try:
                await asyncio.to_thread(services.dispatcher().tick)
                services.engine().rest()
                services.builder().rest()
            except Exception as error:  # a full disk, for one: the next second may be better
                if str(error) != trouble:
                    _LOG.exception("The trainings could not be looked after.")
                trouble = str(error)
            await asyncio.to_thread(services.dispatcher().wait, _DISPATCH_EVERY)

    journal = open_journal(home() / "log")
    note("server_started", version=model.__version__)
    tasks = [asyncio.create_task(each()) for each in (collect, dispatch)]
    yield
    for task in tasks:
        task.cancel()
    services.dispatcher().close()
    services.engine().stop()
    services.builder().stop()
    note("server_stopped")
    close_journal(journal)
