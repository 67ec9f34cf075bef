"""DELETE over DICOMweb: by the data steward, audited, refused where something rests on it."""

import pytest

from portal.audit.models import AuditEvent
from portal.imaging.models import Instance, Series, Stack, StackLabel, Study
from portal.imaging.services.labelling import correct_stack
from portal.intake.models import ImportItem, StudyIdentity, SubjectIdentity
from portal.projects.models import Membership, Project
from portal.projects.roles import Role
from portal.storage import files
from portal.storage.models import Blob
from tests.factories import reading as f
from tests.factories.imaging import import_phantom

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(world: f.World) -> Study:
    return import_phantom(world.project, world.coordinator)


@pytest.fixture
def steward(world: f.World) -> f.Api:
    person = f.user("Stig Steward")
    Membership.objects.create(project=world.project, user=person, role=Role.DATA_STEWARD)
    return f.Api(person)


def addresses(world: f.World, study: Study) -> tuple[str, str, str]:
    one = Instance.objects.filter(series__study=study).order_by("created_at").first()
    assert one is not None
    root = f"/dicomweb/{world.slug}/studies/{study.study_uid}"
    series = f"{root}/series/{one.series.series_uid}"
    return root, series, f"{series}/instances/{one.sop_instance_uid}"


def test_a_study_goes_with_its_bytes(
    world: f.World, study: Study, steward: f.Api, django_capture_on_commit_callbacks: object
) -> None:
    hashes = list(Blob.objects.values_list("pk", flat=True))
    assert all(files.path_of(h).exists() for h in hashes)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert steward.client.delete(addresses(world, study)[0]).status_code == 204
    for model in (Instance, Series, Stack, Study, Blob):
        assert not model._default_manager.exists()
    assert not any(files.path_of(h).exists() for h in hashes)
    assert ImportItem.objects.count() == 40  # what came in stays known
    (event,) = AuditEvent.objects.filter(action="images.deleted")
    assert event.details == {"level": "study", "instances": 40}
    assert steward.client.delete(addresses_of_nothing(world)).status_code == 404


def test_a_study_goes_with_its_correction_and_who_it_was_of(world: f.World, steward: f.Api) -> None:
    Project.objects.filter(pk=world.project.pk).update(deid_procedure="basic-2026c-v1")
    world.project.refresh_from_db()
    first = import_phantom(world.project, world.coordinator)
    second = import_phantom(world.project, world.coordinator, seed=2)
    for study in (first, second):
        stack = Stack.objects.get(study=study)
        correct_stack(by=world.coordinator, stack=stack, sequence_kind="lge")
    assert SubjectIdentity.objects.count() == 2
    assert steward.client.delete(addresses(world, first)[0]).status_code == 204
    assert [row.study for row in StudyIdentity.objects.all()] == [second]
    assert [row.subject for row in SubjectIdentity.objects.all()] == [second.case.visit.subject]
    root = addresses(world, second)[0]
    uids = list(second.series.values_list("series_uid", flat=True))
    for uid in uids:  # series by series until nothing is left
        path = f"{root}/series/{uid}"
        assert steward.client.delete(path).status_code == 204
    for model in (Study, StackLabel, StudyIdentity, SubjectIdentity):
        assert not model._default_manager.exists()
    again = import_phantom(world.project, world.coordinator)  # and may come back
    assert again.stacks.get().sequence_kind == "cine"


def addresses_of_nothing(world: f.World) -> str:
    return f"/dicomweb/{world.slug}/studies/1.2.3"


def test_an_instance_goes_and_the_stack_is_assembled_anew(
    world: f.World, study: Study, steward: f.Api
) -> None:
    _, series, instance = addresses(world, study)
    assert steward.client.delete(instance).status_code == 204
    assert Instance.objects.count() == 39
    (stack,) = Stack.objects.filter(study=study, is_latest=True)
    assert sum(a is None for row in stack.addresses for a in row) == 1
    assert f.Api(world.coordinator).client.get(instance).status_code == 404
    assert steward.client.delete(series).status_code == 204
    assert Instance.objects.count() == 32
    assert Series.objects.count() == 4


def test_bytes_that_another_project_has_too_stay(
    world: f.World, study: Study, steward: f.Api, django_capture_on_commit_callbacks: object
) -> None:
    other = f.make_world(slug="other")
    import_phantom(other.project, other.coordinator)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert steward.client.delete(addresses(world, study)[0]).status_code == 204
    assert Instance.objects.count() == 40
    for sha256, count in Blob.objects.values_list("pk", "reference_count"):
        assert count == 1
        assert files.path_of(sha256).exists()


def test_what_a_read_rests_on_stays(world: f.World, study: Study, steward: f.Api) -> None:
    assert study.case is not None
    world.assign(study.case, world.reader_a)
    for address in addresses(world, study):
        answer = steward.client.delete(address)
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "in_use"
    assert Instance.objects.count() == 40
    assert Stack.objects.filter(is_latest=True).count() == 1
    assert not AuditEvent.objects.filter(action="images.deleted").exists()


def test_nothing_goes_when_the_audit_fails(
    world: f.World, study: Study, steward: f.Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("portal.imaging.services.deleting.record_in_project", broken)
    steward.client.raise_request_exception = False
    assert steward.client.delete(addresses(world, study)[0]).status_code == 500
    assert Instance.objects.count() == 40


def test_nobody_else_deletes(world: f.World, study: Study) -> None:
    for person in (world.coordinator, world.owner, world.reader_a):
        assert f.Api(person).client.delete(addresses(world, study)[0]).status_code == 403
    assert Instance.objects.count() == 40
