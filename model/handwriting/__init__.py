"""Handwriting made by numbers: digits in the forms people write, and scribbles that are none."""

from model.handwriting.hand import digits, forms_of, outliers, scribble, write

__all__ = ["digits", "forms_of", "outliers", "scribble", "write"]
