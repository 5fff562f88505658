"""Numbers: everything Convscope computes, usable from the command line without the pages.

`serving` answers (NumPy, OpenCV, ONNX Runtime), `learning` makes networks (Keras),
`handwriting` writes digits as hands do. Only `learning` may import Keras.
"""
