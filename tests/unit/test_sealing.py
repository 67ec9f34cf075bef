"""Sealed values and files: they open with their key and purpose, and only whole."""

from io import BytesIO

import pytest

from portal.core.sealing import CHUNK, SealBroken, seal, seal_chunks, unseal, unseal_file


def _file(data: bytes) -> bytes:
    return b"".join(seal_chunks([data[k : k + 1000] for k in range(0, len(data), 1000)], "a"))


def _open(sealed: bytes, purpose: str = "a") -> bytes:
    return b"".join(unseal_file(BytesIO(sealed), purpose))


def test_a_value_opens_for_its_purpose_alone(settings):
    sealed = seal(b"PATIENT", "a")
    assert b"PATIENT" not in sealed
    assert unseal(sealed, "a") == b"PATIENT"
    with pytest.raises(SealBroken):
        unseal(sealed, "b")
    settings.ACCORD_VAULT_KEY = "another"
    with pytest.raises(SealBroken):
        unseal(sealed, "a")


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_file_comes_back_as_it_went_in(size):
    data = bytes(k % 251 for k in range(size))
    assert _open(_file(data)) == data


@pytest.mark.parametrize("harm", ["cut", "cut at a block", "swapped", "flipped", "longer", "head"])
def test_a_harmed_file_is_refused(harm):
    block = CHUNK + 16
    sealed = bytearray(_file(bytes(3 * CHUNK)))
    if harm == "cut":
        del sealed[-1]
    elif harm == "cut at a block":
        del sealed[15 + 2 * block :]
    elif harm == "swapped":
        first, second = sealed[15 : 15 + block], sealed[15 + block : 15 + 2 * block]
        sealed[15 : 15 + 2 * block] = second + first
    elif harm == "flipped":
        sealed[100] ^= 1
    elif harm == "longer":
        sealed += b"x"
    else:
        del sealed[:3]
    with pytest.raises(SealBroken):
        _open(bytes(sealed))
