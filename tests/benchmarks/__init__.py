"""How fast it is, how many it serves and how well it reads: commands, never timed tests.

    python -m tests.benchmarks.load              every promise to a class, a school and a crowd
    python -m tests.benchmarks.load class live   only those; --short tries them for 8 seconds each
    python -m tests.benchmarks.load training     a class draws while a network is trained
    python -m tests.benchmarks.load --visitors 30 --every 1 --seconds 60 [--live]
    python -m tests.benchmarks.browser           pen lift to painted, in Chromium
    python -m tests.benchmarks.explorer          first picture and frames of the layer explorer
    python -m tests.benchmarks.pictures          how well singles and pages are found and read
    python -m tests.benchmarks.uploads           what the worst uploads cost, in time and memory
    python -m tests.benchmarks.handwriting       how well people's handwriting is read
    python -m tests.benchmarks.experiments       how far gradients vanish, and what helps
    python -m tests.benchmarks.pen               a drawing to pixels, in Python and in JavaScript

All take `--json`. Load, browser and explorer start a server of their own with an empty
CONVSCOPE_HOME; the first two ask the one that `--url` names instead. Drawings are those of the
file that CONVSCOPE_PEN_STROKES names, else our synthesiser's. The speed of one forward pass and of
training is measured by `python -m model bench`.
"""
