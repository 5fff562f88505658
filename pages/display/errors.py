"""How a page shows what went wrong: one sentence, in the visitor's language."""

import streamlit as st

from model.base.errors import UserError
from pages.visitor.language import error_text


def show_error(error: UserError | None) -> None:
    """Show an error's sentence where the page stands; nothing where there is no error."""
    if error is not None:
        st.error(error_text(error), icon=":material/error:")
