"""Filling the demo project. Every step asks first whether it is done, so a start that was cut off
is taken up where it stopped."""

from collections.abc import Callable

from django.db import transaction

from cmrkit.phantom import CinePhantom
from portal.accounts.models import User
from portal.adjudication.models import Adjudication
from portal.cases.models import Case
from portal.datasets.models import TestSet
from portal.datasets.services.test_sets import freeze_test_set
from portal.demo.hearts import HEARTS, DemoHeart, Stop, dicom_files
from portal.demo.people import PEOPLE, find_or_make_people
from portal.demo.reading import Hand, read_case, settle_and_sign
from portal.imaging.models import Study
from portal.intake.services.batches import finish_import, start_import
from portal.intake.services.receiving import receive_files
from portal.projects.models import Membership, Project
from portal.projects.services.projects import create_project
from portal.projects.services.team import add_member
from portal.projects.setup import ProjectOptions
from portal.reads.models import Read
from portal.reads.services.assign import assign_reads

SLUG, NAME = "demo", "Demo trial"
DESCRIPTION = "Phantom hearts, a protocol that shows the AI, and a first model poor on purpose."
STARTING_MODEL = "cine-sax-undertrained"
TEST_SET, TEST_HEARTS = "Phantom test set", 5
Tell = Callable[[str], None]
People = dict[str, User]


def seed(tell: Tell) -> Project:
    """The demo project with its people and cases; ``tell`` hears of progress. The test set comes
    last: once it is there the demo belongs to its people, and nothing is touched any more."""
    done = TestSet.objects.filter(project__slug=SLUG, name=TEST_SET).first()
    if done is not None:
        return done.project
    people = find_or_make_people()
    project = Project.objects.filter(slug=SLUG).first() or _make_project(people)
    for number, heart in enumerate(HEARTS, start=1):
        study = Study.objects.filter(
            project=project, study_uid=heart.study_uid, stacks__isnull=False
        ).first()
        if study is None or _stands_at(study) < heart.stop:
            kind = heart.pathology.replace("_", " ")
            tell(f"case {number} of {len(HEARTS)}: phantom heart, {kind}")
            _bring(project, people, heart)
    tell(f"test set of {TEST_HEARTS} phantom hearts")
    freeze_test_set(
        by=people["quality"], project=project, name=TEST_SET, source="phantom", n=TEST_HEARTS
    )
    return project


@transaction.atomic
def _make_project(people: People) -> Project:
    project = create_project(
        by=people["admin"],
        name=NAME,
        slug=SLUG,
        description=DESCRIPTION,
        owner_email=people["owner"].email,
        options=ProjectOptions(starting_model=STARTING_MODEL, ai_visible=True),
    )
    for person in PEOPLE:
        missing = set(person.roles) - set(
            Membership.objects.filter(project=project, user=people[person.name]).values_list(
                "role", flat=True
            )
        )
        if missing:
            add_member(by=people["owner"], project=project, email=person.email, roles=missing)
    return project


def _stands_at(study: Study) -> Stop:
    """How far the study's case has come."""
    reads = Read.objects.filter(case=study.case, purpose="reading").exclude(state="withdrawn")
    if study.case is not None and study.case.state == "locked":
        return Stop.LOCKED
    submitted = reads.filter(state="submitted").count()
    return Stop(min(Stop.ASSIGNED + submitted, Stop.DISAGREEING)) if reads else Stop.READY


def _bring(project: Project, people: People, heart: DemoHeart) -> None:
    """Import the heart and take its case to where it shall stop."""
    phantom = heart.simulate()
    study = _imported(project, people["coordinator"], phantom, heart)
    with transaction.atomic():
        assert study.case is not None
        _assigned(study.case, people, heart.stop)
        _read(study.case, people, phantom, heart)
        adjudication = Adjudication.objects.filter(case=study.case, signed_at__isnull=True).first()
        if heart.stop == Stop.LOCKED and adjudication is not None:
            settle_and_sign(by=people["adjudicator"], adjudication=adjudication)


def _imported(project: Project, coordinator: User, phantom: CinePhantom, heart: DemoHeart) -> Study:
    batch = start_import(by=coordinator, project=project, label=f"phantom {heart.seed}")
    files = ((sequence, [data]) for sequence, data in enumerate(dicom_files(phantom)))
    for _ in receive_files(batch=batch, files=files):
        pass  # each is stored by the time it is answered
    finish_import(by=coordinator, batch=batch)
    return Study.objects.select_related("case").get(project=project, study_uid=heart.study_uid)


def _assigned(case: Case, people: People, stop: Stop) -> None:
    if stop == Stop.READY or Read.objects.filter(case=case).exists():
        return
    assign_reads(
        by=people["coordinator"],
        project=case.project,
        case_ids=[case.pk],
        user_ids=[people["reader.a"].pk, people["reader.b"].pk],
    )


def _read(case: Case, people: People, phantom: CinePhantom, heart: DemoHeart) -> None:
    """Reader B of a disagreeing case draws tighter and sees a normal heart."""
    agree = heart.stop != Stop.DISAGREEING
    hands = {
        "reader.a": Hand(1.0, heart.pathology),
        "reader.b": Hand(1.01, heart.pathology) if agree else Hand(0.95, "normal"),
    }
    needed = {Stop.HALF_READ: 1, Stop.DISAGREEING: 2, Stop.LOCKED: 2}.get(heart.stop, 0)
    phases = {0, phantom.es_phase}
    for name in list(hands)[:needed]:
        read = (
            Read.objects.select_related("stack", "protocol_version__protocol", "case__project")
            .select_related("reader")
            .filter(case=case, reader__user=people[name], state__in=("assigned", "in_progress"))
            .first()
        )
        if read is not None:
            read_case(
                by=people[name], read=read, truth=phantom.labels, phases=phases, hand=hands[name]
            )
