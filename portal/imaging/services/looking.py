"""What pixels show of a stack: who is to be asked, and what was answered."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cmrkit.contracts.kinds import SequenceKind
from cmrkit.quality.kind_check import Shown
from portal.imaging.models import Stack, Study

CHECKED = (SequenceKind.CINE.value, SequenceKind.LGE.value, SequenceKind.LGE_PSIR.value)


@transaction.atomic
def take_unseen(most: int) -> dict[Study, list[Stack]]:
    """Newest stacks whose pixels nobody was asked about, by study, of at most that many studies;
    they count as asked from now on. Studies that still get files wait."""
    rows = Stack.objects.filter(
        is_latest=True,
        pixel_look__isnull=True,
        found_kind__in=CHECKED,
        study__stacks_due_at=None,
        study__withdrawn_at=None,
    )
    studies = list(rows.order_by("study_id").values_list("study_id", flat=True).distinct()[:most])
    # whoever comes second finds them locked, and then asked
    chosen = list(
        rows.filter(study__in=studies)
        .select_for_update(of=("self",))
        .select_related("study__project", "study__case")
        .defer("thumbnail", "addresses")
    )
    Stack.objects.filter(pk__in=[stack.pk for stack in chosen]).update(pixel_look={})
    found: dict[Study, list[Stack]] = {}
    for stack in chosen:
        found.setdefault(stack.study, []).append(stack)
    return found


def record_look(*, stack_id: str, shares: Mapping[str, Any]) -> None:
    """What a worker says, which may be one from elsewhere: anything but a probability for each
    class is left out. Kind and view stay as they are."""
    known = {str(shown): shares.get(str(shown)) for shown in Shown}
    if all(isinstance(p, int | float) and 0 <= p <= 1 for p in known.values()):
        Stack.objects.filter(pk=stack_id).update(pixel_look=known)
