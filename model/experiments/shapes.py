"""A design laid out as the layers that Keras will build, without Keras.

`layers_of` returns their shapes and parameters, and refuses what cannot be built or would burden
the machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from model.base.errors import N_, UserError
from model.experiments.designs import ACTIVATIONS, KERNEL_INITIALIZERS, OWN, Design, Spec
from model.experiments.layer_specs import KINDS, PlannedLayer, Shape, choice

DIGIT = "digit"  # the input, (28, 28, 1)
LOGITS = "logits"  # the last layer, (10,)

MOST_LAYERS = 40
MOST_PARAMETERS = 500_000
MOST_ACTIVATIONS = 500_000  # numbers that all layers answer one digit with; they fill the memory
_DEEPEST = 3  # residual blocks and branches inside each other

# The settings that a spec of each kind may have; blocks have layers inside.
_SETTINGS = {kind: settings for kind, (_lay_out, settings) in KINDS.items()} | {
    "residual": ("layers",),
    "branches": ("branches",),
}


@dataclass(frozen=True, kw_only=True)
class PlacedLayer(PlannedLayer):
    """One layer of a design in its place."""

    name: str  # "conv1"
    inbound: tuple[str, ...] = ()  # the layers it reads; `DIGIT` is the input


def layers_of(design: Design) -> list[PlacedLayer]:
    """Return the layers of a design, from the first after the input to the ten logits.

    A UserError names the layer that cannot be, or the limit that is passed.
    """
    plan = _Plan(design)
    tail = plan.series(design.specs, DIGIT)
    tail = plan.flat(tail)
    if design.dropout:
        tail = plan.one({"kind": "dropout", "rate": design.dropout, "name": "dropout"}, tail)
    plan.one({"kind": "dense", "units": 10, "name": LOGITS}, tail)
    if design.architecture == OWN:
        _check_size(plan.layers)
    return plan.layers


def parameters(design: Design) -> int:
    """Return the number of parameters of a network of this design."""
    return sum(layer.parameters for layer in layers_of(design))


def _check_size(found: Sequence[PlacedLayer]) -> None:
    limits = [
        (N_("The network has {count} layers; the limit is {most}."), len(found), MOST_LAYERS),
        (
            N_("The network has {count} parameters; the limit is {most}."),
            sum(layer.parameters for layer in found),
            MOST_PARAMETERS,
        ),
        (
            N_("The network produces {count} activations per digit; the limit is {most}."),
            sum(prod(layer.output_shape) for layer in found),
            MOST_ACTIVATIONS,
        ),
    ]
    for sentence, count, most in limits:
        if count > most:
            raise UserError(sentence, count=f"{count:,}", most=f"{most:,}")


class _Plan:
    """The layers laid out so far."""

    def __init__(self, design: Design) -> None:
        self.layers: list[PlacedLayer] = []
        self._design = design
        self._shapes: dict[str, Shape] = {DIGIT: (28, 28, 1)}
        self._given = {DIGIT, LOGITS, *_names(design.specs)}
        self._deep = 0
        choice("activation", design.activation, ("", *ACTIVATIONS))
        choice("kernel_initializer", design.kernel_initializer, ("", *KERNEL_INITIALIZERS))

    def series(self, specs: Any, tail: str) -> str:
        """Lay out specs one after the other behind the layer `tail`; name the last one."""
        if not isinstance(specs, Sequence) or isinstance(specs, str):
            raise UserError(N_("{value} is not a valid list of layers."), value=repr(specs)[:80])
        for spec in specs:
            tail = self.one(spec, tail)
        return tail

    def one(self, spec: Any, tail: str) -> str:
        """Lay out one spec behind the layer `tail`; name the layer that it ends with."""
        if not isinstance(spec, Mapping) or spec.get("kind") not in _SETTINGS:
            kind = spec.get("kind") if isinstance(spec, Mapping) else spec
            raise UserError(
                N_("Unknown layer type {kind}; known ones: {known}."),
                kind=repr(kind)[:80],
                known=", ".join(_SETTINGS),
            )
        if len(self.layers) > 4 * MOST_LAYERS:
            raise UserError(N_("The network has more than {most} layers."), most=MOST_LAYERS)
        if unknown := set(spec) - {"kind", "name", *_SETTINGS[spec["kind"]]}:
            raise UserError(
                N_("Layer type {kind} has no setting {setting}."),
                kind=spec["kind"],
                setting=repr(min(unknown, key=str))[:80],
            )
        if spec["kind"] == "residual":
            return self._residual(spec, tail)
        if spec["kind"] == "branches":
            return self._branches(spec, tail)
        if spec["kind"] == "dense":
            tail = self.flat(tail)
        lay_out, _settings = KINDS[spec["kind"]]
        return self._add(spec, lay_out(spec, self._shapes[tail], self._design), tail)

    def flat(self, tail: str) -> str:
        """Flatten what is still a picture."""
        return tail if len(self._shapes[tail]) == 1 else self.one({"kind": "flatten"}, tail)

    def _add(self, spec: Spec, layer: PlannedLayer, *inbound: str) -> str:
        """Add a layer that reads others, and give its name."""
        name = spec.get("name") or self._next_name(spec["kind"])
        if not _is_name(name):
            raise UserError(
                N_("{name} is not a valid layer name: use lowercase letters, digits and _."),
                name=repr(name)[:80],
            )
        if name in self._shapes:
            raise UserError(N_("Two layers are named {name}."), name=name)
        self._shapes[name] = layer.output_shape
        self.layers.append(PlacedLayer(**vars(layer), name=name, inbound=inbound))
        return name

    def _residual(self, spec: Spec, tail: str) -> str:
        last = self._inside(spec.get("layers"), tail)
        before, after = self._shapes[tail], self._shapes[last]
        if after != before or last == tail:
            raise UserError(
                N_(
                    "A residual block adds its input, {before}, to the output of its layers, "
                    "{after}: both must have the same shape."
                ),
                before=_size(before),
                after=_size(after),
            )
        return self._add(spec, PlannedLayer("Add", after), last, tail)

    def _branches(self, spec: Spec, tail: str) -> str:
        branches = spec.get("branches")
        if not isinstance(branches, Sequence) or isinstance(branches, str) or len(branches) < 2:
            raise UserError(N_("A branch block needs at least two branches."))
        ends = [self._inside(branch, tail) for branch in branches]
        shapes = [self._shapes[end] for end in ends]
        if len({shape[:-1] for shape in shapes}) > 1:
            raise UserError(
                N_(
                    "The branches cannot be concatenated: their feature maps differ in size "
                    "({shapes})."
                ),
                shapes=", ".join(map(_size, shapes)),
            )
        joined = (*shapes[0][:-1], sum(shape[-1] for shape in shapes))
        return self._add(spec, PlannedLayer("Concatenate", joined), *ends)

    def _inside(self, specs: Any, tail: str) -> str:
        """Lay out what stands inside a block."""
        self._deep += 1
        if self._deep > _DEEPEST:
            raise UserError(N_("Blocks are nested more than {most} levels deep."), most=_DEEPEST)
        last = self.series(specs, tail)
        self._deep -= 1
        return last

    def _next_name(self, kind: str) -> str:
        stem, number = _STEMS.get(kind, kind), 1
        if stem == "flatten" and stem not in self._given:
            return stem
        while (name := f"{stem}{number}") in self._given or name in self._shapes:
            number += 1
        return name


_STEMS = {
    "max_pool": "pool",
    "average_pool": "pool",
    "global_average_pool": "pool",
    "batch_normalization": "norm",
    "residual": "add",
    "branches": "concatenate",
}


def _names(specs: Any) -> Iterator[str]:
    """Yield every name that a design gives, so that none is given a second time."""
    waiting = [specs]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            if each.get("name"):
                yield str(each["name"])
            waiting += [each.get("layers"), each.get("branches")]
        elif isinstance(each, Sequence) and not isinstance(each, str):
            waiting += each


def _is_name(name: Any) -> bool:
    plain = isinstance(name, str) and name.isascii() and name.replace("_", "a").isalnum()
    return plain and len(name) <= 32 and name == name.lower() and name[0].isalpha()


def _size(shape: Shape) -> str:
    return " × ".join(map(str, shape))
