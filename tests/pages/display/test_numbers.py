import pytest

from pages.display import numbers


@pytest.mark.parametrize(
    ("share", "decimals", "written"),
    [(0.984, 1, "98.4%"), (0.98421, 2, "98.42%"), (0.25, 0, "25%"), (1, 1, "100.0%"), (0, 0, "0%")],
)
def test_a_share_is_a_percentage_with_its_sign_beside_it(share, decimals, written):
    assert numbers.percent(share, decimals) == written


def test_a_confidence_never_claims_certainty_by_rounding():
    assert numbers.confidence(0.9991) == "> 99.9%"
    assert numbers.confidence(0.999) == "99.9%"
    assert numbers.confidence(0.5) == "50.0%"


@pytest.mark.parametrize(
    ("value", "written"),
    [(1e-5, "0.00001"), (0.001, "0.001"), (0.05, "0.05"), (10.0, "10"), (0, "0")],
)
def test_a_rate_is_no_power_of_ten(value, written):
    assert numbers.decimal(value) == written


def test_a_count_has_its_thousands_apart():
    assert [numbers.counted(count) for count in (7, 999, 55_000)] == ["7", "999", "55,000"]
