"""The proxy of compose.yaml on this machine: Debian's nginx, other ports, no certificate."""

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def configuration(folder: Path, port: int, replicas: Sequence[int]) -> str:
    """Return what compose.yaml gives nginx, for web processes on these ports of this machine."""
    text = yaml.safe_load((ROOT / "compose.yaml").read_text())["configs"]["nginx"]["content"]
    text = text.replace("$$", "$").replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = re.sub(r"ssl_certificate\S* \S+;", "", text)
    text = re.sub(r"server \{\s+listen 80;.*?\}", "", text, flags=re.DOTALL)
    (server,) = re.findall(r"server web:8501[^;]*;", text)
    each = [server.replace("web:8501", f"127.0.0.1:{replica}") for replica in replicas]
    text = text.replace(server, "\n".join(each))
    return f"daemon off; pid {folder}/pid; error_log {folder}/errors;\n{text}"
