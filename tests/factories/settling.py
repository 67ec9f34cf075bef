"""Cases with any number of readings, and what it takes to settle them."""

from typing import Any

from portal.adjudication.models import Adjudication
from portal.cases.models import Case
from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.protocols.models import ProtocolVersion
from portal.reads.models import Read
from tests.factories import reading as f

CELL = ("structure", "sop_instance_uid", "frame_number")


def with_rules(world: f.World, *, reads: int = 3, **adjudication: Any) -> ProtocolVersion:
    """The project's protocol before anybody reads by it."""
    version = ProtocolVersion.objects.get(protocol__project=world.project)
    version.reads_per_case = reads
    version.rules["adjudication"] = {**version.rules["adjudication"], **adjudication}
    version.save()
    return version


def read_by(world: f.World, case: Case, *scales: float, classes: tuple[str, ...] = ()) -> list[Any]:
    """One reader per scale, all submitted."""
    people = [world.reader_a, world.reader_b]
    for n in range(len(scales) - 2):
        more = f.user(f"Reader {n}")
        Membership.objects.create(project=world.project, user=more, role=Role.READER)
        people.append(more)
    people = people[: len(scales)]
    reads = world.assign(case, *people)
    for n, (person, read, scale) in enumerate(zip(people, reads, scales, strict=True)):
        class_ = classes[n] if classes else "normal"
        _, answer = f.read_through(person, read, scale=scale, class_=class_)
        assert answer.status_code == 200, answer.content
    return reads


def opened(case: Case) -> Adjudication:
    return Adjudication.objects.get(case=case, signed_at=None, voided_at=None)


def begin(world: f.World, row: Adjudication) -> f.Api:
    api = f.Api(world.adjudicator)
    assert api.post(f"adjudications/{row.pk}/start/").status_code == 200
    return api


def decide(api: f.Api, row: Adjudication, source: str, **more: Any) -> Any:
    body = {"op_id": f.op_id(), "source": source, "reason": "contour_offset", **more}
    return api.post(f"adjudications/{row.pk}/decide/", body)


def frame(read: Read, slice_: int = 0, phase: int = 0) -> dict[str, Any]:
    return {"sop_instance_uid": read.stack.addresses[slice_][phase][1], "frame_number": 1}


def codes(row: Adjudication) -> set[str]:
    return {reason["code"] for reason in row.reasons}


def settle(world: f.World, case: Case, *, reason: str = "papillary") -> Adjudication:
    """Blue is taken whole, and signed."""
    row = Adjudication.objects.get(case=case)
    api = f.Api(world.adjudicator)
    read_id = api.post(f"adjudications/{row.pk}/start/").json()["read_id"]
    decision = {"op_id": "t", "source": "a", "reason": reason}
    assert api.post(f"adjudications/{row.pk}/decide/", decision).status_code == 200
    freezes = f.freezes_of(api.get(f"reads/{read_id}/annotations/").json())
    body = {"op_id": "s", "password": f.PASSWORD, "meaning": "Settled", "freezes": freezes}
    answer = api.post(f"adjudications/{row.pk}/sign/", body)
    assert answer.status_code == 200, answer.content
    return row
