"""Compile the sums of products for the browser: `python -m tests.products`.

Needs clang with its WebAssembly target, and lld. What it writes is checked in, so that nobody else
needs them; a test fails where the C source has changed since.
"""

import base64
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ENGINE = Path(__file__).parents[1] / "assets" / "components" / "shared" / "engine"
SOURCE = ENGINE / "products.c"
BINARY = ENGINE / "products_binary.mjs"
COMMAND = (
    "clang",
    "--target=wasm32",
    "-msimd128",
    "-Os",  # with -O2 the sums are kept in memory, not in registers: half as fast
    "-fno-builtin",  # or there are calls of memcpy, which nobody has
    "-ffp-contract=off",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-nostdlib",
    "-Wl,--no-entry,--import-memory,--strip-all,-z,stack-size=0",
)
_COLUMNS = 96


def fingerprint() -> str:
    """Return the SHA-256 of the C source and of the command that compiles it."""
    return hashlib.sha256(" ".join(COMMAND).encode() + b"\n" + SOURCE.read_bytes()).hexdigest()


def compiled() -> bytes:
    """Compile the C source; RuntimeError with the compiler's words where it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "products.wasm"
        done = subprocess.run(
            [*COMMAND, "-o", binary, SOURCE], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return binary.read_bytes()


def module(binary: bytes) -> str:
    """Return the JavaScript module that holds a binary and says what it was compiled from."""
    text = base64.b64encode(binary).decode()
    lines = [text[begin : begin + _COLUMNS] for begin in range(0, len(text), _COLUMNS)]
    joined = " +\n  ".join(f'"{line}"' for line in lines)
    return (
        "/** products.c, compiled by `python -m tests.products`. */\n\n"
        "/** SHA-256 of the source and of the command that compiled it. */\n"
        f'export const FINGERPRINT = "{fingerprint()}";\n\n'
        f"/** The module as base64, {len(binary):,} bytes. */\n"
        f"export const BINARY =\n  {joined};\n"
    )


def main() -> int:
    """Compile and write the module."""
    try:
        binary = compiled()
    except (OSError, RuntimeError) as error:
        print(f"products.c could not be compiled: {error}", file=sys.stderr)
        return 1
    BINARY.write_text(module(binary), "utf-8")
    print(f"{BINARY.name}: {len(binary):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
