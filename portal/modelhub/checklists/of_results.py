"""Answers about evaluation: on what, by which measures, with what result."""

from cmrkit.gate import DEFAULT
from portal.modelhub.card.records import Records
from portal.modelhub.card.results import (
    BIASES,
    bias_row,
    comparison_rows,
    difference_interval,
    failures_text,
    limits_of,
    stratum_difference,
)
from portal.modelhub.card.spoken import rules_text
from portal.modelhub.checklists.answer import Answer, Answers
from portal.modelhub.papers import said


def gate(found: Records) -> Answer | None:
    """By which rules a challenger takes the champion's place."""
    plan = found.plan
    rules = plan.rules if plan else DEFAULT.to_json()
    by = f"gate plan, version {plan.version}" if plan else "the default rules"
    text = (
        "A challenger replaces the champion only where it passes the gate on a frozen test set "
        f"and a second person approves. Judged by {by}: {rules_text(rules)}."
    )
    return Answer(text, f"{found.home}/models/gate-plan")


def test_size(found: Records) -> Answer | None:
    row = found.judged
    if row is None:
        return None
    n = found.metrics["challenger"]["n_cases"]
    least = (row.rules or {}).get("min_cases")
    text = f"{n} cases in test set {row.test_set.name}; the gate asks for {said(least)} or more."
    return Answer(text, found.page)


def measures(found: Records) -> Answer | None:
    if found.judged is None:
        return None
    text = (
        "Dice by structure at ED and ES, mean and worst; absolute error of EDV, ESV and EF; cases "
        "failed, by kind; seconds per case; always beside the champion on the same cases."
    )
    return Answer(text, found.page)


def uncertainty(found: Records) -> Answer | None:
    if found.judged is None:
        return None
    text = (
        "Student’s 95 % interval of paired differences between model and champion; bias against "
        "the reference with limits of agreement (Bland and Altman)."
    )
    return Answer(text, found.page)


def performance(found: Records) -> Answer | None:
    row = found.judged
    if row is None:
        return None
    champion, challenger = found.metrics["cases"]
    rows = comparison_rows(champion, challenger)
    parts = [f"{r[0]}: {r[2]}, champion {r[1]}, difference {r[3]} ({r[4]})" for r in rows]
    where = f"On {row.test_set.name}{', made of phantoms' if row.test_set.is_phantom else ''}"
    text = f"{where}: {'; '.join(parts)}."
    by_group = groups(found)
    return Answer(f"{text} {by_group.text}" if by_group else text, found.page)


def groups(found: Records) -> Answer | None:
    return _by_group(found, None)


def fairness(found: Records) -> Answer | None:
    """By sex and age band; nothing where no case says either."""
    return _by_group(found, ("sex", "age"))


def _by_group(found: Records, wanted: tuple[str, ...] | None) -> Answer | None:
    strata = [
        stratum
        for stratum in found.metrics.get("strata", [])
        if wanted is None or stratum["by"] in wanted
    ]
    if not strata:
        return None
    parts = [
        f"{s['by']} {s['name']} (n = {s['n']}): "
        f"{difference_interval(stratum_difference(s.get('dice')))}"
        for s in strata
    ]
    text = f"Difference of mean Dice to the champion, 95 % interval, by group: {'; '.join(parts)}."
    return Answer(text, found.page)


def limits_of_agreement(found: Records) -> Answer | None:
    if not found.metrics:
        return None
    cases = found.metrics["cases"][1]
    rows = [bias_row(title, limits_of(cases, key)) for title, key in BIASES]
    parts = [f"{r[0]}: bias {r[1]} ({r[2]}), limits {r[3]}, n = {r[4]}" for r in rows]
    return Answer(f"Against the reference: {'; '.join(parts)}.", found.page)


def failures(found: Records) -> Answer | None:
    if not found.metrics:
        return None
    side = found.metrics["challenger"]
    text = (
        f"Failures by kind: {failures_text(side)}. Failed cases: {side['failed_cases']} of "
        f"{side['n_cases']}. Worst Dice: {said(side['worst_dice'])}."
    )
    return Answer(text, found.page)


def internal_test(found: Records) -> Answer | None:
    row = found.judged
    if row is None or row.test_set.is_phantom:
        return None  # phantoms are nobody's data
    text = f"On {row.test_set.name}, cases of this project that no training may use."
    return Answer(text, found.page)


def external_test(found: Records) -> Answer | None:
    """Only where whole sites were held out of training."""
    run = found.run
    splits = ((run.dataset.manifest or {}).get("splits") or {}) if run else {}
    sites = splits.get("holdout_sites") or []
    if not sites:
        return None
    return Answer(f"Sites held out of training: {', '.join(sites)}.", found.page)


ANSWERS: Answers = {
    "gate": gate,
    "test_size": test_size,
    "measures": measures,
    "uncertainty": uncertainty,
    "performance": performance,
    "groups": groups,
    "fairness": fairness,
    "limits_of_agreement": limits_of_agreement,
    "failures": failures,
    "internal_test": internal_test,
    "external_test": external_test,
}
