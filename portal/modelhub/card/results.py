"""How it was measured: each evaluation beside a champion, with intervals, and by group."""

from typing import Any

from cmrkit.agreement import LimitsOfAgreement, limits_of_agreement
from cmrkit.gate.paired import Difference, paired
from cmrkit.gate.sides import Case, case_dice, error_of
from portal.modelhub.card.records import Records
from portal.modelhub.models import Evaluation
from portal.modelhub.papers import NOT_RECORDED, Fact, Facts, Note, Section, Table, said
from portal.modelhub.papers.paper import Block

ERRORS = (
    ("EF, absolute error, points", "ef_percent"),
    ("EDV, absolute error, ml", "edv_ml"),
    ("ESV, absolute error, ml", "esv_ml"),
)
BIASES = (("EF, points", "ef_percent"), ("EDV, ml", "edv_ml"), ("ESV, ml", "esv_ml"))
NOT_ENOUGH = "not enough data"


def sections(found: Records) -> list[Section]:
    return [
        Section("Measured before it came here", _of_the_package(found.card)),
        Section("Evaluations", _evaluations(found)),
    ]


def _of_the_package(card: dict[str, Any]) -> list[Block]:
    tables: list[Block] = [
        Table(
            said(table.get("title")),
            ["Measure", "Value", "95 % interval", "n"],
            [
                [
                    said(row.get("name")),
                    said(row.get("value")),
                    interval(row.get("low"), row.get("high")),
                    said(row.get("n")),
                ]
                for row in table.get("rows", [])
            ],
            str(table.get("note", "")),
        )
        for table in card.get("metrics", [])
        if isinstance(table, dict)
    ]
    return tables or [Note(f"Results in its package: {NOT_RECORDED}.")]


def _evaluations(found: Records) -> list[Block]:
    done = [row for row in found.evaluations if row.metrics]
    if not done:
        return [Note("Not evaluated on a frozen test set of this project yet.")]
    return [block for row in done for block in _evaluation(row)]


def _evaluation(row: Evaluation) -> list[Block]:
    metrics = row.metrics or {}
    champion, challenger = metrics["cases"]
    beside = f"{row.champion.name} {row.champion.version}" if row.champion else NOT_RECORDED
    at = row.decided_at or row.created_at
    name = f"{row.test_set.name}, {at.date().isoformat()}"
    return [
        Facts(
            [
                Fact("Test set", row.test_set.name),
                Fact("Made of phantoms", said(row.test_set.is_phantom)),
                Fact("Test set, SHA-256", row.test_set.content_hash or NOT_RECORDED),
                Fact("Cases", said(len(challenger))),
                Fact("Beside champion", beside),
                Fact("Failures", failures_text(metrics["challenger"])),
                Fact("Gate", gate_text(row)),
            ]
        ),
        Table(
            f"On {name}",
            ["Measure, mean over cases", "Champion", "This model", "Difference", "95 % interval"],
            comparison_rows(champion, challenger),
            "Student’s interval of the paired difference; a miss counts as a Dice of 0.",
        ),
        Table(
            f"Bias and limits of agreement with the reference on {name}",
            ["Number", "Bias", "95 % interval", "Limits", "n"],
            [bias_row(title, limits_of(challenger, key)) for title, key in BIASES],
        ),
        *strata_table(row, name),
    ]


def comparison_rows(champion: list[Case], challenger: list[Case]) -> list[list[str]]:
    """Paired by case; a case that one side has no number for is left out of that row."""
    other = {case["item_id"]: case for case in challenger}
    pairs = [(case, other[case["item_id"]]) for case in champion if case["item_id"] in other]
    rows = [("Dice", [(case_dice(a), case_dice(b)) for a, b in pairs])]
    for title, key in ERRORS:
        errors = [(error_of(a, key), error_of(b, key)) for a, b in pairs]
        rows.append((title, [(a, b) for a, b in errors if a is not None and b is not None]))
    return [_row(title, values) for title, values in rows]


def _row(title: str, values: list[tuple[float, float]]) -> list[str]:
    if not values:
        return [title, NOT_ENOUGH, NOT_ENOUGH, NOT_ENOUGH, NOT_ENOUGH]
    old, new = [a for a, _ in values], [b for _, b in values]
    found = paired(old, new)
    return [
        f"{title} (n = {len(values)})",
        said(sum(old) / len(old)),
        said(sum(new) / len(new)),
        said(found.mean if found else None),
        difference_interval(found),
    ]


def limits_of(cases: list[Case], key: str) -> LimitsOfAgreement:
    """Model minus reference, over the cases that have both numbers."""
    pairs = [
        (case["reference"][key], case[key])
        for case in cases
        if case.get(key) is not None and case["reference"].get(key) is not None
    ]
    return limits_of_agreement([a for a, _ in pairs], [b for _, b in pairs])


def bias_row(title: str, found: LimitsOfAgreement) -> list[str]:
    bias = found.bias
    return [
        title,
        said(bias.value) if bias.value is not None else NOT_ENOUGH,
        interval(bias.low, bias.high),
        interval(found.lower.value, found.upper.value),
        str(found.n),
    ]


def strata_table(row: Evaluation, name: str) -> list[Block]:
    strata = (row.metrics or {}).get("strata", [])
    if not strata:
        return [Note(f"By group on {name}: {NOT_RECORDED}.")]
    rows = [
        [
            f"{stratum['by']}: {stratum['name']}",
            str(stratum["n"]),
            _or_too_few(stratum.get("champion_dice")),
            _or_too_few(stratum.get("challenger_dice")),
            difference_interval(stratum_difference(stratum.get("dice"))),
        ]
        for stratum in strata
    ]
    return [
        Table(
            f"By group on {name}",
            ["Group", "n", "Dice, champion", "Dice, this model", "Difference, 95 % interval"],
            rows,
        )
    ]


def _or_too_few(value: float | None) -> str:
    return NOT_ENOUGH if value is None else said(value)


def stratum_difference(stored: dict[str, Any] | None) -> Difference | None:
    return Difference(**stored) if stored else None


def difference_interval(found: Difference | None) -> str:
    return NOT_ENOUGH if found is None else interval(found.low, found.high)


def interval(low: float | None, high: float | None) -> str:
    return NOT_ENOUGH if low is None or high is None else f"{said(low)} to {said(high)}"


def failures_text(side: dict[str, Any]) -> str:
    """Cases by kind of failure; ``none`` where there is none."""
    kinds = side.get("failures") or {}
    text = ", ".join(f"{kind.replace('_', ' ')}: {n}" for kind, n in kinds.items())
    return text or "none"


def gate_text(row: Evaluation) -> str:
    if row.gate_passed is None:
        return "not judged yet"
    plan = f"plan version {row.plan.version}" if row.plan else "the default rules"
    failed = [check["title"] for check in row.gate_checks if not check["passed"]]
    if row.gate_passed:
        return f"passed, by {plan}"
    return f"refused, by {plan}: {'; '.join(failed)} did not hold"
