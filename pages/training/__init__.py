"""The training room: `form` asks for a run, `runs` watches it and shows its results."""
