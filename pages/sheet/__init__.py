"""The page of numbers: a picture, the boxes of its digits, and what is read in each."""
