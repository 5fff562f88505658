"""How fast it is, how many it serves and how well it reads: commands, never timed tests.

    python -m tests.benchmarks.load              every promise to a class, a school and a crowd
    python -m tests.benchmarks.load class live   only those; --short tries them for 8 seconds each
    python -m tests.benchmarks.load --visitors 30 --every 1 --seconds 60 [--live]
    python -m tests.benchmarks.browser           pen lift to painted, in Chromium
    python -m tests.benchmarks.handwriting       how well people's handwriting is read
    python -m tests.benchmarks.experiments       how far gradients vanish, and what helps

The first two start a server of their own with an empty CONVSCOPE_HOME, unless `--url` names one,
and take `--json`. Their drawings are those of the file that CONVSCOPE_PEN_STROKES names, else our
synthesiser's. The speed of one forward pass is measured by `python -m model bench`.
"""
