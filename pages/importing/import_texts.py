"""What the page says of a network from elsewhere, in the visitor's language."""

from model.base.errors import N_
from model.imports import limits
from model.imports.inspection import Plan
from model.imports.scaling import Tried
from model.inference.origin import Imported
from pages.display.numbers import counted, percent
from pages.visitor.language import _

SCALINGS = {
    "unit": N_("0 to 1: paper 0, ink 1"),
    "bytes": N_("0 to 255: paper 0, ink 255"),
    "signed": N_("−1 to 1: paper −1, ink 1"),
    "unit_inverted": N_("1 to 0: paper 1, ink 0"),
    "bytes_inverted": N_("255 to 0: paper 255, ink 0"),
    "signed_inverted": N_("1 to −1: paper 1, ink −1"),
}
ENDINGS = {
    "softmax": N_("Its softmax was taken off: Convscope shows logits, and softmax beside them."),
    "log_softmax": N_("Its log-softmax was taken off: Convscope shows logits and their softmax."),
    "sigmoid": N_("Its sigmoid was taken off: Convscope shows logits, and sigmoid beside them."),
    "binary": N_("Its one sigmoid became two logits, whose softmax is the same probability."),
}


def limits_told() -> list[str]:
    """Return what may be brought, before anybody chooses a file."""
    return [
        _(
            "A .keras file of Keras 3: model.save('model.keras'). Sequential or functional, with "
            "branches and models inside if you like; a square image of at most {side} × {side} "
            "pixels, gray or in color, goes in, and 2 to {classes} classes come out."
        ).format(side=limits.MOST_SIDE, classes=limits.MOST_CLASSES),
        _(
            "At most {size} MB, {parameters} parameters, {layers} layers, {products} "
            "multiply-adds and {activations} activations per digit."
        ).format(
            size=round(limits.MOST_BYTES / 1e6),
            parameters=counted(limits.MOST_PARAMETERS),
            layers=limits.MOST_LAYERS,
            products=counted(limits.MOST_PRODUCTS),
            activations=counted(limits.MOST_ACTIVATIONS),
        ),
        _(
            "Nothing in the file is executed: its layers are checked and rebuilt one by one. Only "
            "you see the network, and anyone with its link."
        ),
    ]


def summary(plan: Plan) -> str:
    """Return what a network is, in a line."""
    return _("{layers} layers, {parameters} parameters, {products} multiply-adds per digit").format(
        layers=len(plan.layers) + 1,
        parameters=counted(plan.parameters),
        products=counted(plan.products),
    )


def scaling(name: str) -> str:
    """Return a scaling of pixels in words."""
    return _(SCALINGS.get(name, name))


def added(title: str) -> str:
    """Return that a network is there now."""
    return _("{title} was added: it is in the list at the top of every page.").format(title=title)


def reads(tried: Tried) -> str:
    """Return how well a network reads known digits under one scaling."""
    return _("reads {share} of the known digits").format(share=percent(tried.accuracy, 0))


def reading(label: int, probability: float) -> str:
    """Return what a known digit was read as."""
    return _("{digit}, {probability}").format(digit=label, probability=percent(probability, 0))


def origin(imported: Imported) -> list[str]:
    """Return what is known of a network that was trained elsewhere."""
    told = [
        _("This network was trained elsewhere; on what, nobody told."),
        _("It takes pixels as they were in its training: {scaling}.").format(
            scaling=scaling(imported.scaling)
        ),
    ]
    return [*told, _(ENDINGS[imported.ending])] if imported.ending in ENDINGS else told


def chooser() -> dict[str, str]:
    """Return the words of the component that takes a file."""
    return {
        "choose": _("Choose a .keras file"),
        "drop": _("or drop it here"),
        "sending": _("Sending {name}"),
        "too_large": _("The file has {size} MB; the limit is {most} MB."),
        "failed": _("The file could not be sent. Check the connection, and try again."),
    }
