"""Terms of layers that few networks have: the glossary takes them in."""

from dataclasses import dataclass

from model.base.errors import N_


@dataclass(frozen=True)
class Term:
    """A term and its explanation, in English; shown in the visitor's language."""

    name: str
    text: str


RARE = {
    "transposed_convolution": Term(
        N_("Transposed convolution"),
        N_(
            "A convolution run backwards: each input cell lays the kernel, multiplied by its "
            "value, on the output, and what overlaps is added up. With a stride of 2 the maps come "
            "out twice as large, which is how networks that draw enlarge what they have."
        ),
    ),
    "upsampling": Term(
        N_("Upsampling"),
        N_(
            "Makes maps larger without any weights: each cell is repeated (nearest), or new cells "
            "are mixed from their neighbors (bilinear). Networks that draw or mark pixels use it "
            "to come back to the size of the picture."
        ),
    ),
    "layer_normalization": Term(
        N_("Layer and group normalization"),
        N_(
            "Bring the numbers of one picture to a mean of 0 and a variance of 1: those of a cell, "
            "of a layer, or of a group of maps. Unlike batch normalization they need no other "
            "pictures, so they compute the same in training and afterwards."
        ),
    ),
}
