"""A submitted training read beside the known answer; whoever reaches the threshold is admitted."""

from typing import Any

from cmrkit.agreement import CODE_VERSION, compare_reads
from cmrkit.contracts import StackMeta
from portal.accounts.services.notifications import notify
from portal.annotations.selectors import contents_of, labels_on
from portal.audit.services import record_in_project
from portal.measurements.services.measuring import measure
from portal.projects.roles import Permission
from portal.projects.selectors import users_with
from portal.protocols.schema import Rules
from portal.protocols.selectors import rules_of
from portal.reads.models import Admission, Read, ReadPurpose, TrainingCase, TrainingResult

DEVIATIONS = ("edv_ml", "esv_ml", "ef_percent", "mass_g")


def calibrate(read: Read) -> None:
    """Hook: a read was submitted. One for training is compared, in the same transaction."""
    if read.purpose != ReadPurpose.TRAINING:
        return
    marked = TrainingCase.objects.select_related("reference__stack").get(case=read.case_id)
    rules = rules_of(read.protocol_version)
    values = deviation(read, marked.reference, rules)
    passed = passes(values, rules)
    TrainingResult.objects.create(
        read=read, values=values, passed=passed, code_version=CODE_VERSION
    )
    _admit_at_threshold(read, rules)


def deviation(read: Read, reference: Read, rules: Rules) -> dict[str, Any]:
    """Dice of each structure of the protocol over ED and ES, and read minus reference of the
    numbers. Each side is taken at its own ED and ES."""
    mine, known = contents_of(read), contents_of(reference)
    found = compare_reads(
        StackMeta.from_json(read.stack.meta),
        labels_on(read.stack, known.annotations),
        labels_on(read.stack, mine.annotations),
        measure(reference, known),
        measure(read, mine),
        {},
    )
    asked = set(rules.measured_structures)
    return {
        "dice": {r["structure"]: r["pooled"] for r in found.dice if r["structure"] in asked},
        "differences": {
            row["name"]: row["delta"] for row in found.differences if row["name"] in DEVIATIONS
        },
        "reference": str(reference.pk),
        "digest": read.submitted_digest,
    }


def passes(values: dict[str, Any], rules: Rules) -> bool:
    """Every structure and the EF of one case."""
    ef = values["differences"].get("ef_percent")
    return (
        all(
            dice is not None and dice >= rules.training["dice_min"]
            for dice in values["dice"].values()
        )
        and ef is not None
        and abs(ef) <= rules.training["ef_points_max"]
    )


def reaches(results: list[dict[str, Any]], rules: Rules) -> bool:
    """Over the newest results of as many cases as the protocol asks for: the mean Dice of every
    structure, and the mean absolute difference in EF. What couldn't be compared fails."""
    needed = max(int(rules.training["cases"]), 1)
    if len(results) < needed:
        return False
    for structure in rules.measured_structures:
        found = [values["dice"].get(structure) for values in results]
        known = [dice for dice in found if dice is not None]
        if len(known) < len(found) or sum(known) / len(known) < rules.training["dice_min"]:
            return False
    apart = [values["differences"].get("ef_percent") for values in results]
    measured = [abs(ef) for ef in apart if ef is not None]
    return (
        len(measured) == len(apart)
        and sum(measured) / len(measured) <= rules.training["ef_points_max"]
    )


def _admit_at_threshold(read: Read, rules: Rules) -> None:
    project, user_id = read.case.project, read.reader.user_id
    assert user_id is not None
    newest: dict[Any, dict[str, Any]] = {}
    for row in (
        TrainingResult.objects.filter(read__reader=read.reader_id, read__case__project=project)
        .select_related("read")
        .order_by("read__submitted_at")
    ):
        newest[row.read.case_id] = row.values
    if reaches(list(newest.values()), rules):
        _, made = Admission.objects.get_or_create(project=project, user_id=user_id)
        if made:
            record_in_project(
                project_id=project.pk,
                by=None,
                action="training.admitted",
                target_type="user",
                target_id=user_id,
                details={"cases": len(newest)},
            )
            _tell(read, "passed the training and may be given cases")
            notify(
                user_ids=[user_id],
                kind="training_passed",
                text=f"{project.name}: you passed the training.",
                href=f"/p/{project.slug}/training",
                project=project.slug,
            )
        return
    left = Read.objects.filter(
        reader=read.reader_id, purpose=ReadPurpose.TRAINING, case__project=project
    ).exclude(state__in=["submitted", "withdrawn"])
    if not left.exists() and not Admission.objects.filter(project=project, user=user_id).exists():
        _tell(read, "read all training cases and did not reach the threshold")


def _tell(read: Read, what: str) -> None:
    project = read.case.project
    name = read.reader.user.display_name if read.reader.user else read.reader.label
    notify(
        user_ids=users_with(Permission.ASSIGN_READS, project.pk),
        kind="training_result",
        text=f"{name} {what}.",
        href=f"/p/{project.slug}/reading",
        project=project.slug,
    )
