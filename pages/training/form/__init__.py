"""Asking for a run: the form, a network put together, experiments, the start button."""
