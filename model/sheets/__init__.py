"""A page of numbers, as somebody puts its boxes right by hand."""
