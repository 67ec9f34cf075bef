"""A project with its people and cases, made as rows: no DICOM, no files."""

import math
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from cmrkit.contracts import FrameLabels, FrameRef, StackLabels, StackMeta
from portal.accounts.models import User
from portal.cases.models import Case, Subject, Visit
from portal.imaging.aliases import OWN, Names
from portal.imaging.models import Series, Stack, Study
from portal.projects.models import Membership, Project, Site
from portal.projects.roles import Role
from portal.projects.services.projects import create_project
from portal.projects.setup import ProjectOptions
from portal.protocols.models import ProtocolVersion
from portal.protocols.schema import check_rules
from portal.protocols.selectors import current_version, rules_of
from portal.reads.models import READ_BY_READERS, Read, Reader, ReaderKind
from portal.reads.services.assign import assign_reads

PASSWORD = "correct horse battery"
SLICES, PHASES, SIZE = 3, 4, 64
SPACING_MM, SLICE_SPACING_MM = 1.5, 10.0
# radius in pixels of the LV cavity by phase: phase 0 is the fullest, phase 2 the emptiest
RADII = (10.0, 8.0, 6.0, 9.0)
WALL, RV_FACTOR = 4.0, 0.9


def user(name: str, *, admin: bool = False) -> User:
    email = f"{name.lower().replace(' ', '.')}-{uuid.uuid4().hex[:6]}@example.org"
    return User.objects.create_user(
        email=email, password=PASSWORD, display_name=name, is_installation_admin=admin
    )


def circle(cx: float, cy: float, radius: float, n: int = 24) -> list[list[float]]:
    """A polygon of ``n`` points around (column, row)."""
    return [
        [
            round(cx + radius * math.cos(2 * math.pi * i / n), 3),
            round(cy + radius * math.sin(2 * math.pi * i / n), 3),
        ]
        for i in range(n)
    ]


def stack_meta(uids: list[list[str]]) -> StackMeta:
    return StackMeta(
        n_slices=SLICES,
        n_phases=PHASES,
        rows=SIZE,
        columns=SIZE,
        pixel_spacing_mm=(SPACING_MM, SPACING_MM),
        slice_spacing_mm=SLICE_SPACING_MM,
        slice_thickness_mm=8.0,
        row_direction=(1.0, 0.0, 0.0),
        column_direction=(0.0, 1.0, 0.0),
        slice_positions_mm=tuple((0.0, 0.0, SLICE_SPACING_MM * i) for i in range(SLICES)),
        frame_of_reference_uid="1.2.3",
        trigger_times_ms=tuple(tuple(200.0 * p for p in range(PHASES)) for _ in range(SLICES)),
        rr_interval_ms=800.0,
        frames=tuple(tuple(FrameRef(uid, 1) for uid in row) for row in uids),
    )


def labels(scale: float = 1.0) -> StackLabels:
    """All three structures on all frames; ``scale`` makes another reader's hand."""
    return StackLabels(
        frames=tuple(
            FrameLabels(
                slice_index=s,
                phase_index=p,
                structures={
                    code: (tuple((x, y) for x, y in part),)
                    for code, part in frame_contours(p, scale).items()
                },
            )
            for s in range(SLICES)
            for p in range(PHASES)
        )
    )


def frame_contours(phase: int, scale: float = 1.0) -> dict[str, list[list[float]]]:
    radius = RADII[phase] * scale
    return {
        "lv_endo": circle(40, 32, radius),
        "lv_epi": circle(40, 32, RADII[phase] * scale + WALL),
        "rv_endo": circle(16, 32, radius * RV_FACTOR),
    }


def make_case(project: Project, label: str) -> Case:
    """A case with one study and one short-axis cine stack."""
    site = Site.objects.get(project=project)
    subject = Subject.objects.create(
        project=project,
        site=site,
        label=f"S-{label}",
        patient_key=uuid.uuid4().hex,
        patient_hash=uuid.uuid4().hex,
    )
    visit = Visit.objects.create(subject=subject, number=1)
    case = Case.objects.create(project=project, visit=visit, label=label)
    study = Study.objects.create(
        project=project,
        case=case,
        study_uid=f"1.2.{uuid.uuid4().int}"[:60],
        label=label,
        modality="MR",
        deid_procedure="none-v1",
    )
    series = Series.objects.create(study=study, series_uid=f"{study.study_uid}.1", modality="MR")
    root = f"1.3.{uuid.uuid4().int}"[:50]
    uids = [[f"{root}.{s}.{p}" for p in range(PHASES)] for s in range(SLICES)]
    Stack.objects.create(
        study=study,
        key="sax",
        version=1,
        sequence_kind="cine",
        view="SAX",
        n_slices=SLICES,
        n_phases=PHASES,
        meta=stack_meta(uids).to_json(),
        addresses=[[[series.series_uid, uid, 1] for uid in row] for row in uids],
        content_hash=uuid.uuid4().hex,
    )
    return case


