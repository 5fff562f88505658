"""What the layer explorer says, in the visitor's language."""

from collections.abc import Iterable, Mapping

from assets.components.layer_explorer import KerasAnswer
from model.inference.layer_kinds import LAYER_KINDS, layer_kind
from pages.display import texts
from pages.display.phrases import joints
from pages.explorer.payload import Answer
from pages.visitor.language import _, error_text


def explorer() -> dict[str, object]:
    """Return all words of the explorer."""
    spoken = texts.maps()
    return {
        **{key: spoken[key] for key in ("map", "places", "previous", "next", "close", "silent")},
        "strongest": spoken["strongest"],
        "kinds": {name: _(kind.title) for name, kind in LAYER_KINDS.items()},
        **_scales(),
        **_pointing(),
        **_comparing(),
        **_filming(),
        **_summing(),
        "joints": joints(),
        "loading": _("Asking the network for every layer …"),
        "empty": _("There is no ink on the canvas, so there is nothing to explore."),
        "unreachable": _("The server does not answer. Reload the page to try again."),
        "along": _("Take along"),
        "link": _("Copy link"),
        "link_copied": _("Copied."),
        "link_address": _("The address of this page is the link."),
    }


def _scales() -> dict[str, object]:
    return {
        "extent": _("One colour scale for"),
        "extents": {"map": _("each map"), "layer": _("each layer"), "network": _("the network")},
        "range": _("{layer}: values from {low} to {high}"),
        "zeros": _("{share} zeros"),
        "silent_maps": _("{count} silent"),
        "silent_list": _("silent for this digit: map {list}"),
        "apart": _("{share} apart"),
        "legend": {
            "kernel": _("Kernels"),
            "result": _("Intermediate results"),
            "inner": _("Sums"),
        },
    }


def _pointing() -> dict[str, object]:
    return {
        "unit": _("{layer}, unit {unit}"),
        "unit_value": _("{layer}, unit {unit}: {value}"),
        "place": _("row {row}, column {column}:"),
        "place_at": _("row {row}, column {column}"),
        "sees_short": _("sees {high} × {wide} pixels"),
        "sees": _(
            "By the formula this cell sees {high} × {wide} pixels of the digit, padding included; "
            "its neighbour sees as many, {stride} further on. The stage frames them."
        ),
        "sees_all": _("By the formula this unit sees {high} × {wide} pixels, padding included."),
        "stage_keys": _("Arrow keys walk through layers and maps, Enter opens one."),
    }


def _comparing() -> dict[str, object]:
    return {
        "compare": _("Compare with"),
        "showing": _("Show"),
        "sides": {"a": _("yours"), "b": _("the other"), "difference": _("the difference")},
        "same": _("Both answer the same in every layer."),
        "part": _(
            "The first layer in which they part is {layer} ({share} apart); they are furthest "
            "apart in {most} ({most_share})."
        ),
        "part_most": _(
            "The first layer in which they part is {layer}, and there they are furthest apart "
            "({share})."
        ),
        "unlike": _("These two networks have layers of different shapes: nothing to compare."),
    }


def _filming() -> dict[str, object]:
    return {
        "film": {
            "play": _("Play"),
            "pause": _("Pause"),
            "still": _("Next row"),
            "back": _("Back"),
            "step": _("Step"),
            "skip": _("To the end"),
            "slower": _("Slower"),
            "faster": _("Faster"),
        },
        "keys": {
            "play": _("Space"),
            "back": _("Left arrow"),
            "step": _("Right arrow"),
            "skip": _("End"),
            "slower": _("Minus"),
            "faster": _("Plus"),
            "previous": _("Page up"),
            "next": _("Page down"),
            "close": _("Escape"),
        },
        "map_keys": _(
            "Arrow keys move the window, Space plays, Enter opens the cell, Escape closes the map."
        ),
        "weight": _("input map {input}, row {row}, column {column}: weight {value}"),
        "stages": {
            "sum": _("Sum"),
            "bias": _("+ bias {bias}"),
            "normalize": _("Normalised"),
        },
        "stories": {name: _(kind.explanation) for name, kind in LAYER_KINDS.items()}
        | {"other": _(layer_kind("").explanation)},
    }


def _summing() -> dict[str, object]:
    return {
        "order": _("Products"),
        "orders": {"place": _("in place"), "size": _("largest first")},
        "decimals": _("Decimals"),
        "padding": _("zero padding"),
        "write_out": _("Write all products out"),
        "shown": _("The network's own answer"),
        "check": _("Check against Keras"),
        "asking": _("Asking Keras …"),
        "keras": _("Keras says {value}; the sum above is {ours}; they differ by {gap}."),
        "effective": _("Show which pixels count most"),
        "reach": _(
            "The pixels that count at least a twentieth as much as the strongest fill "
            "{rows} × {columns}; the frame is all that the cell can see."
        ),
        "gradient": _("Size of the gradient"),
        "temperature": _("Temperature"),
        "together": _("Together"),
        "softmax_columns": [
            _("Digit"),
            _("Logit z"),
            _("exp((z − {largest}) / {temperature})"),
            _("Share of the sum"),
        ],
        "softmax_sentence": _(
            "{exponential} of {sum}: the probability of {unit} is {probability}."
        ),
        "steps": {
            "sum": _("Sum of {products} products"),
            "sum_padded": _("Sum of {products} products, {padded} of them zero padding"),
            "bias": _("+ bias {bias}"),
            "largest": _("Largest of {cells} cells: row {row}, column {column}"),
            "smallest": _("Smallest of {cells} cells: row {row}, column {column}"),
            "mean": _("Mean of {cells} cells"),
            "added": _("Sum of {cells} cells"),
            "multiplied": _("Product of {cells} cells"),
            "normalized": _(
                "{layer}: ({x} − {mean}) / √({variance} + {epsilon}) · {gamma} + {beta}"
            ),
            "quotient": _("Exponential of this logit, divided by the sum of all"),
            "copied": _("The same number as before"),
            "padding": _("Zero padding"),
            "joined": _("Map {channel} of {layer}, unchanged"),
            "pixel": _("A pixel of the digit, from 0 for paper to 1 for ink"),
            "unknown": _("A kind of layer that is shown, but not explained"),
        },
    }


def choices(
    before: object | None, samples: Iterable[str], networks: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return what a digit can be compared with: values of `comparison()` and their labels."""
    listed = [("", _("nothing"))]
    if before is not None:
        listed.append(("before", _("the digit before this one")))
    listed += [(f"network:{id}", title) for id, title in networks.items()]
    return listed + [(f"sample:{name}", texts.sample(name)) for name in samples]


def answer(answer: Answer | None) -> KerasAnswer | None:
    """Return the Keras engine's answer as plain JSON, with its error as a sentence."""
    if answer is None:
        return None
    if answer.error is not None:
        return {**answer.question, "error": error_text(answer.error)}
    return {**answer.question, **answer.found}
