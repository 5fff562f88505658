"""The trainer's process: builds, trains, monitors and records a network. Loads Keras."""
