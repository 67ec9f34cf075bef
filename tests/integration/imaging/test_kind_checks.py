"""What pixels show against what headers say: asked once, kept, told to those who can mend it."""

from typing import Any

import pytest

from cmrkit.contracts import JobKind, JobQueue
from cmrkit.quality.kind_check import Shown
from portal.imaging.models import Stack
from portal.imaging.services.assembling import assemble_study
from portal.imaging.services.labelling import correct_stack, revert_stack
from portal.inference.services.kind_checks import ask_about_new, fill, finish
from portal.jobs.models import Job
from tests.factories import reading as f
from tests.factories.imaging import import_files, phantom_files

pytestmark = pytest.mark.django_db


def shares(shown: Shown, p: float = 0.97) -> dict[str, float]:
    return {str(s): p if s is shown else (1 - p) / 2 for s in Shown}


def answered(stack: Stack, shown: Shown, p: float = 0.97) -> Job:
    assert ask_about_new() == 1
    job = Job.objects.get(kind=JobKind.CHECK_KIND)
    finish(job, {"looks": [{"stack": str(stack.pk), "shares": shares(shown, p)}]})
    stack.refresh_from_db()
    return job


def codes(person: Any, stack: Stack) -> list[str]:
    slug = stack.study.project.slug
    found = f.Api(person).get(f"projects/{slug}/studies/{stack.study_id}/").json()
    codes = [finding["code"] for finding in found["stacks"][0]["findings"]]
    return [code for code in codes if code == "kind_doubtful"]


def test_every_new_stack_is_asked_about_once_on_the_cpu_queue(stack, project, coordinator) -> None:
    assert ask_about_new() == 1
    job = Job.objects.get(kind=JobKind.CHECK_KIND)
    assert (job.queue, job.payload) == (JobQueue.CPU, {"stacks": [str(stack.pk)]})
    work = fill(job, lambda what, item: f"https://portal/{what}/{item}")
    assert [item.item_id for item in work.inputs] == [str(stack.pk)]
    assert work.inputs[0].pixels_url == f"https://portal/stack-pixels/{stack.pk}"
    assert work.models == ()
    assert ask_about_new() == 0
    assemble_study(study=stack.study)
    assert ask_about_new() == 0


def test_a_new_version_is_asked_about_anew(project, coordinator) -> None:
    contents = [path.read_bytes() for path in phantom_files()]
    import_files(project, coordinator, contents[:-3])
    assert (ask_about_new(), ask_about_new()) == (1, 0)
    import_files(project, coordinator, contents[-3:])
    assert (ask_about_new(), ask_about_new()) == (1, 0)


def test_a_contradiction_is_told_and_changes_nothing(stack, coordinator) -> None:
    assert codes(coordinator, stack) == []
    answered(stack, Shown.LONG_AXIS)
    assert codes(coordinator, stack) == ["kind_doubtful"]
    assert (stack.sequence_kind, stack.view) == ("cine", "SAX")
    assemble_study(study=stack.study)
    assert codes(coordinator, stack) == ["kind_doubtful"]


def test_it_follows_what_a_person_says(stack, coordinator) -> None:
    answered(stack, Shown.LONG_AXIS)
    correct_stack(by=coordinator, stack=stack, view="4CH")
    assert codes(coordinator, stack) == []
    revert_stack(by=coordinator, stack=stack)
    assert codes(coordinator, stack) == ["kind_doubtful"]


@pytest.mark.parametrize(("shown", "p"), [(Shown.SHORT_AXIS, 0.97), (Shown.LONG_AXIS, 0.85)])
def test_agreement_and_hesitation_are_silent(stack, coordinator, shown: Shown, p: float) -> None:
    answered(stack, shown, p)
    assert codes(coordinator, stack) == []


def test_readers_at_work_are_told_nothing(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    first, _ = world.assign_both(case)
    Stack.objects.update(pixel_look=shares(Shown.NO_HEART))
    slug = world.project.slug
    for path in (f"reads/{first.pk}/", f"projects/{slug}/stacks/{f.stack_id(first)}/"):
        answer = f.Api(world.reader_a).get(path)
        assert answer.status_code == 200
        assert b"kind_doubtful" not in answer.content


@pytest.mark.parametrize(
    "looks",
    [
        None,
        ["odd"],
        [{"stack": "another", "shares": {}}],
        [{"shares": {str(s): 2.0 for s in Shown}}],
        [{"shares": {"short_axis": 1.0}}],
        [{"shares": {str(s): "much" for s in Shown}}],
    ],
)
def test_a_worker_from_elsewhere_can_write_nothing_else(stack, looks: Any) -> None:
    ask_about_new()
    job = Job.objects.get(kind=JobKind.CHECK_KIND)
    for row in looks or []:
        if isinstance(row, dict):
            row.setdefault("stack", str(stack.pk))
    finish(job, {"looks": looks})
    stack.refresh_from_db()
    assert stack.pixel_look == {}
