"""Show which digit the network predicts, and its confidence."""

from typing import TypedDict

from assets.components import Words, register

_mount = register("prediction", "glossary/glossary")


class PredictionData(TypedDict):
    """The words of the prediction; the rest comes with the canvas's answers."""

    words: Words


def prediction(data: PredictionData, *, key: str) -> None:
    """Mount the prediction."""
    _mount(key=key, data=data)
