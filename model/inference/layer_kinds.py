"""The kinds of layers that a network may have, one row each, for Python and for the browser.

To add a kind:

1. Add its row to `LAYER_KINDS`. Names, explanations, colors, receptive fields, feature maps and
   what a card repeats of its settings follow from the row; the browser gets it with each network.
2. Write it as ONNX: a function in `WRITERS` of model/export/onnx_graph.py, or of one of the two
   modules that it gathers.
3. Compute it in the browser: a function in `KINDS` of the engine's kinds.mjs.
4. Explain one of its numbers: a function in `KINDS` of cells.mjs. A layer with a kernel has an
   entry in kernels.mjs too, one whose channels read others than their own in fields.mjs.
5. Put it into one of the networks in tests/components/explained.py: they are compared with Keras.
6. To let visitors build with it, add it to model/experiments/layer_specs.py.

tests/components/test_layer_kinds.py names whatever is missing. `python -m tests.layer_kinds`
writes the rows down for the tests of the browser's modules, `python -m tests.catalogue` collects
the new words for translation.
"""

import json
import zlib
from dataclasses import dataclass
from typing import Literal, TypedDict

from model.base.errors import N_

# Keras's own grouping of its layers, but for those that pad or rescale.
Family = Literal[
    "input",
    "convolution",
    "dense",
    "pooling",
    "normalization",
    "activation",
    "regularization",  # hands its input on unchanged once training is over
    "reshaping",  # hands its input on in another shape
    "padding",  # adds rows and columns around, or cuts them off
    "resizing",  # makes maps larger
    "rescaling",
    "merging",
    "unknown",
]

# What one cell of a layer reads of the layer before, as far as rows and columns go.
Window = Literal[
    "kernel_size",  # slides; its size is the setting of that name, as are strides and padding
    "pool_size",  # the same
    "cell",  # the cell at the same place
    "map",  # all of a map
    "padding",  # the cell at the same place, less the rows and columns added around
    "cropping",  # the cell at the same place, with the rows and columns cut off
    "transposed",  # those whose cells the same kernel would read: it slides over the output
    "size",  # the cell, or the few cells, around the place that many times smaller
    "axis",  # the cell at the same place, and what stands beside it along the setting of that name
    "groups",  # all of a map, and of those in the same group
    "",  # says nothing of rows and columns: Flatten and Reshape renumber, an input reads nothing
]

# How what a layer answered is shown beside a digit.
Shows = Literal[
    "maps",  # each channel is a feature map
    "units",  # each unit is a number
    "",  # not beside the digit, only in the explorer
]


class KindFacts(TypedDict):
    """What the browser's modules know of a kind of layer; words come with the page."""

    family: Family
    window: Window
    shows: Shows
    sign: str


@dataclass(frozen=True)
class LayerKind:
    """What there is to know of one Keras class of layers, but for its arithmetic."""

    name: str  # the Keras class: "Conv2D"
    family: Family
    title: str  # in words, for the catalogues: N_("convolution")
    window: Window = "cell"
    shows: Shows = ""
    explanation: str = N_("Computed from {inbound}.")  # how it computes a map, for the catalogues
    sign: str = "·"  # what stands for it where it has no outline of its own
    settings: tuple[str, ...] = ()  # of Keras, that change a number or a shape; cards repeat them

    @property
    def facts(self) -> KindFacts:
        """What the browser's modules know of it."""
        return {
            "family": self.family,
            "window": self.window,
            "shows": self.shows,
            "sign": self.sign,
        }


_SLIDING = ("strides", "padding")
_CONVOLVING = ("kernel_size", *_SLIDING, "dilation_rate", "activation")

