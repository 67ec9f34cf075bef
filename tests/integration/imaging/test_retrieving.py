"""WADO-RS: media types, transcoding, bulk data, rendered resources, tags, capabilities."""

from email import message_from_bytes
from email.message import Message
from io import BytesIO
from typing import Any

import numpy as np
import orjson
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from api.dicomweb.shown import renamed_address
from cmrkit.dicomio.rendered import FrameValues, Window, WindowFunction, grey
from portal.imaging.models import Instance
from tests.factories import reading as f
from tests.factories.entry import WsgiClient
from tests.factories.imaging import import_files, phantom_files

pytestmark = pytest.mark.django_db
PLAIN = "1.2.840.10008.1.2.1"
OCTETS, DICOM = "application/octet-stream", "application/dicom"
PRIVATE_BYTES = bytes(range(200)) + b"\0\0"


class Client:
    def __init__(self, world: f.World, person: Any = None) -> None:
        self.client = WsgiClient(f.Api(person or world.coordinator).client)
        self.root = f"/dicomweb/{world.slug}"

    def get(self, path: str, accept: str = "", **headers: str) -> Any:
        named = {"accept": accept, **headers} if accept else headers
        return self.client.get(f"{self.root}{path}", **named)


def parts_of(answer: Any) -> list[Message]:
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    message = message_from_bytes(head + answer.content)
    parts = message.get_payload()
    assert isinstance(parts, list)
    return parts  # type: ignore[return-value]


def content(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def stored(world: f.World, *contents: bytes) -> str:
    """Import; the address of the first instance below the project's."""
    import_files(world.project, world.coordinator, list(contents))
    one = Instance.objects.select_related("series__study").order_by("created_at")[0]
    study, series = one.series.study.study_uid, one.series.series_uid
    return f"/studies/{study}/series/{series}/instances/{one.sop_instance_uid}"


def changed(number: int = 0, *, rle: bool = False, **values: Any) -> bytes:
    dataset = dcmread(phantom_files()[number])
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    if rle:
        dataset.compress(RLELossless, generate_instance_uid=False)
    out = BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def pixels(number: int = 0) -> bytes:
    return dcmread(phantom_files()[number]).pixel_array.astype("<u2").tobytes()


@pytest.fixture
def plain(world: f.World) -> str:
    return stored(world, changed())


@pytest.fixture
def packed(world: f.World) -> str:
    return stored(world, changed(rle=True))


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", f"multipart/related; {OCTETS}"),
        ("*/*", f"multipart/related; {OCTETS}"),
        ('multipart/related; type="application/octet-stream"', f"multipart/related; {OCTETS}"),
        ("multipart/related; type=application/octet-stream; transfer-syntax=*", "multipart"),
        (f'multipart/related; type="{OCTETS}"; transfer-syntax={PLAIN}', "multipart"),
        ("application/octet-stream", OCTETS),
        ("image/jls;q=0.9, application/octet-stream;q=0.5", OCTETS),
    ],
)
def test_uncompressed_frames(world: f.World, plain: str, accept: str, media_type: str) -> None:
    answer = Client(world).get(f"{plain}/frames/1", accept)
    assert answer.status_code == 200
    if media_type == OCTETS:
        assert answer.headers["Content-Type"] == f"{OCTETS}; transfer-syntax={PLAIN}"
        assert answer.content == pixels()
    else:
        (part,) = parts_of(answer)
        assert part.get_content_type() == OCTETS
        assert content(part) == pixels()


def test_compressed_frames_as_stored_or_decoded(world: f.World, packed: str) -> None:
    client = Client(world)
    for accept in ("", "*/*", f'multipart/related; type="{OCTETS}"; transfer-syntax=*',
                   'multipart/related; type="image/dicom-rle"'):  # fmt: skip
        (part,) = parts_of(client.get(f"{packed}/frames/1", accept))
        assert part.get_content_type() == "image/dicom-rle"
        assert part.get_param("transfer-syntax") == str(RLELossless)
        assert len(content(part)) < len(pixels())
    for accept in (f'multipart/related; type="{OCTETS}"',
                   f'multipart/related; type="{OCTETS}"; transfer-syntax={PLAIN}'):  # fmt: skip
        (part,) = parts_of(client.get(f"{packed}/frames/1", accept))
        assert part.get_content_type() == OCTETS
        assert content(part) == pixels()
    assert client.get(f"{packed}/frames/1", OCTETS).content == pixels()


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        'multipart/related; type="image/jls"',
        'multipart/related; type="application/dicom"',
        f'multipart/related; type="{OCTETS}"; transfer-syntax=1.2.840.10008.1.2.4.80',
        f"{OCTETS};q=0",
    ],
)
def test_what_is_not_offered_is_406(world: f.World, plain: str, accept: str) -> None:
    answer = Client(world).get(f"{plain}/frames/1", accept)
    assert answer.status_code == 406
    assert "Offered here" in orjson.loads(answer.content)["error"]["message"]


