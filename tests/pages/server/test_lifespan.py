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
    asyncio.run(asyncio.wait_for(serve(), 60))
    told = [record for record in caplog.records if "looked after" in record.message]
    assert len(told) == 1  # twice the same trouble is told once
    assert closed == [True]  # the warm trainer goes with the server


def test_the_app_hears_of_its_start_and_its_end_through_everything_before_it():
    """A part of the app that stumbled over them would leave it without trainings, unheard."""
    import app

    assert len(app.app._user_middleware) > 3

    async def through():
        for middleware in app.app._user_middleware:
            done = []

            async def inner(scope, receive, send, done=done):
                done.append(scope["type"])

            layer = middleware.cls(inner, *middleware.args, **middleware.kwargs)
            await layer({"type": "lifespan", "state": {}}, None, None)
            assert done == ["lifespan"], middleware

    asyncio.run(through())
