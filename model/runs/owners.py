"""Whose a run is: the id of a visitor, which also tells who come from one address.

An address stands in no file: an id begins with a mark that this server's key makes of it.
"""

import base64
import contextlib
import hashlib
import hmac
import secrets
from pathlib import Path

_MARK = 8  # characters
_KEY_BYTES = 32


def new_key() -> bytes:
    """Return a new key."""
    return secrets.token_bytes(_KEY_BYTES)


def kept_key(path: Path) -> bytes:
    """Return the key that lies there, made by whoever asks first; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(new_key())
        with contextlib.suppress(FileExistsError):  # unlike a rename it leaves what came first
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_bytes()


def new_owner(key: bytes, address: str) -> str:
    """Return a new id that nobody can guess, for a visitor from this address; 30 characters."""
    digest = hmac.digest(key, f"address {address}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode()[:_MARK] + secrets.token_urlsafe(16)


def neighborhood(owner: str) -> str:
    """Return what the ids of all visitors from one address have in common."""
    return owner[:_MARK]


def owner_hash(owner: str) -> str:
    """Return what stands on a card for a visitor; their id cannot be found from it."""
    return hashlib.sha256(owner.encode()).hexdigest()
