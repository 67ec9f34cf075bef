"""A first reading and a hidden second one of the same case have no name in common; when another
reader submits can't be told from anything that is sent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydicom.dataset import Dataset

from portal.accounts.models import Notification
from portal.annotations.models import Annotation
from portal.annotations.services.drafts import store_draft
from portal.cases.models import Case
from portal.core import clock
from portal.imaging import aliases
from portal.imaging.models import Instance, Stack, Study
from portal.reads.models import Read
from portal.reads.services.reminders import send_reminders
from tests.factories import reading as f
from tests.factories import reading_twins as twins
from tests.factories.locking import heart, import_heart

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SENT = "1.2.826.0.1.3680043.9.55501"


def dress(dataset: Dataset) -> None:
    """UIDs where scanners write them, beside those of study, series and instance."""
    dataset.IrradiationEventUID = f"{SENT}.1"
    dataset.SynchronizationFrameOfReferenceUID = f"{SENT}.2"
    dataset.ConcatenationUID = f"{SENT}.3"
    inner = Dataset()
    inner.DimensionOrganizationUID = f"{SENT}.4"
    dataset.DimensionOrganizationSequence = [inner]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_to(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    set_to(NOON)
    return set_to


class Pair:
    """One reader's first and second reading of a case, and their reading of another."""

    def __init__(self, world: f.World, at: Callable[[datetime], None]) -> None:
        self.world, self.at, self.api = world, at, f.Api(world.reader_a)
        f.set_rules(world, duplicates_share=0.5, washout_days=14, time_limit_days=7, ai="never")
        for seed in (34, 36):
            import_heart(world, heart(seed, n_slices=3), dress=dress)
        f.plan(world, world.reader_a, world.reader_b)
        mine = Read.objects.filter(reader__user=world.reader_a)
        self.second = f.full(mine.get(duplicate=True))
        self.first = f.full(mine.get(case=self.second.case, duplicate=False))
        self.other = f.full(mine.exclude(case=self.second.case).get())

    def heard(self, read: Read) -> twins.Heard:
        return twins.everything_about(self.api, read.pk, self.world.slug)

    def three(self) -> tuple[twins.Heard, twins.Heard, twins.Heard]:
        """Of the first reading, of the second once it has come up, of another case."""
        first, control = self.heard(self.first), self.heard(self.other)
        f.read_through_plain(self.world.reader_a, self.first)
        self.at(NOON + timedelta(days=14))
        send_reminders()
        return first, self.heard(self.second), control


def test_two_readings_of_one_case_have_no_name_in_common(world: f.World, at: Any) -> None:
    pair = Pair(world, at)
    drafted = draft(pair.first)
    first, second, control = pair.three()
    twins.write(Path("test-artifacts"), first, second, control)
    assert twins.left_in_common(first, second, control) == set()
    assert len(first.all_tokens & second.all_tokens) > 100  # words and numbers of the images
    for heard in (first, second):
        assert len(heard.texts) > 40
        everything = "\n".join(heard.texts.values())
        for secret in (*stored_names(pair.first), *drafted, SENT):
            assert secret not in everything, secret


