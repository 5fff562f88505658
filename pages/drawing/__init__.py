"""The digit of a visitor: canvas, upload, camera, samples, and what they chose of it."""