@dataclass
class World:
    """One project and everyone in it."""

    project: Project
    admin: User
    owner: User
    coordinator: User
    reader_a: User
    reader_b: User
    adjudicator: User
    other_adjudicator: User
    quality: User
    scientist: User
    extra: dict[str, User] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.project.slug

    def assign(self, case: Case, *readers: User) -> list[Read]:
        outcome = assign_reads(
            by=self.coordinator,
            project=self.project,
            case_ids=[case.pk],
            user_ids=[reader.pk for reader in readers],
        )
        assert not outcome.skipped, outcome.skipped
        return [full(read) for read in outcome.created]

    def assign_both(self, case: Case) -> tuple[Read, Read]:
        a, b = self.assign(case, self.reader_a, self.reader_b)
        return a, b


def full(read: Read) -> Read:
    """The read with everything that services expect loaded."""
    return Read.objects.select_related(
        "case__project", "reader", "stack", "protocol_version__protocol", "draft_source"
    ).get(pk=read.pk)


def make_world(*, ai_visible: bool = True, slug: str = "trial", starting_model: str = "") -> World:
    admin = user("Ada Admin", admin=True)
    owner = user("Olga Owner")
    project = create_project(
        by=admin,
        name=slug.title(),
        slug=slug,
        owner_email=owner.email,
        options=ProjectOptions(ai_visible=ai_visible, starting_model=starting_model),
    )

    def member(name: str, role: Role) -> User:
        found = user(name)
        Membership.objects.create(project=project, user=found, role=role)
        return found

    return World(
        project=project,
        admin=admin,
        owner=owner,
        coordinator=member("Cora Coordinator", Role.COORDINATOR),
        reader_a=member("Zephyrine Aquila", Role.READER),
        reader_b=member("Bela Reader", Role.READER),
        adjudicator=member("Juno Adjudicator", Role.ADJUDICATOR),
        other_adjudicator=member("Ida Adjudicator", Role.ADJUDICATOR),
        quality=member("Quentin Quality", Role.QUALITY),
        scientist=member("Dana Scientist", Role.DATA_SCIENTIST),
    )


@dataclass
class FakeModel:
    """What a draft needs of a model version."""

    name: str
    version: str
    reader: Reader


def make_model(name: str = "cine-sax-test", version: str = "1.0") -> FakeModel:
    reader = Reader.objects.create(
        kind=ReaderKind.MODEL, model_hash=uuid.uuid4().hex, label=f"{name} {version}"
    )
    return FakeModel(name, version, reader)


