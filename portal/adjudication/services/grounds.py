"""Why a case goes to an adjudicator whatever its readings say: a poor draft, and audit by lot."""

import hashlib
import hmac

from django.conf import settings

from cmrkit.contracts import JobKind
from portal.agreement.reasons import Reason, reason
from portal.cases.models import Case
from portal.imaging.models import Stack
from portal.jobs.models import Job, JobState
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import rules_of

_UNSURE = "draft_unsure"  # the worker's own finding: the Dice to expect is below the model's limit
_DRAWN_FROM = 2**64


def grounds_of(case: Case, version: ProtocolVersion, stack: Stack) -> list[Reason]:
    """Reasons by the protocol's rules that lie outside the readings."""
    wanted = rules_of(version).adjudication
    found: list[Reason] = []
    if wanted["low_quality"]:
        found += _draft_quality(case, stack)
    if is_audited(case, version, wanted["audit_share"]):
        share = float(wanted["audit_share"])
        found.append(reason("audit", f"Drawn for audit ({share:.0%} of cases).", share=share))
    return found


def is_audited(case: Case, version: ProtocolVersion, share: float) -> bool:
    """Drawn by the installation's key from the case and its protocol: nobody can tell beforehand,
    and reading, withdrawing or amending draws the same again."""
    key = settings.ACCORD_PSEUDONYM_KEY.encode()
    what = b"audit:" + version.protocol_id.bytes + case.pk.bytes
    drawn = hmac.new(key, what, hashlib.sha256).digest()[:8]
    return int.from_bytes(drawn, "big") < share * _DRAWN_FROM


def _draft_quality(case: Case, stack: Stack) -> list[Reason]:
    """Of the newest draft of the stack that was read."""
    rows = Job.objects.filter(case=case, kind=JobKind.SEGMENT, state=JobState.SUCCEEDED)
    for job in rows.order_by("-finished_at", "-pk")[:20]:
        if str(job.payload.get("stack")) == str(stack.pk):
            return _poor(job.output or {})
    return []


def _poor(output: dict[str, object]) -> list[Reason]:
    """What a worker wrote, which may be one from elsewhere: read with care."""
    findings, quality = output.get("findings"), output.get("quality")
    codes = (
        [r.get("code") for r in findings if isinstance(r, dict)]
        if isinstance(findings, list)
        else []
    )
    if _UNSURE in codes:
        expected = _lowest_dice(output.get("predicted_dice"))
        said = "" if expected is None else f" (expected Dice {expected:.2f})"
        return [
            reason(
                "low_quality", f"The draft is expected to be poor{said}.", expected_dice=expected
            )
        ]
    if isinstance(quality, dict) and quality.get("grade") == "poor":
        return [reason("low_quality", "The images were graded poor.", grade="poor")]
    return []


def _lowest_dice(predicted: object) -> float | None:
    """The smallest of {structure: {phase: Dice}}."""
    rows = predicted.values() if isinstance(predicted, dict) else ()
    values = [
        float(value)
        for row in rows
        if isinstance(row, dict)
        for value in row.values()
        if isinstance(value, int | float)
    ]
    return min(values, default=None)
