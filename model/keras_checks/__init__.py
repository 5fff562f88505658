"""Questions that only Keras answers, asked of a process of its own that loads it."""
