"""Two at once, on PostgreSQL, where READ COMMITTED lets races through that SQLite hides."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from portal.adjudication.models import Adjudication, ReferenceStandard
from portal.annotations.models import Annotation, Operation, Revision
from portal.annotations.services.drafts import store_draft
from portal.audit.services import project_scope
from portal.audit.verify import verify_chain
from portal.cases.models import Case
from portal.datasets.manifest import Query
from portal.datasets.services.freezing import freeze_dataset
from portal.modelhub.models import ChampionChange, ModelState, TrainingRun
from portal.modelhub.selectors import champion_of
from portal.modelhub.services.promoting import approve, propose
from portal.modelhub.services.training import start_training
from portal.reads.models import Read
from tests.factories import reading as f
from tests.factories.locking import heart, lock_case
from tests.integration.test_gate_plans import judged, model

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TIMES = 4


@pytest.fixture
def world(transactional_db: None) -> f.World:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set DATABASE_URL")
    return f.make_world()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; the answers in the order of the calls."""
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[index] = call()
        except Exception as error:  # noqa: BLE001 - a thread's failure is an answer here
            answers[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def one_contour(read: Read, radius: float, base: int) -> dict[str, Any]:
    return {
        "op_id": f.op_id(),
        "kind": "contour",
        "structure": "lv_endo",
        "sop_instance_uid": f.frame_uid(read, 0, 0),
        "frame_number": 1,
        "base_version": base,
        "parts": [f.circle(40, 32, radius)],
    }


def poster(api: f.Api, read: Read, operation: dict[str, Any]) -> Callable[[], Any]:
    return lambda: api.post(f"reads/{read.pk}/operations/", {"operations": [operation]}).json()


def test_of_saves_on_one_version_exactly_one_is_applied(world: f.World) -> None:
    (read,) = world.assign(f.make_case(world.project, "C-1"), world.reader_a)
    tabs = [f.Api(world.reader_a) for _ in range(6)]
    for base in range(TIMES):
        answers = at_once(
            *(poster(tab, read, one_contour(read, 4 + i, base)) for i, tab in enumerate(tabs))
        )
        results = [answer["results"][0] for answer in answers]
        assert sorted(row["outcome"] for row in results) == ["applied", *["conflict"] * 5]
        winner = next(i for i, row in enumerate(results) if row["outcome"] == "applied")
        held = Annotation.objects.get(read=read)
        assert (held.version, held.parts) == (base + 1, [f.circle(40, 32, 4 + winner)])
        for row in results:
            if row["outcome"] == "conflict":
                assert row["current"]["version"] == base + 1
    revisions = list(Revision.objects.order_by("version"))
    assert [row.version for row in revisions] == list(range(1, TIMES + 1))
    assert [row.prev_hash for row in revisions[1:]] == [row.hash for row in revisions[:-1]]
    assert verify_chain(project_scope(world.project.pk)).ok


def test_one_operation_sent_many_times_at_once_is_applied_once(world: f.World) -> None:
    (read,) = world.assign(f.make_case(world.project, "C-1"), world.reader_a)
    tabs = [f.Api(world.reader_a) for _ in range(6)]
    operation = one_contour(read, 5, 0)
    answers = at_once(*(poster(tab, read, operation) for tab in tabs))
    outcomes = sorted(answer["results"][0]["outcome"] for answer in answers)
    assert outcomes == ["applied", *["duplicate"] * 5]
    assert (Operation.objects.count(), Revision.objects.count()) == (1, 1)


def test_a_draft_and_a_person_at_once_lose_nothing_of_the_person(world: f.World) -> None:
    for n in range(TIMES):
        case = f.make_case(world.project, f"C-{n}")
        (read,) = world.assign(case, world.reader_a)
        model = f.make_model(version=str(n))
        mine = one_contour(read, 5, 0)

        def draft(case: Case = case, read: Read = read, model: f.FakeModel = model) -> Any:
            return store_draft(
                case=case, stack=read.stack, model_version=model, labels=f.labels(), by_job="1"
            )

        answers = at_once(poster(f.Api(world.reader_a), read, mine), draft)
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        held = Annotation.objects.get(
            read=read, structure="lv_endo", sop_instance_uid=read.stack.addresses[0][0][1]
        )
        if answers[0]["results"][0]["outcome"] == "applied":
            assert (held.state, held.parts) == ("edited", mine["parts"])
        else:
            assert (held.state, held.version) == ("auto", 1)
        assert Annotation.objects.filter(read=read).count() == f.SLICES * f.PHASES * 3


def test_both_readers_submit_at_once_and_the_case_is_compared_once(world: f.World) -> None:
    for n in range(TIMES):
        case = f.make_case(world.project, f"C-{n}")
        reads = world.assign_both(case)
        calls = []
        for person, read in zip((world.reader_a, world.reader_b), reads, strict=True):
            api = f.Api(person)
            operations = [
                *f.contour_ops(read),
                f.answer_op("assessable", "yes"),
                f.answer_op("class", "normal"),
            ]
            api.post(f"reads/{read.pk}/operations/", {"operations": operations})
            calls.append(lambda api=api, read=read: f.submit(api, read.pk).status_code)
        assert at_once(*calls) == [200, 200]
        case.refresh_from_db()
        assert case.state == "agreed"
        assert Adjudication.objects.filter(case=case).count() == 1


def test_a_save_beside_a_submit_is_in_it_or_refused(world: f.World) -> None:
    for n in range(TIMES):
        (read,) = world.assign(f.make_case(world.project, f"C-{n}"), world.reader_a)
        api, other = f.Api(world.reader_a), f.Api(world.reader_a)
        operations = [
            *f.contour_ops(read),
            f.answer_op("assessable", "yes"),
            f.answer_op("class", "normal"),
        ]
        api.post(f"reads/{read.pk}/operations/", {"operations": operations})
        freezes = f.freezes_of(api.get(f"reads/{read.pk}/annotations/").json())
        late = {"operations": [one_contour(read, 5, 1)]}
        body = {"op_id": f.op_id(), "freezes": freezes}
        submitted, saved = at_once(
            lambda api=api, read=read, body=body: (
                api.post(f"reads/{read.pk}/submit/", body).status_code
            ),
            lambda other=other, read=read, late=late: (
                other.post(f"reads/{read.pk}/operations/", late).status_code
            ),
        )
        assert (submitted, saved) in [(200, 409), (409, 200)]
        version = Annotation.objects.get(
            read=read,
            structure="lv_endo",
            sop_instance_uid=read.stack.addresses[0][0][1],
        ).version
        assert version == (1 if submitted == 200 else 2)


def test_of_two_adjudicators_one_wins(world: f.World) -> None:
    for n in range(TIMES):
        case = f.make_case(world.project, f"C-{n}")
        a, b = world.assign_both(case)
        f.read_through(world.reader_a, a)
        f.read_through(world.reader_b, b, class_="dilated")
        row = Adjudication.objects.get(case=case)
        people = (world.adjudicator, world.other_adjudicator)
        apis = [f.Api(person) for person in people]
        calls = [
            lambda api=api, row=row: api.post(f"adjudications/{row.pk}/start/").status_code
            for api in apis
        ]
        assert sorted(at_once(*calls)) == [200, 409]
        row.refresh_from_db()
        winner = apis[people.index(row.adjudicator)]
        winner.post(
            f"adjudications/{row.pk}/decide/", {"op_id": "t", "source": "a", "reason": "papillary"}
        )
        contents = winner.get(f"reads/{row.read_id}/annotations/").json()
        body = {"password": f.PASSWORD, "meaning": "m", "freezes": f.freezes_of(contents)}
        signing = [
            lambda op=op, winner=winner, row=row, body=body: (
                winner.post(f"adjudications/{row.pk}/sign/", {**body, "op_id": op}).status_code
            )
            for op in ("s1", "s2")
        ]
        assert sorted(at_once(*signing)) == [200, 409]
        assert ReferenceStandard.objects.filter(case=case).count() == 1


def test_two_coordinators_can_not_give_a_case_to_three_readers(world: f.World) -> None:
    third = f.user("Third Reader")
    f.Membership.objects.create(project=world.project, user=third, role="reader")
    people = [world.reader_a, world.reader_b, third]
    for n in range(TIMES):
        case = f.make_case(world.project, f"C-{n}")
        calls = [
            lambda person=person, case=case: (
                f.Api(world.coordinator)
                .post(
                    f"projects/{world.slug}/assignments/",
                    {"case_ids": [str(case.pk)], "user_ids": [str(person.pk)]},
                )
                .status_code
            )
            for person in people
        ]
        assert at_once(*calls) == [200, 200, 200]
        assert Read.objects.filter(case=case).count() == 2


def test_of_two_coordinators_with_one_plan_each_one_makes_it(world: f.World) -> None:
    """The second waits for the cases, then is told that things changed; nothing is given twice."""
    for n in range(6):
        f.make_case(world.project, f"C-{n}")
    third = f.reader_of_project(world, "Third Reader")
    people = [str(p.pk) for p in (world.reader_a, world.reader_b, third)]
    base = f"projects/{world.slug}/assignments/plan"
    apis = [f.Api(world.coordinator), f.Api(world.coordinator)]
    bodies = []
    for seed, api in zip(("one", "two"), apis, strict=True):
        body = {"user_ids": people, "seed": seed}
        bodies.append({**body, "digest": api.post(f"{base}/", body).json()["digest"]})

    def make(n: int) -> Callable[[], Any]:
        return lambda: apis[n].post(f"{base}/make/", bodies[n])

    answers = at_once(make(0), make(1))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["error"]["code"] == "plan_changed"
    for case in Case.objects.all():
        assert case.reads.count() == 2
    assert verify_chain(project_scope(world.project.pk)).ok


def test_a_withdrawal_beside_the_last_submit_leaves_a_case_that_makes_sense(
    world: f.World,
) -> None:
    for n in range(TIMES):
        case = f.make_case(world.project, f"C-{n}")
        a, b = world.assign_both(case)
        f.read_through(world.reader_a, a)
        api = f.Api(world.reader_b)
        operations = [
            *f.contour_ops(b),
            f.answer_op("assessable", "yes"),
            f.answer_op("class", "normal"),
        ]
        api.post(f"reads/{b.pk}/operations/", {"operations": operations})
        boss = f.Api(world.coordinator)
        submitted, withdrawn = at_once(
            lambda api=api, b=b: f.submit(api, b.pk).status_code,
            lambda boss=boss, a=a: (
                boss.post(f"reads/{a.pk}/withdraw/", {"reason": "swapped"}).status_code
            ),
        )
        assert (submitted, withdrawn) == (200, 204)
        case.refresh_from_db()
        assert case.state == "reading"
        assert not Adjudication.objects.filter(case=case, voided_at__isnull=True).exists()


def test_of_two_approvals_at_once_the_second_finds_another_champion(world: f.World) -> None:
    """Both models were judged beside the same champion; whoever comes second was not judged beside
    the one that took its place."""
    for n in range(TIMES):
        challengers = [model(world, f"{2 * n}"), model(world, f"{2 * n + 1}")]
        for row in challengers:
            assert judged(world, row, 0.8, 0.9).gate_passed
            propose(by=world.scientist, model=row, reason="Better")
        calls = [
            lambda row=row: approve(
                by=world.quality, model=row, password=f.PASSWORD, meaning="I approve."
            )
            for row in challengers
        ]
        answers = at_once(*calls)
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert [getattr(answer, "code", answer) for answer in refused] == ["not_evaluated"]
        assert ChampionChange.objects.filter(project=world.project).count() == n + 1
        assert champion_of(world.project) in challengers
        for row in challengers:
            row.refresh_from_db()
        assert [row.state for row in challengers].count(ModelState.CHAMPION) == 1


def test_two_trainings_at_once_have_numbers_of_their_own(world: f.World) -> None:
    cases = [lock_case(world, heart(seed, n_slices=3)) for seed in (1, 2)]
    datasets = [
        freeze_dataset(
            by=world.scientist,
            project=world.project,
            name=case.label,
            query=Query(cases=(case.label,)),
        )
        for case in cases
    ]
    base = champion_of(world.project)
    for n in range(TIMES):
        calls = [
            lambda dataset=dataset, n=n: start_training(
                by=world.scientist, dataset=dataset, base_model=base, params={"seed": n}
            )
            for dataset in (*datasets, datasets[0])
        ]
        answers = at_once(*calls)
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        assert answers[0] == answers[2]
    numbers = sorted(int(run.params["version"]) for run in TrainingRun.objects.all())
    assert numbers == list(range(1, 2 * TIMES + 1))
