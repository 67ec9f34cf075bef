"""Test sets of locked cases: whom they take, what they say of a reference, what becomes of it."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Max

from cmrkit.contracts import StackLabels, StackMeta
from ml_workers.evaluation.cases import scope_of, score_case
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.datasets.models import TestSet, TestSetItem
from portal.datasets.work import test_set_inputs as inputs_of
from tests.factories import reading as f
from tests.factories.locking import heart, lock_case
from tests.integration.test_dataset_versions import freeze, hold_out

pytestmark = pytest.mark.django_db
WHOLE = ["lv_endo", "lv_epi", "rv_endo"]


def real(case: Case) -> Case:
    """As if a scanner had made it."""
    Case.objects.filter(pk=case.pk).update(is_phantom=False)
    return case


def scored(item: TestSetItem, drawn: StackLabels | None = None) -> dict[str, Any]:
    """What a worker makes of the item; without ``drawn`` the model draws what the item says."""
    (given,) = inputs_of(item.test_set, lambda what, pk: f"{what}/{pk}")
    labels = StackLabels.from_json(item.labels)
    meta = StackMeta.from_json(item.stack.meta)
    return score_case(meta, labels, drawn or labels, scope_of(meta, labels, given.extra))


def test_a_signed_structure_is_absent_where_it_was_not_drawn(world: f.World) -> None:
    """A model that draws the RV on slices without one is told so."""
    phantom = heart(61, n_slices=5)
    lock_case(world, phantom)
    hold_out(world)
    item = TestSetItem.objects.get()
    assert item.labels["complete_structures"] == WHOLE
    more = phantom.labels.to_json()
    with_rv = {(r["slice"], r["phase"]): r["structures"].get("rv_endo") for r in more["frames"]}
    part = next(parts for parts in with_rv.values() if parts)
    have = {place for place, parts in with_rv.items() if parts}
    empty = {(s, p) for s in range(5) for p in range(2)} - have
    assert empty
    more["frames"] = [r for r in more["frames"] if (r["slice"], r["phase"]) not in empty] + [
        {"slice": s, "phase": p, "structures": {"rv_endo": part}} for s, p in empty
    ]
    assert scored(item)["dice"]["rv_endo"] == {"ed": 1.0, "es": 1.0}
    assert min(scored(item, StackLabels.from_json(more))["dice"]["rv_endo"].values()) < 0.95


def test_base_and_apex_of_the_reference_hold_for_the_models(world: f.World) -> None:
    case = lock_case(world, heart(62, n_slices=5), pins={"basal_slice": 1})
    signed = case.references.get().content["measurements"]
    hold_out(world)
    item = TestSetItem.objects.get()
    assert (item.first_slice, item.last_slice) == (1, 4)
    found = scored(item)
    for name in ("edv_ml", "esv_ml", "ef_percent", "rv_edv_ml"):
        assert found["reference"][name] == found[name] == pytest.approx(signed[name])
    item.first_slice = item.last_slice = None
    item.save()  # as in sets frozen before: all slices count
    assert scored(item)["reference"]["edv_ml"] > signed["edv_ml"] + 1


def test_as_many_patients_as_are_asked_for_are_drawn(world: f.World) -> None:
    cases = [lock_case(world, heart(seed, n_slices=3)) for seed in (63, 64, 65)]
    api, path = f.Api(world.quality), f"projects/{world.slug}/test-sets/"
    assert api.get(f"{path}free/").json() == {"patients": 3, "cases": 3}
    refused = hold_out(world, 422, n=4)
    assert refused["error"]["details"] == {"n": ["Patients that may be held out: 3."]}
    assert hold_out(world, n=1, seed=5)["n_items"] == 1
    assert api.get(f"{path}free/").json() == {"patients": 2, "cases": 2}
    (held,) = TestSetItem.objects.values_list("label", flat=True)
    free = {case.label for case in cases} - {held}
    assert {item["label"] for item in freeze(world)["items"]} == free
    assert api.get(f"{path}free/").json() == {"patients": 0, "cases": 0}


def test_a_set_with_a_phantom_in_it_is_marked(world: f.World) -> None:
    real(lock_case(world, heart(66, n_slices=3)))
    assert hold_out(world, name="one")["is_phantom"] is False
    lock_case(world, heart(67, n_slices=3))
    assert hold_out(world, name="two")["is_phantom"] is True


def test_a_reopened_reference_shows_in_the_sets_made_of_it(world: f.World) -> None:
    case = lock_case(world, heart(68, n_slices=3))
    made = hold_out(world)
    assert made["n_reopened"] == 0
    boss = f.Api(world.coordinator)
    base = f"projects/{world.slug}/cases/{case.pk}/reference/"
    (version,) = boss.get(f"{base}versions/").json()
    assert [(d["kind"], d["id"]) for d in version["dependants"]] == [("test_set", made["id"])]
    assert boss.post(f"{base}reopen/", {"reason": "wrong"}).status_code == 200
    (shown,) = f.Api(world.scientist).get(f"projects/{world.slug}/test-sets/").json()["results"]
    assert shown["n_reopened"] == 1
    event = AuditEvent.objects.get(action="reference.reopened")
    assert event.details["depending"] == {"test_set": [made["id"]]}
    assert TestSet.objects.aggregate(n=Max("items__reference__version")) == {"n": 1}


def test_sets_frozen_before_are_linked_to_their_references(world: f.World) -> None:
    """By the migration, so that a reopening finds them; to the version that they were made of."""
    case = lock_case(world, heart(69, n_slices=3))
    hold_out(world)
    reference = case.references.get()
    TestSetItem.objects.update(reference=None)
    migration = import_module("portal.datasets.migrations.0005_test_set_references")
    migration.link_references(apps, None)
    assert TestSetItem.objects.get().reference == reference
