"""Numbers as people read them, the same in every language of the app."""


def counted(number: int) -> str:
    """Return a whole number with its thousands set apart: "10,000"."""
    return f"{number:,}"


def decimal(value: float) -> str:
    """Return a number of at most ten decimals, never as a power of ten: "0.00001"."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def percent(share: float, decimals: int = 1) -> str:
    """Return a share in [0, 1] as a percentage: "98.4%"."""
    return f"{share:.{decimals}%}"


def confidence(probability: float) -> str:
    """Return a probability as a percentage that never claims 100 by rounding."""
    return "> 99.9%" if probability > 0.999 else percent(probability)
