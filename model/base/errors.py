"""Sentences for the person who sees them: what was wrong, what was received, what to do."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own word for "translate this later"
    """Mark a sentence for the catalogues and return it unchanged."""
    return sentence


class UserError(ValueError):
    """An input that cannot be used; `str()` is the reason as one English sentence.

    `template` is the sentence as it stands in the catalogues and `values` fill its braces, so
    that a page can say it in the visitor's language.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values
