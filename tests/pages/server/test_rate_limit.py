import numpy as np

from pages.server.rate_limit import RateLimit


class Clock:
    """A clock that stands still until somebody turns it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def allowance(clock, *, per_second=2, burst=3, most=100):
    return RateLimit(per_second=per_second, burst=burst, most=most, clock=clock)


def test_a_rested_visitor_may_ask_a_burst_at_once_and_not_once_more():
    visitors = allowance(Clock())
    assert [visitors.take("ada") for _ in range(5)] == [True, True, True, False, False]


def test_after_a_burst_requests_are_granted_at_the_rate():
    clock = Clock()
    visitors = allowance(clock, per_second=2, burst=3)
    while visitors.take("ada"):
        pass
    granted = 0
    for _ in range(100):
        clock.now += 0.1
        granted += visitors.take("ada")
    assert granted == 20  # two a second for ten seconds


def test_asking_in_vain_does_not_lengthen_the_wait():
    clock = Clock()
    visitors = allowance(clock, per_second=1, burst=1)
    assert visitors.take("ada")
    for _ in range(50):
        clock.now += 0.01
        assert not visitors.take("ada")
    clock.now += 0.51
    assert visitors.take("ada")


def test_what_costs_more_takes_more_and_what_is_refused_takes_nothing():
    visitors = allowance(Clock(), burst=10)
    assert visitors.take("ada", 7)
    assert not visitors.take("ada", 4)
    assert visitors.take("ada", 3)
    assert not visitors.take("ada", 0.5)


def test_a_long_rest_earns_no_more_than_a_burst():
    clock = Clock()
    visitors = allowance(clock, burst=3)
    visitors.take("ada")
    clock.now += 3600
    assert sum(visitors.take("ada") for _ in range(10)) == 3


def test_no_stretch_of_time_grants_more_than_its_burst_and_its_rate():
    rng = np.random.default_rng(5)
    clock = Clock()
    visitors = allowance(clock, per_second=4, burst=6)
    granted = []
    for pause in rng.exponential(0.1, 2000):
        clock.now += pause
        if visitors.take("ada"):
            granted.append(clock.now)
    times = np.array(granted)
    for first in range(0, len(times), 7):
        counts = np.arange(1, len(times) - first + 1)
        assert (counts <= 6 + 4 * (times[first:] - times[first]) + 1e-6).all()


def test_one_visitor_who_asks_too_much_costs_another_nothing():
    visitors = allowance(Clock(), burst=3)
    for _ in range(50):
        visitors.take("greedy")
    assert [visitors.take("ada") for _ in range(3)] == [True, True, True]


def test_only_so_many_names_are_remembered_the_ones_that_asked_last():
    visitors = allowance(Clock(), burst=1, most=10)
    for number in range(1000):
        visitors.take(f"visitor {number}")
    last = [visitors.take(f"visitor {number}") for number in range(990, 1000)]
    assert last == [False] * 10  # still known, and their token is spent
    assert visitors.take("visitor 0")  # long forgotten: a full bucket


def test_whoever_keeps_asking_is_not_forgotten_in_favour_of_newcomers():
    visitors = allowance(Clock(), burst=1, most=3)
    visitors.take("greedy")
    for number in range(20):
        visitors.take(f"newcomer {number}")
        assert not visitors.take("greedy")
