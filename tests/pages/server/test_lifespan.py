import asyncio
import time

from pages import services
from pages.server import lifespan


def test_the_trainings_are_looked_after_each_second_even_after_something_went_wrong(
    monkeypatch, caplog
):
    ticks, closed = [], []

    class Stumbling:
        def tick(self):
            ticks.append(len(ticks))
            if len(ticks) < 3:
                raise OSError(28, "No space left on device")

        def wait(self, seconds):
            time.sleep(seconds)

        def close(self):
            closed.append(True)

    async def serve():
        async with lifespan.lifespan(None):
            while len(ticks) < 5:
                await asyncio.sleep(0.01)

    monkeypatch.setattr(lifespan, "_DISPATCH_EVERY", 0.01)
    monkeypatch.setattr(lifespan.gc, "freeze", lambda: None)
    monkeypatch.setattr(services, "dispatcher", Stumbling)
    asyncio.run(asyncio.wait_for(serve(), 20))
    told = [record for record in caplog.records if "looked after" in record.message]
    assert len(told) == 1  # twice the same trouble is told once
    assert closed == [True]  # the warm trainer goes with the server
