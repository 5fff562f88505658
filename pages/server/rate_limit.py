"""Rate limit by token bucket, one for each name."""

import time
from collections import OrderedDict
from collections.abc import Callable


class RateLimit:
    """Grants `per_second` requests a second for each name, and `burst` at once after a rest.

    Remembers the `most` names that asked last; a forgotten one starts with a full bucket.
    """

    def __init__(
        self,
        *,
        per_second: float,
        burst: float,
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, when

    def take(self, name: str, cost: float = 1) -> bool:
        """Take so many tokens of this name's bucket; False where it holds fewer."""
        now = self._clock()
        tokens, then = self._buckets.pop(name, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._per_second)
        granted = tokens >= cost
        self._buckets[name] = (tokens - cost if granted else tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return granted
