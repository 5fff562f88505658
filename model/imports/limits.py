"""How large a network from elsewhere may be; pages tell it before anybody chooses a file.

A file holds four bytes a parameter, and three times that where it was saved with the state of
Adam. The others keep the stage alive: it computes every layer while somebody draws, at some
hundred million multiply-adds a second on a telephone, and shows every activation.
"""

MOST_BYTES = 30_000_000  # of the file, and of the weights in it
MOST_CONFIG = 1_000_000  # bytes of JSON; a layer takes about a thousand
MOST_LAYERS = 128  # those of models inside the model included
MOST_PARAMETERS = 4_000_000
MOST_PRODUCTS = 200_000_000  # multiply-adds for one picture
MOST_ACTIVATIONS = 2_000_000  # numbers that all layers answer one picture with
DEEPEST = 4  # models inside each other
MOST_SIDE = 64  # pixels of the square that it reads
MOST_CLASSES = 100
