"""Packs a folder of a run into one file to take along."""

import io
import zipfile
from pathlib import Path


def packed(folder: Path) -> bytes:
    """Return a zip archive of every file of a folder, under its path from there."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
    return content.getvalue()