@pytest.mark.parametrize(("numbers", "status"), [("0", 404), ("2", 404), ("a", 400), ("1,,1", 400)])
def test_wrong_frame_numbers(world: f.World, plain: str, numbers: str, status: int) -> None:
    assert Client(world).get(f"{plain}/frames/{numbers}").status_code == status


@pytest.mark.parametrize("n_fragments", [2, 5])
def test_a_frame_in_fragments_comes_whole(world: f.World, n_fragments: int) -> None:
    dataset = dcmread(BytesIO(changed(rle=True)))
    whole = content(_first_part(world, changed(1, rle=True)))
    dataset = dcmread(BytesIO(changed(1, rle=True, SOPInstanceUID="1.2.77")))
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.77"
    dataset.PixelData = encapsulate([whole], fragments_per_frame=n_fragments)
    out = BytesIO()
    dataset.save_as(out)
    import_files(world.project, world.coordinator, [out.getvalue()])
    row = Instance.objects.select_related("series__study").get(sop_instance_uid="1.2.77")
    assert len(row.frame_ranges[0]) == 2 * n_fragments
    path = f"/studies/{row.series.study.study_uid}/series/{row.series.series_uid}/instances/1.2.77"
    (part,) = parts_of(Client(world).get(f"{path}/frames/1"))
    assert content(part) == whole
    (part,) = parts_of(Client(world).get(f"{path}/frames/1", f'multipart/related; type="{OCTETS}"'))
    assert content(part) == pixels(1)


def _first_part(world: f.World, data: bytes) -> Message:
    return parts_of(Client(world).get(f"{stored(world, data)}/frames/1"))[0]


def test_files_as_stored_and_uncompressed(world: f.World, packed: str) -> None:
    client, data = Client(world), changed(rle=True)
    for accept in ("", "*/*", f'multipart/related; type="{DICOM}"; transfer-syntax=*'):
        (part,) = parts_of(client.get(packed, accept))
        assert content(part) == data
    bare = client.get(packed, DICOM)
    assert bare.content == data
    (part,) = parts_of(
        client.get(packed, f'multipart/related; type="{DICOM}"; transfer-syntax={PLAIN}')
    )
    found = dcmread(BytesIO(content(part)))
    assert found.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert found.PixelData == pixels()
    assert found.SOPInstanceUID == dcmread(BytesIO(data)).SOPInstanceUID
    other = f'multipart/related; type="{DICOM}"; transfer-syntax=1.2.840.10008.1.2.4.80'
    assert client.get(packed, other).status_code == 406
    assert client.get(f"{packed}?accept=image/png").status_code == 406
    series = packed.rpartition("/instances/")[0]
    assert content(parts_of(client.get(series))[0]) == data


def test_bulk_data(world: f.World) -> None:
    dataset = dcmread(phantom_files()[0])
    block = dataset.private_block(0x0021, "ACCORD TEST", create=True)
    block.add_new(1, "OB", PRIVATE_BYTES)
    out = BytesIO()
    dataset.save_as(out)
    path = stored(world, out.getvalue())
    client = Client(world)
    (metadata,) = orjson.loads(client.get(f"{path}/metadata").content)
    uri = metadata["7FE00010"]["BulkDataURI"]
    assert uri == f"http://localhost{client.root}{path}/bulkdata/7FE00010"
    assert (
        client.client.get(uri.removeprefix("http://localhost"), accept=OCTETS).content == pixels()
    )
    uri = metadata["00211001"]["BulkDataURI"].removeprefix("http://localhost")
    (part,) = parts_of(client.client.get(uri))
    assert content(part) == PRIVATE_BYTES
    assert client.get(f"{path}/bulkdata/00100010").status_code == 404
    assert client.get(f"{path}/bulkdata/nothing").status_code == 400
    assert client.get(f"{path}/bulkdata/7FE00010", "image/png").status_code == 406
    study = Instance.objects.get().series.study
    (read,) = world.assign(study.case, world.reader_a)  # type: ignore[arg-type]
    reader = Client(world, world.reader_a)
    path, uri = (renamed_address(text, f.names_of(read)) for text in (path, uri))
    (seen,) = orjson.loads(reader.get(f"{path}/metadata").content)
    assert "00211001" not in seen
    assert reader.get(f"{path}/bulkdata/7FE00010", OCTETS).content == pixels()
    assert reader.client.get(uri).status_code == 403


