"""By which rules it was judged, who decided, and what became of it."""

from cmrkit.gate import DEFAULT
from portal.modelhub.card.records import Records
from portal.modelhub.card.spoken import rules_text
from portal.modelhub.models import ChampionChange, Proposal
from portal.modelhub.papers import NOT_RECORDED, Fact, Facts, Note, Section, Table, said
from portal.modelhub.papers.paper import Block


def sections(found: Records) -> list[Section]:
    return [
        Section("Gate plan", _plan(found)),
        Section("Judgement", _checks(found)),
        Section("Decisions and signatures", _proposals(found)),
        Section("Use and rollback", _history(found)),
    ]


def _plan(found: Records) -> list[Block]:
    plan = found.plan
    if plan is None:
        return [
            Note("No plan stood before it was trained or registered: the default rules judge it."),
            Facts([Fact("Rules", rules_text(DEFAULT.to_json()))]),
        ]
    return [
        Facts(
            [
                Fact("Version", str(plan.version), f"{found.home}/models/gate-plan"),
                Fact("What may change", plan.may_change),
                Fact("How it is tested", plan.protocol),
                Fact("What it means", plan.impact),
                Fact("Rules", rules_text(plan.rules)),
                Fact("Stated and signed by", plan.stated_by.display_name),
                Fact("On", plan.created_at.date().isoformat()),
                Fact("Signed digest", plan.signature.digest),
            ]
        )
    ]


def _checks(found: Records) -> list[Block]:
    row = found.judged
    if row is None or not row.gate_checks:
        return [Note("The gate has not judged it yet.")]
    return [
        Table(
            f"Checks on {row.test_set.name}",
            ["Check", "Champion", "This model", "Threshold", "Result", "Note"],
            [
                [
                    check["title"],
                    said(check["champion"]),
                    said(check["challenger"]),
                    said(check["threshold"]),
                    "passed" if check["passed"] else "not passed",
                    check.get("note", ""),
                ]
                for check in row.gate_checks
            ],
        )
    ]


def _proposals(found: Records) -> list[Block]:
    if not found.proposals:
        return [Note("Nobody has proposed it as champion.")]
    return [Facts(_proposal(row)) for row in found.proposals]


def _proposal(row: Proposal) -> list[Fact]:
    """Who proposed, who decided, and what was signed."""
    decision = {None: "waits for a second person", True: "approved", False: "refused"}
    signature = row.signature
    return [
        Fact("Proposed by", row.proposed_by.display_name),
        Fact("On", row.created_at.date().isoformat()),
        Fact("Reason", said(row.reason)),
        Fact("Decision", decision[row.approved]),
        Fact("Decided by", row.decided_by.display_name if row.decided_by else NOT_RECORDED),
        Fact("Decided on", row.decided_at.date().isoformat() if row.decided_at else NOT_RECORDED),
        Fact("Reason of the decision", said(row.decision_reason)),
        Fact("Signature’s meaning", signature.meaning if signature else NOT_RECORDED),
        Fact("Signed digest", signature.digest if signature else NOT_RECORDED),
        Fact("Signature voided", said(bool(signature.voided_at)) if signature else NOT_RECORDED),
    ]


def _history(found: Records) -> list[Block]:
    facts = Facts([Fact("Cases that it drafted", str(found.n_drafted))])
    if not found.changes:
        state = "It was never taken off, nor put in another’s place."
        return [facts, Note(f"No change of champion is recorded about it. {state}")]
    rows = [_change(row) for row in found.changes]
    return [facts, Table("Changes of champion", ["On", "Before", "After", "What", "Reason"], rows)]


def _change(row: ChampionChange) -> list[str]:
    return [
        row.created_at.date().isoformat(),
        f"{row.before.name} {row.before.version}",
        f"{row.after.name} {row.after.version}",
        "rolled back" if row.rolled_back else "promoted",
        said(row.reason),
    ]
