"""Answers about its use: how it is shown, who decides, what was seen since."""

from cmrkit.gate.sides import EF_OFF_POINTS
from portal.audit.models import AuditChain
from portal.audit.services import project_scope
from portal.modelhub.card.records import Records
from portal.modelhub.card.spoken import name_of
from portal.modelhub.checklists.answer import FOR_DRIFT, Answer, Answers
from portal.modelhub.papers import said
from portal.protocols.selectors import rules_of

SHOWN = {
    "from_start": "Its drafts are in a reading from the start",
    "after_first": "Its drafts are shown after the reader’s own first opinion",
    "never": "Its drafts are not shown to readers",
}


def _protocols(found: Records) -> str:
    return f"{found.home}/protocols"


def protocol(found: Records) -> Answer | None:
    version = found.protocol
    if version is None:
        return None
    plan = f"; gate plan, version {found.plan.version}" if found.plan else ""
    text = f"Protocol {version.protocol.name}, version {version.number}{plan}."
    return Answer(text, _protocols(found))


def readers(found: Records) -> Answer | None:
    version = found.protocol
    if version is None:
        return None
    n = version.reads_per_case
    text = f"Readings per case: {n}, by readers of the project; differences are adjudicated."
    return Answer(text, _protocols(found))


def blinding(found: Records) -> Answer | None:
    version = found.protocol
    if version is None:
        return None
    apart = "blind to one another" if version.blinded else "not blind to one another"
    text = f"Readers read {apart}. {SHOWN[rules_of(version).ai]}."
    return Answer(text, _protocols(found))


def showing(found: Records) -> Answer | None:
    version = found.protocol
    if version is None:
        return None
    text = f"{SHOWN[rules_of(version).ai]}; each contour can be accepted, changed or removed."
    return Answer(text, _protocols(found))


def oversight(found: Records) -> Answer | None:
    shown = showing(found)
    if shown is None:
        return None
    use = found.card.get("intended_use", "")
    text = f"{use} {shown.text} Nothing that the AI made leaves the portal unsigned."
    return Answer(text.strip(), shown.link)


def exposure(found: Records) -> Answer | None:
    shown = showing(found)
    drafted = f"It drafted {found.n_drafted} cases of this project."
    return Answer(f"{drafted} {shown.text}" if shown else drafted, found.page)


def changes(found: Records) -> Answer | None:
    if not found.changes:
        return Answer("No change of champion is recorded about this model.", found.page)
    said_ = [
        f"{row.created_at.date()}: {row.before.name} {row.before.version} to "
        f"{row.after.name} {row.after.version}"
        f"{', rolled back' if row.rolled_back else ''} ({said(row.reason)})"
        for row in found.changes
    ]
    return Answer(f"{'; '.join(said_)}.", found.page)


def corrections(found: Records) -> Answer | None:
    if not found.sees_drift:
        return Answer(FOR_DRIFT, found.page)
    shown = [row for row in found.corrections if row["dice"] is not None]
    if not shown:
        return None
    parts = [
        f"{name_of(row['structure'])} {row['phase']}, {row['site']} (n = {row['n_cases']}): "
        f"{row['edited_share']:.0%} edited, {row['redrawn_share']:.0%} redrawn, "
        f"Dice {said(row['dice'])}"
        for row in shown
    ]
    return Answer(f"Contours of its drafts: {'; '.join(parts)}.", f"{found.home}/models/drift")


def errors_defined(found: Records) -> Answer | None:
    text = (
        "A failure is a case that the model refuses, a structure that it misses where the "
        f"reference has one, no EF, or an EF more than {said(EF_OFF_POINTS)} points off. The gate "
        "refuses a challenger with a new kind of failure or more failed cases than the champion. "
        "Drift of images, drafts and corrections is charted by week."
    )
    return Answer(text, f"{found.home}/models/gate-plan")


def drift(found: Records) -> Answer | None:
    if not found.sees_drift:
        return Answer(FOR_DRIFT, found.page)
    if found.reference is None:
        return None
    weeks = sorted({str(row.week_date) for row in found.alarms})
    text = f"Drift alarms since it is champion: {len(found.alarms)}."
    if weeks:
        text += f" Weeks of {', '.join(weeks)}."
    return Answer(text, f"{found.home}/models/drift")


def audit(found: Records) -> Answer | None:
    scope = project_scope(found.model.project_id)
    chain = AuditChain.objects.filter(scope=scope).first()
    if chain is None:
        return None
    text = (
        f"Every draft is kept as a reading of its own under the model’s weights: "
        f"{found.n_drafted} cases. The project’s audit chain has {chain.last_seq} entries."
    )
    return Answer(text, found.page)


ANSWERS: Answers = {
    "protocol": protocol,
    "readers": readers,
    "blinding": blinding,
    "showing": showing,
    "oversight": oversight,
    "exposure": exposure,
    "changes": changes,
    "corrections": corrections,
    "errors_defined": errors_defined,
    "drift": drift,
    "audit": audit,
}
