"""Numbers: everything Convscope computes, usable from the command line without the pages.

Each package says in its first line what is in it and whether Keras may be loaded there;
`tests/test_architecture.py` holds which may import which.
"""
