"""What the components need to explain the glossary's terms on the visitor's digit."""

from assets.components.glossary import GlossaryData
from pages.display.glossary import TERMS
from pages.visitor.language import _


def glossary_data() -> GlossaryData:
    """Return all terms in the visitor's language, and the words around their examples."""
    return {
        "words": words(),
        "terms": {key: {"name": _(term.name), "text": _(term.text)} for key, term in TERMS.items()},
    }


def words() -> dict[str, object]:
    """Return what is said around a term: where its example lies, and what its numbers are."""
    return {
        "close": _("Close"),
        "here": _("On this digit:"),
        "places": {
            "layer": "{layer}",
            "map": _("{layer}, map {channel}"),
            "cell": _("{layer}, map {channel}, row {row}, column {column}"),
            "unit": _("{layer}, unit {unit}"),
        },
        "said": {
            "products": _("Sum of the {count} products: {sum}"),
            "all_maps": _("This is map {channel} of {layer}. All {count} maps together: {sum}"),
            "with_bias": _("With the bias: {sum}"),
            "kernel_of": _("The kernel for map {channel} of {layer}"),
            "filter_of": _("{kernels} kernels of {high} × {wide}, and one bias"),
            "filter_of_one": _("One kernel of {high} × {wide}, and one bias"),
            "same_weights": _(
                "The same {weights} weights per input map at {rows} × {columns} = {places} places"
            ),
            "shape": _("{height} rows × {width} columns × {channels} channels"),
            "stride_is": _("Stride {stride}. Width of the output:"),
            "padding_same": _("same: {added} zeros are added to each row. Width of the output:"),
            "padding_valid": _("valid: no zeros are added. Width of the output:"),
            "parameters_all": _("The whole network: {total}"),
            "flatten_index": _("(row · width + column) · channels + channel = index"),
            "flatten_value": _("Number {index} of the row is {value}"),
            "largest_logit": _("The largest is the logit of {digit}: {value}"),
            "softmax_sum": _("Σ = {sum} is the sum of all exponentials"),
        },
    }
