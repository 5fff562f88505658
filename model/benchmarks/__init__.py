"""How fast everything here is, beside the usual way. Loads Keras to compare with it."""
