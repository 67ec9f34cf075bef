"""What came back beside what was stored."""

from io import BytesIO

from pydicom import Dataset, dcmwrite

from tests.peers.material import Files


def value(row: dict, keyword: str) -> object:  # type: ignore[type-arg]
    found = Dataset.from_json(row).get(keyword)
    return found if found is None or isinstance(found, int | list) else str(found)


def values(rows: list[dict], keyword: str) -> list[object]:  # type: ignore[type-arg]
    return [value(row, keyword) for row in rows]


def sent(dataset: Dataset) -> bytes:
    """The file as the client encodes it: group lengths, which are retired, it leaves out."""
    out = BytesIO()
    dcmwrite(out, dataset)
    return out.getvalue()


def same(found: Dataset, source: Dataset) -> bool:
    """Every byte of the file, pixels and group 2 included."""
    return sent(found) == sent(source)


def assert_all_same(found: list[Dataset], source: Files) -> None:
    by_uid = {str(d.SOPInstanceUID): d for d in found}
    assert len(found) == len(by_uid) == len(source.datasets)
    assert all(same(by_uid[str(d.SOPInstanceUID)], d) for d in source.datasets)
