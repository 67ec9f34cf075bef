"""The stack endpoint: the same pixels as the frames, in display order, for whoever may see them."""

from io import BytesIO

import numpy as np
import pytest
from django.conf import settings
from pydicom import Dataset, dcmread
from pydicom.uid import EnhancedMRImageStorage, JPEG2000Lossless, RLELossless

from cmrkit.contracts import StackMeta
from cmrkit.dicomio import load_pixels
from cmrkit.dicomio.rendered import frame_values
from cmrkit.dicomio.stackstream import read_stream
from portal.imaging.models import Instance, Stack, Study
from portal.imaging.services import stack_streams
from portal.storage import files
from tests.factories import reading as f
from tests.factories.entry import WsgiClient
from tests.factories.imaging import import_files, import_phantom, phantom_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(world: f.World) -> Study:
    return import_phantom(world.project, world.coordinator)


def address(world: f.World, stack: Stack) -> str:
    return f"/dicomweb/{world.slug}/stacks/{stack.pk}"


def assert_same_pixels(stack: Stack, content: bytes) -> None:
    """Against what pydicom reads from the stored files, by the stack's own places."""
    hashes = dict(Instance.objects.values_list("sop_instance_uid", "blob_id"))
    truth = load_pixels(StackMeta.from_json(stack.meta), lambda uid: files.read_bytes(hashes[uid]))
    index, frames = read_stream(content)
    seen = set()
    for (s, p), (slope, intercept), frame in zip(index.order, index.rescale, frames, strict=True):
        assert np.array_equal(frame.astype(np.float32) * slope + intercept, truth[s, p])
        seen.add((s, p))
    assert len(seen) == sum(a is not None for row in stack.addresses for a in row)


def test_it_holds_every_frame_in_display_order(world: f.World, study: Study) -> None:
    stack = Stack.objects.get(study=study)
    client = WsgiClient(f.Api(world.coordinator).client)
    first = client.get(address(world, stack))
    assert first.status_code == 200
    assert_same_pixels(stack, first.content)
    index, _ = read_stream(first.content)
    assert [s for s, p in index.order if p == 0] == [2, 1, 3, 0, 4]
    assert index.order[: stack.n_phases] == tuple((2, p) for p in range(stack.n_phases))
    kept = list((settings.ACCORD_DATA_DIR / "cache" / "stacks").glob(f"{stack.pk}-*"))
    assert len(kept) == 1
    assert client.get(address(world, stack)).content == first.content  # from the cache
    kept[0].unlink()
    assert client.get(address(world, stack)).content == first.content  # made anew
    again = client.get(address(world, stack), if_none_match=first.headers["ETag"])
    assert again.status_code == 304


def test_the_first_frames_come_before_the_last_are_read(
    world: f.World, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    wanted = stack_streams.read_ranges

    def watched(*arguments: object) -> bytes:
        read.append(arguments)
        return wanted(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(stack_streams, "read_ranges", watched)
    stack = Stack.objects.get(study=study)
    pieces = stack_streams.stack_stream(stack, "watched")
    for _ in range(1 + stack.n_phases):
        next(pieces)
    assert len(read) == stack.n_phases
    pieces.close()  # type: ignore[attr-defined]
    folder = settings.ACCORD_DATA_DIR / "cache" / "stacks"
    assert not list(folder.glob("*.new"))
    assert not list(folder.glob("*-watched"))  # half a stream is not kept


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless])
def test_compressed_files(world: f.World, syntax: str) -> None:
    contents = []
    for path in phantom_files()[:8]:
        dataset = dcmread(path)
        dataset.compress(syntax, generate_instance_uid=False)
        out = BytesIO()
        dataset.save_as(out)
        contents.append(out.getvalue())
    import_files(world.project, world.coordinator, contents)
    stack = Stack.objects.get()
    answer = WsgiClient(f.Api(world.coordinator).client).get(address(world, stack))
    assert answer.status_code == 200
    assert_same_pixels(stack, answer.content)


def two_frames() -> bytes:
    """Enhanced MR: 1000 under the slope of all frames, 2000 under one of its own; the slope at the
    top is nobody's."""
    dataset = dcmread(phantom_files()[0])
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    dataset.NumberOfFrames, dataset.RescaleSlope, dataset.RescaleIntercept = 2, 9, 9
    pixels = np.full((2, dataset.Rows, dataset.Columns), 1000, dtype="<u2")
    pixels[1] = 2000
    dataset.PixelData = pixels.tobytes()
    shared = Dataset()
    shared.PixelValueTransformationSequence = [rescaled(0.25)]
    dataset.SharedFunctionalGroupsSequence = [shared]
    frames = [Dataset(), Dataset()]
    for number, frame in enumerate(frames):
        beat = Dataset()
        beat.NominalCardiacTriggerDelayTime = 400.0 * number
        frame.CardiacSynchronizationSequence = [beat]
    frames[1].PixelValueTransformationSequence = [rescaled(0.125)]
    dataset.PerFrameFunctionalGroupsSequence = frames
    out = BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def rescaled(slope: float) -> Dataset:
    item = Dataset()
    item.RescaleSlope, item.RescaleIntercept, item.RescaleType = slope, 0, "US"
    return item


def test_each_frame_has_the_values_that_its_own_slope_makes(world: f.World) -> None:
    data = two_frames()
    import_files(world.project, world.coordinator, [data])
    stack = Stack.objects.get()
    meta = StackMeta.from_json(stack.meta)
    assert (meta.n_slices, meta.n_phases) == (1, 2)
    assert np.array_equal(np.unique(load_pixels(meta, lambda _: data)), [250])
    for number in (1, 2):
        assert np.array_equal(np.unique(frame_values(data, number).values), [250])
    answer = WsgiClient(f.Api(world.coordinator).client).get(address(world, stack))
    assert read_stream(answer.content)[0].rescale == ((0.25, 0.0), (0.125, 0.0))
    assert_same_pixels(stack, answer.content)


def test_a_reader_gets_the_stacks_of_the_own_reads_and_no_uids(
    world: f.World, study: Study
) -> None:
    stack = Stack.objects.get(study=study)
    reader = WsgiClient(f.Api(world.reader_a).client)
    assert reader.get(address(world, stack)).status_code == 404
    assert study.case is not None
    (read,) = world.assign(study.case, world.reader_a)
    own = f"/dicomweb/{world.slug}/stacks/{f.stack_id(read)}"
    answer = reader.get(own)
    assert answer.status_code == 200
    assert_same_pixels(stack, answer.content)
    head = answer.content[:4000]
    for secret in (study.study_uid, stack.addresses[0][0][1], "SECRET"):
        assert secret.encode() not in head
    assert stack_streams.stream_tag(stack) not in answer.headers["ETag"]
    assert reader.get(address(world, stack)).status_code == 404
    assert WsgiClient(f.Api(world.reader_b).client).get(own).status_code == 404
    f.Api(world.coordinator).post(f"reads/{read.pk}/withdraw/", {"reason": "swapped"})
    assert reader.get(own).status_code == 404


def test_a_stack_of_unlike_frames_is_refused_with_a_name(world: f.World, study: Study) -> None:
    one = Instance.objects.order_by("created_at").first()
    assert one is not None
    Instance.objects.filter(pk=one.pk).update(rows=63)
    stack = Stack.objects.get(study=study)
    answer = WsgiClient(f.Api(world.coordinator).client).get(address(world, stack))
    assert answer.status_code == 409
    assert b"stack_not_offered" in answer.content