def picture(answer: Any) -> Image.Image:
    assert answer.status_code == 200, answer.content[:300]
    return Image.open(BytesIO(answer.content))


def test_rendered(world: f.World, plain: str) -> None:
    client = Client(world)
    jpeg = picture(client.get(f"{plain}/rendered"))
    assert (jpeg.format, jpeg.size) == ("JPEG", (64, 64))
    png = picture(client.get(f"{plain}/rendered?window=500,800,linear", "image/png"))
    values = dcmread(phantom_files()[0]).pixel_array.astype(float)
    expected = np.rint(np.clip((values - 499.5) / 799 + 0.5, 0, 1) * 255)
    assert np.abs(np.asarray(png) - expected).max() <= 1
    other = picture(client.get(f"{plain}/frames/1/rendered?window=100,50", "image/png"))
    assert not np.array_equal(np.asarray(other), np.asarray(png))
    assert picture(client.get(f"{plain}/rendered?viewport=200,100")).size == (100, 100)
    part = picture(
        client.get(f"{plain}/rendered?window=500,800&viewport=32,32,0,0,32,32", "image/png")
    )
    assert np.array_equal(np.asarray(part), np.asarray(png)[:32, :32])
    small = client.get(f"{plain}/rendered?quality=5")
    assert len(small.content) < len(client.get(f"{plain}/rendered?quality=95").content)
    assert client.get(f"{plain}/rendered", "application/pdf").status_code == 406


@pytest.mark.parametrize(
    "query",
    ["window=1", "window=1,0", "window=a,b", "window=1,2,magic", "viewport=0,5", "viewport=9",
     "viewport=5,5,70,0,5,5", "quality=0", "quality=x", "window=nan,5", "viewport=99999,9"],
)  # fmt: skip
def test_wrong_rendering_parameters(world: f.World, plain: str, query: str) -> None:
    assert Client(world).get(f"{plain}/rendered?{query}").status_code == 400


def test_a_series_as_cine_and_thumbnails_at_all_levels(world: f.World) -> None:
    path = stored(world, *[p.read_bytes() for p in phantom_files()[:8]])
    series, client = path.rpartition("/instances/")[0], Client(world)
    study = series.partition("/series/")[0]
    cine = picture(client.get(f"{series}/rendered", "image/gif"))
    assert (cine.format, cine.n_frames) == ("GIF", 8)  # type: ignore[attr-defined]
    stills = parts_of(client.get(f"{study}/rendered", 'multipart/related; type="image/png"'))
    assert [p.get_content_type() for p in stills] == ["image/png"] * 8
    for level in (study, series, path, f"{path}/frames/1"):
        small = picture(client.get(f"{level}/thumbnail"))
        assert max(small.size) <= 192
    assert picture(client.get(f"{path}/thumbnail?viewport=40,40", "image/jpeg")).size == (40, 40)


STILLS = 'multipart/related; type="image/png"'


