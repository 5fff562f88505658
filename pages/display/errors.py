"""How a page shows what went wrong: one sentence, in the visitor's language."""

import streamlit as st

from model.base.errors import UserError
from pages.display.texts import plain
from pages.visitor.language import error_text


def show_error(error: UserError | None) -> None:
    """Show an error's sentence where the page stands; nothing where there is no error.

    What the sentence quotes may come from an address: it is shown as the text that it is.
    """
    if error is not None:
        st.error(plain(error_text(error)), icon=":material/error:")
