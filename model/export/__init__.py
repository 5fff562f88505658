"""Keras networks become published ones: ONNX graph, checks, card. Loads Keras and onnx."""
