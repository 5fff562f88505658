"""The layer explorer: what is open in it, and its texts."""