@pytest.mark.parametrize("level", ["study", "series"])
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/png", "PNG"),
        ("image/jpeg", "JPEG"),
        ("image/*", "JPEG"),
        ("application/pdf, image/png", "PNG"),
        (f"{STILLS}; q=0.5, image/png", "PNG"),
        ("image/png;q=0.9, image/gif;q=0.1, */*;q=0.1", "PNG"),
    ],
)
def test_many_frames_are_one_picture_where_a_still_is_asked_for(
    world: f.World, level: str, accept: str, kind: str
) -> None:
    """The middle frame's."""
    path = stored(world, *[p.read_bytes() for p in phantom_files()[:5]])
    series, client = path.rpartition("/instances/")[0], Client(world)
    place = series if level == "series" else series.partition("/series/")[0]
    answer = client.get(f"{place}/rendered", accept)
    assert picture(answer).format == kind
    pictures = parts_of(client.get(f"{series}/rendered", STILLS.replace("png", kind.lower())))
    alone = [p.get_payload(decode=True) for p in pictures]
    assert answer.content == alone[2]
    assert alone.count(answer.content) == 1, "another frame looks different"


@pytest.mark.parametrize("accept", [STILLS, f"{STILLS}, image/png;q=0.5", "*/*", "*/*, image/png"])
def test_many_frames_are_all_there_where_one_is_not_asked_for(world: f.World, accept: str) -> None:
    path = stored(world, *[p.read_bytes() for p in phantom_files()[:3]])
    series = path.rpartition("/instances/")[0]
    assert len(parts_of(Client(world).get(f"{series}/rendered", accept))) == 3


def test_a_tag_saves_the_way(world: f.World, plain: str) -> None:
    client = Client(world)
    for path in (plain, f"{plain}/metadata", f"{plain}/frames/1", f"{plain}/rendered",
                 f"{plain}/thumbnail", f"{plain}/bulkdata/7FE00010"):  # fmt: skip
        first = client.get(path)
        tag = first.headers["ETag"]
        again = client.get(path, if_none_match=f'"x", {tag}')
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["ETag"] == tag
        assert client.get(path, if_none_match='"x"').status_code == 200
        assert "private" in first.headers["Cache-Control"]


def test_what_may_grow_is_asked_for_again(world: f.World) -> None:
    path = stored(world, *[p.read_bytes() for p in phantom_files()[:2]])
    client = Client(world)
    series = path.rpartition("/instances/")[0]
    study = series.rpartition("/series/")[0]
    assert "immutable" in client.get(path).headers["Cache-Control"]
    for address in (study, series, f"{study}/metadata"):
        first = client.get(address)
        again = client.get(address, if_none_match=first.headers["ETag"])
        assert again.status_code == 304
        for answer in (first, again):
            assert answer.headers["Cache-Control"] == "private, no-cache", address
    import_files(world.project, world.coordinator, [phantom_files()[2].read_bytes()])
    assert client.get(study, if_none_match=first.headers["ETag"]).status_code == 200
    assert len(parts_of(client.get(study))) == 3


def test_capabilities(world: f.World) -> None:
    api = f.Api(world.coordinator).client
    found = api.get(f"/dicomweb/{world.slug}/").json()
    offered = {(r["method"], r["path"]) for r in found["resources"]}
    assert ("GET", "studies/{study}/series/{series}/metadata") in offered
    assert ("POST", "studies") in offered
    wadl = api.options(f"/dicomweb/{world.slug}/", HTTP_ACCEPT="application/vnd.sun.wadl+xml")
    assert wadl.content.startswith(b"<?xml")
    assert b"studies/{study}" in wadl.content
    assert f.Api(f.user("Nobody")).client.get(f"/dicomweb/{world.slug}/").status_code == 404


@pytest.mark.parametrize(
    ("function", "at_center", "below", "above"),
    [
        # PS3.3 C.11.2.1.2.1: y = ((x - (c - 0.5)) / (w - 1) + 0.5) * 255
        (WindowFunction.LINEAR, 128, 0, 255),
        (WindowFunction.LINEAR_EXACT, 128, 0, 255),
        (WindowFunction.SIGMOID, 128, 30, 225),
    ],
)
def test_windows(function: WindowFunction, at_center: int, below: int, above: int) -> None:
    values = np.array([[1000.0, 1000.0 - 200, 1000.0 + 200]], dtype=np.float32)
    shown = grey(FrameValues(values, None, inverted=False), Window(1000.0, 400.0, function))
    assert abs(int(shown[0, 0]) - at_center) <= 1
    assert abs(int(shown[0, 1]) - below) <= 1
    assert abs(int(shown[0, 2]) - above) <= 1
    inverted = grey(FrameValues(values, None, inverted=True), Window(1000.0, 400.0, function))
    assert np.array_equal(255 - shown, inverted)