def test_the_net_has_a_mesh(world: f.World, at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the aliases those of the case, the same walk would find them."""
    mac = aliases._mac
    monkeypatch.setattr(aliases, "_mac", lambda scope, message: mac(UUID(int=7), message))
    aliases._uid_alias.cache_clear()
    aliases._row_alias.cache_clear()
    try:
        pair = Pair(world, at)
        left = twins.left_in_common(*pair.three())
        study = Study.objects.get(case=pair.first.case).study_uid
        assert f.names_of(pair.first).uid(study) in left
        assert f.stack_id(pair.first) in left
    finally:
        aliases._uid_alias.cache_clear()
        aliases._row_alias.cache_clear()


def draft(read: Read) -> list[str]:
    """A draft of the case, which the protocol hides; what would tell of it."""
    made = store_draft(
        case=read.case,
        stack=read.stack,
        model_version=f.make_model("hidden-model"),
        labels=heart(34, n_slices=3).labels,
        by_job="1",
    )
    assert made == []
    row = Annotation.objects.filter(read__purpose="draft").exclude(parts=[]).first()
    assert row is not None
    return ["hidden-model", repr(row.parts[0][0])]


def stored_names(read: Read) -> list[str]:
    study = Study.objects.get(case=read.case)
    rows = Instance.objects.filter(series__study=study)
    found = [read.case.label, str(read.case_id), str(study.pk), study.study_uid]
    for stack in Stack.objects.filter(study=study):
        found += [str(stack.pk), stack.content_hash, stack.meta["frame_of_reference_uid"]]
    for row in rows.select_related("series"):
        found += [row.sop_instance_uid, row.series.series_uid, row.blob_id[:32]]
    assert all(len(text) > 3 for text in found), found
    return found


def test_by_stored_names_or_another_reads_nothing_opens(world: f.World, at: Any) -> None:
    """Each name opens the one read that it is of, and only while that is open."""
    pair = Pair(world, at)
    study = Study.objects.get(case=pair.first.case).study_uid

    def status(name: str, api: f.Api = pair.api) -> int:
        found: int = api.client.get(f"/dicomweb/{world.slug}/studies/{name}/metadata").status_code
        return found

    first, second = (f.names_of(read).uid(study) for read in (pair.first, pair.second))
    assert (status(study), status(first), status(second)) == (404, 200, 404)
    assert status(first, f.Api(world.reader_b)) == 404
    assert status(study, f.Api(world.coordinator)) == 200
    f.read_through_plain(world.reader_a, pair.first)
    at(NOON + timedelta(days=14))
    pair.api.get(f"projects/{world.slug}/stacks/{f.stack_id(pair.second)}/")  # as the page does
    assert (status(study), status(first), status(second)) == (404, 200, 200)
    f.Api(world.coordinator).post(f"reads/{pair.second.pk}/withdraw/", {"reason": "swapped"})
    assert (status(study), status(first), status(second)) == (404, 200, 404)


def test_lists_of_studies_do_not_count_readings(world: f.World, at: Any) -> None:
    """A study with two readings is there twice, as two cases would be, and in no order that
    tells."""
    pair = Pair(world, at)
    search = f"/dicomweb/{world.slug}/studies"
    assert len(pair.api.client.get(search).json()) == 2
    f.read_through_plain(world.reader_a, pair.first)
    at(NOON + timedelta(days=14))
    send_reminders()
    pair.api.get(f"projects/{world.slug}/stacks/{f.stack_id(pair.second)}/")  # it is up
    rows = pair.api.client.get(search).json()
    assert len(rows) == 3
    uids = [row["0020000D"]["Value"][0] for row in rows]
    assert uids == sorted(uids)
    assert pair.api.get(f"projects/{world.slug}/studies/").json()["count"] == 0


def test_what_is_saved_under_aliases_is_stored_under_own_names(world: f.World, at: Any) -> None:
    pair = Pair(world, at)
    twins.everything_about(pair.api, pair.first.pk, world.slug)
    (row,) = Annotation.objects.filter(read=pair.first)
    assert row.sop_instance_uid == pair.first.stack.addresses[0][0][1]
    stored = {**f.contour_ops(pair.first, phases=(0,))[0], "sop_instance_uid": row.sop_instance_uid}
    body = {"operations": [stored]}
    (refused,) = pair.api.post(f"reads/{pair.first.pk}/operations/", body).json()["results"]
    assert refused["code"] == "unknown_frame"  # to its reader that name means nothing


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[set[str], dict[str, Any]]]:
    sent: list[tuple[set[str], dict[str, Any]]] = []

    def publish(*, user_ids: Any, message: dict[str, Any]) -> None:
        sent.append(({str(user_id) for user_id in user_ids}, message))

    monkeypatch.setattr("portal.core.events.publish", publish)
    return sent


def test_what_a_reader_is_told_is_the_same_whoever_submits_first(
    world: f.World, told: list[tuple[set[str], dict[str, Any]]]
) -> None:
    """Messages, notifications and their number, at each of the reader's own steps: whether the
    other has submitted long ago, or does so at the end, makes no difference."""
    stories = []
    for b_first in (True, False):
        case = f.make_case(world.project, f"C-{b_first}")
        told.clear()
        noted = Notification.objects.filter(user=world.reader_a).count()
        story: list[Any] = []
        a, b = world.assign_both(case)
        note(story, "assigned", world, told, noted, a)
        if b_first:
            f.read_through(world.reader_b, b, class_="dilated")
        note(story, "waits", world, told, noted, a)
        f.read_through(world.reader_a, a)
        note(story, "submits", world, told, noted, a)
        if not b_first:
            f.read_through(world.reader_b, b, class_="dilated")
        note(story, "has submitted", world, told, noted, a)
        assert Case.objects.get(pk=case.pk).state == "adjudicating"
        stories.append(story)
    assert stories[0] == stories[1]
    assert stories[0][1][1:] == (0, [], 0, stories[0][0][4])  # nothing comes while waiting


def note(
    story: list[Any],
    step: str,
    world: f.World,
    told: list[tuple[set[str], dict[str, Any]]],
    noted: int,
    read: Read,
) -> None:
    """What reader A was sent since, and what stands in their lists."""
    mine = [m for people, m in told if str(world.reader_a.pk) in people]
    told.clear()
    api = f.Api(world.reader_a)
    listed = api.get("notifications/").json()
    texts = [row["text"].replace(read.alias, "X") for row in listed["results"]][:1]
    kinds = [
        {k: v for k, v in m.items() if m.get("model") != "notification" or k != "id"} for m in mine
    ]
    kinds = [{k: str(v).replace(str(read.pk), "X") for k, v in m.items()} for m in kinds]
    new = listed["count"] - noted - 1  # beside that of the assignment
    story.append((step, len(mine), kinds, new, texts))
