"""Which run is trained when, and the processes that train. Never loads Keras itself."""