class Api:
    """A signed-in browser, as far as JSON goes."""

    def __init__(self, person: User | None) -> None:
        self.person = person
        self.client = Client(raise_request_exception=True)
        if person is not None:
            self.client.force_login(person)

    def get(self, path: str) -> Any:
        return self.client.get(_full(path))

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(_full(path), data=body or {}, content_type="application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(_full(path))

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(_full(path), data=body, content_type="application/json")


def _full(path: str) -> str:
    return path if path.startswith("/") else f"/api/v1/{path}"


def op_id() -> str:
    return uuid.uuid4().hex


def names_of(read: Read) -> Names:
    """What the read's own reader hears things called."""
    return Names(read.pk) if read.purpose in READ_BY_READERS else OWN


def frame_uid(read: Read, slice_: int, phase: int) -> str:
    """The SOPInstanceUID of a frame as the read's reader knows it."""
    return names_of(read).uid(read.stack.addresses[slice_][phase][1])


def stack_id(read: Read) -> str:
    """The id of the stack as the read's reader knows it."""
    return str(names_of(read).row_id(read.stack_id))


def contour_ops(
    read: Read, *, scale: float = 1.0, phases: tuple[int, ...] = (0, 2), base: int = 0
) -> list[dict[str, Any]]:
    """Operations that draw everything at the given phases."""
    return [
        {
            "op_id": op_id(),
            "kind": "contour",
            "structure": code,
            "sop_instance_uid": frame_uid(read, s, p),
            "frame_number": 1,
            "base_version": base,
            "parts": [part],
        }
        for s in range(SLICES)
        for p in phases
        for code, part in frame_contours(p, scale).items()
    ]


def answer_op(question: str, value: Any, base: int = 0) -> dict[str, Any]:
    return {
        "op_id": op_id(),
        "kind": "answer",
        "question": question,
        "value": value,
        "base_version": base,
    }


def freezes_of(contents: dict[str, Any]) -> dict[str, Any]:
    """What a screen that shows ``contents`` names when it submits."""
    return {
        "contours": [
            {k: row[k] for k in ("structure", "sop_instance_uid", "frame_number", "version")}
            for row in contents["annotations"]
        ],
        "answers": [{k: row[k] for k in ("question", "version")} for row in contents["answers"]],
        "pins": [{k: row[k] for k in ("name", "version")} for row in contents["pins"]],
    }


def submit(api: Api, read_id: Any) -> Any:
    """Submit what the read says now."""
    contents = api.get(f"reads/{read_id}/annotations/").json()
    return api.post(f"reads/{read_id}/submit/", {"op_id": op_id(), "freezes": freezes_of(contents)})


def read_through(
    person: User, read: Read, *, scale: float = 1.0, class_: str = "normal"
) -> tuple[Api, Any]:
    """Draw, answer and submit as a person would."""
    api = Api(person)
    operations = [
        *contour_ops(read, scale=scale),
        answer_op("assessable", "yes"),
        answer_op("class", class_),
    ]
    saved = api.post(f"reads/{read.pk}/operations/", {"operations": operations})
    assert saved.status_code == 200, saved.content
    assert {row["outcome"] for row in saved.json()["results"]} == {"applied"}
    return api, submit(api, read.pk)


def read_through_drafted(person: User, read: Read, *, class_: str = "normal") -> Any:
    """Accept the draft at ED and ES, answer and submit."""
    api = Api(person)
    api.post(
        f"reads/{read.pk}/operations/",
        {"operations": [answer_op("assessable", "yes"), answer_op("class", class_)]},
    )
    missing = submit(api, read.pk).json()["error"]["details"]["missing"]
    contents = api.get(f"reads/{read.pk}/annotations/").json()
    fields = ("structure", "sop_instance_uid", "frame_number")
    versions = {tuple(r[k] for k in fields): r["version"] for r in contents["annotations"]}
    accept = [
        {
            "op_id": op_id(),
            "kind": "state",
            "state": "accepted",
            "base_version": versions[tuple(row[k] for k in fields)],
            **{k: row[k] for k in fields},
        }
        for row in missing
    ]
    api.post(f"reads/{read.pk}/operations/", {"operations": accept})
    answer = submit(api, read.pk)
    assert answer.status_code == 200, answer.content
    return answer


def read_through_plain(person: User, read: Read) -> None:
    """Submit as not assessable: the shortest way through a read."""
    api = Api(person)
    answers = [answer_op("assessable", "no"), answer_op("reason", "motion")]
    api.post(f"reads/{read.pk}/operations/", {"operations": answers})
    assert submit(api, read.pk).status_code == 200


def set_rules(world: World, **changes: Any) -> None:
    """The project's protocol from now on says this; reads that exist follow it too."""
    version = current_version(world.project.pk)
    rules = check_rules({**rules_of(version).full, **changes})
    ProtocolVersion.objects.filter(pk=version.pk).update(
        rules=rules, ai_visible=rules["ai"] == "from_start"
    )


def plan(world: World, *people: User) -> None:
    """Every case of the project to these readers, as the planner deals them out."""
    api = Api(world.coordinator)
    body = {"user_ids": [str(p.pk) for p in people]}
    base = f"projects/{world.slug}/assignments/plan"
    shown = api.post(f"{base}/", body).json()
    made = api.post(f"{base}/make/", {**body, "seed": shown["seed"], "digest": shown["digest"]})
    assert made.status_code == 200, made.content


def reader_of_project(world: World, name: str) -> User:
    """One more reader."""
    found = user(name)
    Membership.objects.create(project=world.project, user=found, role=Role.READER)
    return found
