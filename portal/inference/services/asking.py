"""What drafts are asked for: one job per stack, by the model that draws such stacks."""

from collections.abc import Iterable
from uuid import UUID

from cmrkit.contracts.drawings import LONG_AXIS
from portal.cases.models import Case
from portal.imaging.models import Stack
from portal.inference.errors import NothingToSegment
from portal.jobs.services.queue import Ask
from portal.modelhub.models import ModelVersion
from portal.modelhub.selectors import champion_of, models_beside
from portal.protocols.errors import NoProtocol
from portal.protocols.selectors import rules_of
from portal.reads.beside import Beside, besides_among, candidates, stacks_beside
from portal.reads.models import Read
from portal.reads.selectors import version_for_case

BESIDE = "beside"  # in the payload of a job on a stack that isn't the one that is read


def lead_ask(case: Case, stack: Stack | None) -> Ask:
    """On the stack that the case is read on, by the champion of today."""
    if stack is None:
        raise NothingToSegment()
    return ask_for(case, stack.pk, champion_of(case.project_id))


def ask_for(case: Case, stack_id: UUID, model: ModelVersion) -> Ask:
    return Ask(
        case=case,
        title=f"Pre-annotate {case.label}",
        payload={
            "stack": str(stack_id),
            "model_id": str(model.pk),
            "model": {
                "name": model.name,
                "version": model.version,
                "noncommercial": model.noncommercial,
                "demonstration": model.demonstration,
            },
        },
        active_key=f"segment:{stack_id}:{model.pk}",
    )


def asks_beside_read(read: Read) -> list[Ask]:
    """On what the read draws on beside its own stack, where the project has a model for it."""
    return asks_beside(read.case, stacks_beside(read), models_beside(read.case.project_id))


def asks_beside_case(case: Case) -> list[Ask]:
    """The same by the protocol version that a new read of the case would follow."""
    try:
        rules = rules_of(version_for_case(case))
    except NoProtocol:
        return []
    found = besides_among(candidates(rules, [case.pk]), rules)
    return asks_beside(case, found, models_beside(case.project_id)) if found else []


def asks_beside(case: Case, found: Iterable[Beside], models: dict[str, ModelVersion]) -> list[Ask]:
    return [
        _beside(ask_for(case, beside.stack.pk, models[beside.drawing.task]), beside)
        for beside in found
        if beside.drawing.task in models
    ]


def _beside(ask: Ask, beside: Beside) -> Ask:
    images = beside.stack.view if beside.drawing is LONG_AXIS else "late enhancement"
    return Ask(
        case=ask.case,
        title=f"{ask.title}, {images}",
        payload={**ask.payload, BESIDE: images},
        active_key=ask.active_key,
    )