_ROWS = (
    LayerKind(
        "InputLayer",
        "input",
        N_("input layer"),
        window="",
        explanation=N_("The digit as the network receives it."),
    ),
    LayerKind(
        "Conv2D",
        "convolution",
        N_("convolution"),
        window="kernel_size",
        shows="maps",
        explanation=N_(
            "Each map of {inbound} is convolved with its own {high} × {wide} kernel; the results "
            "are summed, the bias is added, and the activation function ({activation}) is applied."
        ),
        settings=("filters", *_CONVOLVING, "groups"),
    ),
    LayerKind(
        "DepthwiseConv2D",
        "convolution",
        N_("depthwise convolution"),
        window="kernel_size",
        shows="maps",
        explanation=N_("Depthwise convolution: one map of {inbound}, one kernel."),
        settings=(*_CONVOLVING, "depth_multiplier"),
    ),
    LayerKind(
        "SeparableConv2D",
        "convolution",
        N_("separable convolution"),
        window="kernel_size",
        shows="maps",
        explanation=N_(
            "Depthwise step: each map of {inbound} is convolved with its own kernel. Pointwise "
            "step: the results are combined with 1 × 1 weights."
        ),
        settings=("filters", *_CONVOLVING, "depth_multiplier"),
    ),
    LayerKind(
        "Conv2DTranspose",
        "convolution",
        N_("transposed convolution"),
        window="transposed",
        shows="maps",
        explanation=N_(
            "Each cell of {inbound} lays its own {high} × {wide} kernel, multiplied by it, on the "
            "output; where kernels overlap they add up. Read backwards: each output cell sums the "
            "few cells whose kernels reach it, adds the bias, and applies the activation function "
            "({activation})."
        ),
        settings=("filters", *_CONVOLVING, "output_padding"),
    ),
    LayerKind(
        "MaxPooling2D",
        "pooling",
        N_("max pooling"),
        window="pool_size",
        shows="maps",
        explanation=N_(
            "Each cell is the maximum of {high} × {wide} cells of the same map of {inbound}."
        ),
        settings=("pool_size", *_SLIDING),
    ),
    LayerKind(
        "AveragePooling2D",
        "pooling",
        N_("average pooling"),
        window="pool_size",
        shows="maps",
        explanation=N_(
            "Each cell is the mean of {high} × {wide} cells of the same map of {inbound}."
        ),
        settings=("pool_size", *_SLIDING),
    ),
    LayerKind(
        "GlobalMaxPooling2D",
        "pooling",
        N_("global max pooling"),
        window="map",
        settings=("keepdims",),
    ),
    LayerKind(
        "GlobalAveragePooling2D",
        "pooling",
        N_("global average pooling"),
        window="map",
        settings=("keepdims",),
    ),
    LayerKind(
        "UpSampling2D",
        "resizing",
        N_("upsampling"),
        window="size",
        shows="maps",
        explanation=N_(
            "Each map of {inbound}, {high} × {wide} times as large: every cell repeated (nearest), "
            "or the mean of its neighbors weighted by how near they are (bilinear)."
        ),
        sign="⤢",
        settings=("size", "interpolation"),
    ),
    LayerKind(
        "Dense",
        "dense",
        N_("fully connected (dense)"),
        shows="units",
        settings=("units", "activation"),
    ),
    LayerKind(
        "BatchNormalization",
        "normalization",
        N_("batch normalization"),
        settings=("epsilon", "axis", "scale"),
    ),
    LayerKind(
        "LayerNormalization",
        "normalization",
        N_("layer normalization"),
        window="axis",
        explanation=N_(
            "The mean and variance of the numbers of {inbound} that stand beside each other, for "
            "this picture alone; then each is normalized by them, scaled by gamma and shifted by "
            "beta."
        ),
        settings=("epsilon", "axis", "scale", "center"),
    ),
    LayerKind(
        "GroupNormalization",
        "normalization",
        N_("group normalization"),
        window="groups",
        explanation=N_(
            "The mean and variance of a group of maps of {inbound}, for this picture alone; then "
            "each cell is normalized by them, scaled by gamma and shifted by beta."
        ),
        settings=("epsilon", "groups", "axis", "scale", "center"),
    ),
    LayerKind(
        "Normalization",
        "normalization",
        N_("input normalization"),
        explanation=N_(
            "Each number of {inbound}, less the mean of the training data and divided by its "
            "standard deviation."
        ),
        settings=("axis",),
    ),
    LayerKind("Activation", "activation", N_("activation"), settings=("activation",)),
    LayerKind(
        "ReLU",
        "activation",
        N_("ReLU activation"),
        settings=("negative_slope", "max_value", "threshold"),
    ),
    LayerKind("LeakyReLU", "activation", N_("leaky ReLU activation"), settings=("negative_slope",)),
    LayerKind(
        "PReLU",
        "activation",
        N_("PReLU activation"),
        explanation=N_("Above 0 unchanged; below, multiplied by a slope that was learned."),
        settings=("shared_axes",),
    ),
    LayerKind("ELU", "activation", N_("ELU activation"), settings=("alpha",)),
    LayerKind("Softmax", "activation", N_("softmax"), settings=("axis",)),
    LayerKind("Dropout", "regularization", N_("dropout"), settings=("rate",)),
    LayerKind("SpatialDropout2D", "regularization", N_("spatial dropout"), settings=("rate",)),
    LayerKind("GaussianNoise", "regularization", N_("Gaussian noise")),
    LayerKind("Flatten", "reshaping", N_("flatten"), window=""),
    LayerKind("Reshape", "reshaping", N_("reshape"), window="", settings=("target_shape",)),
    LayerKind(
        "ZeroPadding2D",
        "padding",
        N_("zero padding"),
        window="padding",
        settings=("padding",),
    ),
    LayerKind(
        "Cropping2D",
        "padding",
        N_("cropping"),
        window="cropping",
        explanation=N_("{inbound} without the rows and columns at its edges."),
        settings=("cropping",),
    ),
    LayerKind("Rescaling", "rescaling", N_("rescaling"), settings=("scale", "offset")),
    LayerKind(
        "Add",
        "merging",
        N_("addition"),
        explanation=N_("Element-wise sum of the same cells of {inbound}."),
        sign="+",
    ),
    LayerKind("Subtract", "merging", N_("subtraction"), sign="−"),
    LayerKind("Multiply", "merging", N_("multiplication"), sign="×"),
    LayerKind("Average", "merging", N_("element-wise average")),
    LayerKind("Maximum", "merging", N_("element-wise maximum")),
    LayerKind("Minimum", "merging", N_("element-wise minimum")),
    LayerKind(
        "Concatenate",
        "merging",
        N_("concatenation"),
        explanation=N_("The maps of {inbound}, concatenated along the channels."),
        sign="⊕",
        settings=("axis",),
    ),
)

LAYER_KINDS = {kind.name: kind for kind in _ROWS}
WITH_MAPS = tuple(kind.name for kind in _ROWS if kind.shows == "maps")
WITH_UNITS = tuple(kind.name for kind in _ROWS if kind.shows == "units")

# Changes with what the browser gets of the kinds, so that it keeps nothing older.
FACTS_VERSION = f"{zlib.crc32(json.dumps([kind.facts for kind in _ROWS]).encode()):08x}"


def layer_kind(name: str) -> LayerKind:
    """Return the row of a Keras class; one that has none is "unknown" and keeps Keras's name."""
    return LAYER_KINDS.get(name) or LayerKind(name, "unknown", name, window="")
