"""The key that signs the trail's anchors, and those whose signature is accepted (G4). Needs no database."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from daras.home import default_home
from daras.home.folder import write_private


class AnchorRefused(Exception):
    """No anchor can be made or read, and why."""


def signing_key(*, make: bool = False) -> Ed25519PrivateKey:
    """The key in `$DARAS_ANCHOR_KEY` (PEM), else the home's own, which is made where there is none and it is wanted.

    `openssl genpkey -algorithm ed25519 -out FILE` makes one. Raises `AnchorRefused`.
    """
    configured = os.environ.get("DARAS_ANCHOR_KEY")
    if make and not configured and not _home_key().exists():
        _make_key(_home_key())
    return private_key_in(Path(configured) if configured else _home_key())


def private_key_in(path: Path) -> Ed25519PrivateKey:
    """The private key in a PEM file. Raises `AnchorRefused`."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise AnchorRefused(f"DARAS_ANCHOR_KEY: {path} holds no private key that can be read.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise AnchorRefused(f"DARAS_ANCHOR_KEY: the key in {path} is not an Ed25519 key.")
    return key


def public_key_in(path: Path) -> str:
    """The public key in a PEM file, as anchors name it. Raises `AnchorRefused`."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AnchorRefused(f"{path} holds no public key that can be read.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise AnchorRefused(f"The key in {path} is not an Ed25519 key.")
    return named(key)


def named(key: Ed25519PublicKey) -> str:
    """A public key as anchors name it: its 32 bytes in base64."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def _home_key() -> Path:
    return default_home() / "anchor-key.pem"


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_private(path, pem.decode())
