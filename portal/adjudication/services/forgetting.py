"""References of a withdrawn subject: the digest stays, what it covered goes, the signature is void.

The only way past the lock of a signed reference; ``portal.withdrawal`` writes who opened it.
"""

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from portal.accounts.services.signing import void
from portal.adjudication.models import Adjudication, Decision, ReferenceStandard
from portal.cases.withdrawing import Leaving


def forget(leaving: Leaving) -> None:
    rows = ReferenceStandard.objects.filter(case_id__in=leaving.case_ids)
    for row in rows.select_related("signature"):
        void(signature=row.signature)
    leaving.removed["references"] += rows.update(content={}, withdrawn_at=leaving.at)
    Adjudication.objects.filter(
        case_id__in=leaving.case_ids, signed_at=None, voided_at=None
    ).update(voided_at=leaving.at)
    # which images were decided on is an identifier too; the row's own id keeps cells apart
    nameless = Concat(Value("withdrawn-"), Cast("id", CharField()))
    leaving.removed["decisions by cell"] += Decision.objects.filter(
        adjudication__case_id__in=leaving.case_ids
    ).update(sop_instance_uid=nameless, note="-")
