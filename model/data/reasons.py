"""Why digits cannot be trained on: each sentence once, by the code that a failed run keeps."""

from model.base.errors import N_, UserError

SENTENCES = {
    "mnist_missing": N_(
        "MNIST was not found on this computer and could not be downloaded: give its file with "
        "--data or CONVSCOPE_MNIST, or use --data digits for the 1,797 small digits of "
        "scikit-learn."
    ),
    "data_incomplete": N_("{path} lacks one of the arrays {names}."),
    "data_unreadable": N_("{path} cannot be read as an .npz file of digits."),
    "data_pixels": N_("x_{part} in {path} must be uint8 of n × 28 × 28; it is {dtype} of {shape}."),
    "data_labels": N_("y_{part} in {path} must be one whole number for each image."),
    "data_classes": N_("y_{part} in {path} must hold labels from 0 to 9, and at least one."),
}


class DataError(UserError):
    """Says why digits cannot be trained on, by one of the codes above."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(SENTENCES[code], **values)
        self.code = code
