"""From bytes or strokes to the 28 × 28 pixels that a network reads, every step kept."""
