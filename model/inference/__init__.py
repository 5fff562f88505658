"""Networks that answer, with ONNX Runtime and never Keras: cards, passes, verdicts."""
