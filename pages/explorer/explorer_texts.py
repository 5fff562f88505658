"""What an opened map and its cells say, in the visitor's language."""

from collections.abc import Iterable, Mapping

from assets.components.opened_map import KerasAnswer
from model.inference.layer_kinds import LAYER_KINDS, layer_kind
from pages.display import texts
from pages.explorer.payload import Answer
from pages.explorer.view_state import KEPT
from pages.visitor.language import _, error_text


def opened_map(*, reads_digits: bool) -> dict[str, object]:
    """Return all words of what is open of a network, which may read other things than digits."""
    spoken = texts.maps()
    return {
        **{key: spoken[key] for key in ("map", "places", "silent", "strongest", "joints")},
        **texts.export(),
        **_places(),
        **_comparing(),
        **_filming(),
        **_summing(reads_digits),
        "empty": _("There is no ink on the canvas, so there is nothing to explore."),
        "secret": _("Guess first: the numbers of this layer tell the prediction."),
    }


def _places() -> dict[str, object]:
    return {
        "to_map": _("How it is made"),
        "to_cell": _("The whole sum of a cell"),
        "previous": _("Previous"),
        "next": _("Next"),
        "close": _("Close"),
        "unit": _("{layer}, unit {unit}"),
        "unit_value": _("{layer}, unit {unit}: {value}"),
        "place": _("row {row}, column {column}:"),
        "place_at": _("row {row}, column {column}"),
        "sees": _(
            "Receptive field of this cell: {high} × {wide} pixels of the digit, padding included "
            "(see the frames). The receptive field of the neighboring cell has the same size, "
            "shifted by {stride}."
        ),
        "sees_all": _("Receptive field of this unit: {high} × {wide} pixels, padding included."),
    }


def _comparing() -> dict[str, object]:
    return {
        "compare": _("Compare with"),
        "showing": _("Show"),
        "sides": {
            "both": _("both"),
            "a": _("yours"),
            "b": _("the other"),
            "difference": _("the difference"),
        },
        "predicted": _("The other is classified as {digit} ({probability})."),
        "loading": _("Computing all layers…"),
        "unreachable": _("The server is not responding. Reload the page to try again."),
        "same": _("Both give identical activations in every layer."),
        "part": _("They first differ in {layer}, and most in {most} (by {share})."),
        "part_usual": _(
            "Measured by how far two different digits usually lie apart (the mean over our "
            "examples), the two are nearest in {near} ({near_share}) and furthest apart in {far} "
            "({far_share})."
        ),
        "unlike": _("These two networks have layers of different shapes and cannot be compared."),
    }


def _filming() -> dict[str, object]:
    return {
        "player": {
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
            "Arrow keys: move the window. Space: play. Enter: open the cell. Esc: close."
        ),
        "window_sum": {
            "inputs": _("Cells in the window"),
            "weights": _("Kernel"),
            "products": _("Products"),
        },
        "adds": _("{layer} · {channel} adds"),
        "read": _(
            "All {count} input maps, the strongest first: what each adds, and the sum so far"
        ),
        "before": _("before the activation"),
        "after": _("after"),
        "stories": {name: _(kind.explanation) for name, kind in LAYER_KINDS.items()}
        | {"other": _(layer_kind("").explanation)},
    }


def _summing(reads_digits: bool) -> dict[str, object]:
    return {
        "order": _("Products"),
        "orders": {"place": _("by position"), "size": _("largest first")},
        "decimals": _("Decimals"),
        "padding": _("(zero padding)"),
        "write_out": _("Show all products"),
        "shown": _("The network's value"),
        "check": _("Check against Keras"),
        "asking": _("Computing in Keras…"),
        "keras": _("Keras: {value}. Computed above: {ours}. Difference: {gap}."),
        "effective": _("Effective receptive field: which pixels matter most"),
        "reach": _(
            "The pixels with at least 1/20 of the strongest influence span {rows} × {columns}; the "
            "frame is the theoretical receptive field."
        ),
        "gradient": _("Gradient magnitude"),
        "why_not": _("Why not another class?"),
        "against": _("Compare with"),
        "ahead": _("The logit of {one} is larger by {gap} than that of {other}."),
        "behind": _("The logit of {one} is smaller by {gap} than that of {other}."),
        "contrast_map": _("Input"),
        "contrast_difference": _("Difference"),
        "contrast_rest": _("{count} others"),
        "contrast_bias": _("Bias"),
        "temperature": _("Temperature"),
        "together": _("Total"),
        "softmax_columns": [
            _("Class"),
            _("Logit z"),
            _("exp((z − {largest}) / {temperature})"),
            _("Probability (softmax)"),
        ],
        "softmax_sentence": _("{exponential} / {sum}: the probability of {unit} is {probability}."),
        "steps": {
            "sum": _("Sum of {products} products"),
            "sum_padded": _("Sum of {products} products, {padded} of them zero padding"),
            "bias": _("+ bias {bias}"),
            "largest": _("Maximum of {cells} cells: row {row}, column {column}"),
            "smallest": _("Minimum of {cells} cells: row {row}, column {column}"),
            "mean": _("Mean of {cells} cells"),
            "added": _("Sum of {cells} cells"),
            "multiplied": _("Product of {cells} cells"),
            "normalized": _(
                "{layer}: ({x} − {mean}) / √({variance} + {epsilon}) · {gamma} + {beta}"
            ),
            "mean_of": _("Mean of {cells} numbers of this picture"),
            "variance_of": _("Variance of the same {cells} numbers"),
            "quotient": _("Softmax: exp of this logit ÷ sum over all classes"),
            "copied": _("Unchanged"),
            "padding": _("Zero padding"),
            "joined": _("Map {channel} of {layer}, unchanged"),
            "pixel": _("One input pixel, from 0 (paper) to 1 (ink)")
            if reads_digits
            else _("One number of the picture, from 0 to 1"),
            "unknown": _("Convscope shows this layer type but cannot explain it yet"),
        },
    }


def choices(samples: Iterable[str], networks: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what a digit can be compared with: values of `comparison()` and their labels."""
    listed = [("", _("nothing")), (KEPT, _("this digit, kept as it is now"))]
    listed += [(f"network:{id}", title) for id, title in networks.items()]
    return listed + [(f"sample:{name}", texts.sample(name)) for name in samples]


def answer(answer: Answer | None) -> KerasAnswer | None:
    """Return the Keras engine's answer as plain JSON, with its error as a sentence."""
    if answer is None:
        return None
    if answer.error is not None:
        return {**answer.question, "error": error_text(answer.error)}
    return {**answer.question, **answer.found}
