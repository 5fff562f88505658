"""What is open of the network: a map, a cell, a comparison, and its texts."""
