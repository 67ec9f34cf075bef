"""A person says what a stack is: it counts, stays, is audited, and can be taken back."""

import pytest
from django.test import Client

from portal.audit.models import AuditEvent
from portal.imaging.errors import NothingToCorrect, StackOutdated
from portal.imaging.models import Series, Stack, StackLabel
from portal.imaging.selectors import lead_stack
from portal.imaging.services import labelling
from portal.imaging.services.assembling import assemble_study
from portal.imaging.services.labelling import correct_stack, revert_stack
from tests.factories.imaging import import_files, phantom_files

pytestmark = pytest.mark.django_db


def test_assembly_fills_stack_and_series(stack) -> None:
    assert (stack.found_kind, stack.found_view) == ("cine", "SAX")
    assert stack.confidence > 0.9
    assert stack.reason
    assert (stack.time_axis, stack.component) == ("cardiac_phase", "magnitude")
    assert set(Series.objects.values_list("sequence_kind", "view")) == {("cine", "SAX")}


def test_a_correction_counts_and_is_kept_through_assembly(stack, coordinator) -> None:
    correct_stack(by=coordinator, stack=stack, sequence_kind="lge", view="4CH")
    assemble_study(study=stack.study)
    stack.refresh_from_db()
    assert (stack.sequence_kind, stack.view) == ("lge", "4CH")
    assert (stack.found_kind, stack.found_view) == ("cine", "SAX")
    assert (stack.meta["sequence_kind"], stack.meta["view"]) == ("lge", "4CH")
    assert set(Series.objects.values_list("sequence_kind", "view")) == {("lge", "4CH")}
    assert lead_stack(stack.study.case_id) is None


def test_a_correction_goes_on_with_the_next_version(project, coordinator) -> None:
    contents = [p.read_bytes() for p in phantom_files()]
    import_files(project, coordinator, contents[:-3])
    correct_stack(by=coordinator, stack=Stack.objects.get(), view="2CH")
    import_files(project, coordinator, contents[-3:])
    latest = Stack.objects.get(is_latest=True)
    assert (latest.version, latest.sequence_kind, latest.view) == (2, "cine", "2CH")
    with pytest.raises(StackOutdated):
        correct_stack(by=coordinator, stack=Stack.objects.get(version=1), view="SAX")


def test_taking_it_back_restores_what_was_found(stack, coordinator) -> None:
    correct_stack(by=coordinator, stack=stack, view="4CH")
    revert_stack(by=coordinator, stack=stack)
    stack.refresh_from_db()
    assert (stack.sequence_kind, stack.view) == ("cine", "SAX")
    assert not StackLabel.objects.exists()
    actions = AuditEvent.objects.filter(target_type="stack").order_by("seq")
    assert [e.action for e in actions] == ["stack.corrected", "stack.correction_reverted"]
    assert actions[0].actor_id == str(coordinator.pk)
    revert_stack(by=coordinator, stack=stack)
    assert AuditEvent.objects.filter(target_type="stack").count() == 2


def test_nothing_changes_when_the_audit_fails(stack, coordinator, monkeypatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(labelling, "record_in_project", fail)
    with pytest.raises(RuntimeError):
        correct_stack(by=coordinator, stack=stack, view="4CH")
    stack.refresh_from_db()
    assert stack.view == "SAX"
    assert not StackLabel.objects.exists()


def test_a_key_of_an_earlier_release_goes_on(stack, coordinator) -> None:
    """The stored key differs from the one that is computed now: the frames tell that it's one."""
    Stack.objects.filter(pk=stack.pk).update(key="old")
    StackLabel.objects.create(
        study=stack.study, key="old", view="4CH", actor_id=coordinator.pk, at=stack.created_at
    )
    assert assemble_study(study=stack.study) == []
    again = Stack.objects.get()
    assert (again.pk, again.key, again.view, again.is_latest) == (stack.pk, "old", "4CH", True)


def test_nothing_to_correct(stack, coordinator) -> None:
    with pytest.raises(NothingToCorrect):
        correct_stack(by=coordinator, stack=stack)


def test_the_address(project, stack, coordinator) -> None:
    client = Client()
    client.force_login(coordinator)
    address = f"/api/v1/projects/trial/stacks/{stack.pk}/kind/"
    answer = client.patch(address, {"view": "3CH"}, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["view"] == "3CH"
    study = client.get(f"/api/v1/projects/trial/studies/{stack.study_id}/").json()
    (shown,) = study["stacks"]
    assert shown["correction"]["actor_id"] == str(coordinator.pk)
    assert shown["correction"]["view"] == "3CH"
    assert shown["found"]["view"] == "SAX"
    assert study["series"][0]["view"] == "3CH"
    bad = client.patch(address, {"view": "5CH"}, content_type="application/json")
    assert bad.status_code == 422
    back = client.delete(address)
    assert (back.status_code, back.json()["view"], back.json()["correction"]) == (200, "SAX", None)
