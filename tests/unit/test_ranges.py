"""Byte ranges through descriptors that stay open, and files that change under them."""

import pytest

from portal.storage import files
from portal.storage.errors import BytesMissing
from portal.storage.ranges import forget, read_ranges


@pytest.fixture
def stored(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}"
    sha256 = "ab" * 32
    path = files.path_of(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(range(100)))
    yield sha256, path
    forget(sha256)


def test_ranges_come_in_the_order_asked_for(stored) -> None:
    assert read_ranges(stored[0], (10, 2), (0, 1)) == bytes([10, 11, 0])


def test_a_file_that_was_put_back_is_read_again(stored) -> None:
    sha256, path = stored
    whole = path.read_bytes()
    assert read_ranges(sha256, (0, 100)) == whole
    path.write_bytes(b"cut")
    with pytest.raises(BytesMissing):
        read_ranges(sha256, (0, 100))
    path.unlink()
    with pytest.raises(BytesMissing):
        read_ranges(sha256, (0, 100))
    path.write_bytes(whole)
    assert read_ranges(sha256, (0, 100)) == whole
