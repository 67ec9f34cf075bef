"""Keeping secrets at rest: what is sealed here can be read with the installation's vault key alone.

Small values (credentials, an entry of the re-identification list) and whole files (quarantine) use
AES-256-GCM under a key derived for their purpose, so that a sealed value can't be moved to another
place and opened there. Files are sealed in chunks; each chunk is bound to its number and the last
one is marked, so that a file that was cut, reordered or altered is refused.
"""

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from portal.core.errors import Unavailable

_MAGIC = b"ACCORD1\n"
_NONCE = 12  # bytes, as GCM wants it
_PREFIX = 7  # random bytes of a file's nonces; four count its chunks and one marks the last
_TAG = 16
CHUNK = 1 << 18


class SealBroken(Unavailable):
    """The key is another one, or the sealed bytes were changed."""

    code = "seal_broken"
    message = (
        "This can't be opened: the vault key is another one, or the bytes were changed. Restore "
        "the vault key that belongs to this installation."
    )


@lru_cache(maxsize=16)
def _cipher(key: str, purpose: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return AESGCM(derived.derive(key.encode()))


def _for(purpose: str) -> AESGCM:
    return _cipher(settings.ACCORD_VAULT_KEY, purpose)


def seal(data: bytes, purpose: str) -> bytes:
    """A small value, sealed. ``purpose`` names where it is kept, such as ``intake.identity``."""
    nonce = os.urandom(_NONCE)
    return nonce + _for(purpose).encrypt(nonce, data, None)


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Raises SealBroken."""
    try:
        return _for(purpose).decrypt(bytes(sealed[:_NONCE]), bytes(sealed[_NONCE:]), None)
    except (InvalidTag, ValueError) as error:
        raise SealBroken() from error


def seal_chunks(chunks: Iterable[bytes], purpose: str) -> Iterator[bytes]:
    """The sealed form of a file, piece by piece; memory stays flat."""
    cipher, prefix = _for(purpose), os.urandom(_PREFIX)
    yield _MAGIC + prefix
    for number, (piece, last) in enumerate(_blocks(chunks)):
        yield cipher.encrypt(_nonce(prefix, number, last=last), piece, None)


def unseal_file(stream: BinaryIO, purpose: str) -> Iterator[bytes]:
    """The content of a sealed file, piece by piece. Raises SealBroken, at the piece that is wrong
    or missing: what came before is good, the file as a whole isn't."""
    head = stream.read(len(_MAGIC) + _PREFIX)
    if len(head) != len(_MAGIC) + _PREFIX or not head.startswith(_MAGIC):
        raise SealBroken()
    cipher, prefix = _for(purpose), head[len(_MAGIC) :]
    number = 0
    sealed = stream.read(CHUNK + _TAG)
    while True:
        following = stream.read(CHUNK + _TAG)
        try:
            yield cipher.decrypt(_nonce(prefix, number, last=not following), sealed, None)
        except InvalidTag as error:
            raise SealBroken() from error
        if not following:
            return
        number, sealed = number + 1, following


class SealedBlocks:
    """Single blocks of a sealed file whose content has ``size`` bytes: CHUNK bytes each, the last
    one what is left."""

    def __init__(self, stream: BinaryIO, purpose: str, size: int) -> None:
        head = stream.read(len(_MAGIC) + _PREFIX)
        if len(head) != len(_MAGIC) + _PREFIX or not head.startswith(_MAGIC):
            raise SealBroken()
        self._stream, self._cipher, self._prefix = stream, _for(purpose), head[len(_MAGIC) :]
        self._last = max(0, (size - 1) // CHUNK)

    def read(self, number: int) -> bytes:
        """Raises SealBroken."""
        self._stream.seek(len(_MAGIC) + _PREFIX + number * (CHUNK + _TAG))
        sealed = self._stream.read(CHUNK + _TAG)
        try:
            nonce = _nonce(self._prefix, number, last=number == self._last)
            return self._cipher.decrypt(nonce, sealed, None)
        except InvalidTag as error:
            raise SealBroken() from error


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\1" if last else b"\0")


def _blocks(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """(block, whether it is the last): blocks of CHUNK bytes, the last one shorter or empty."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True
