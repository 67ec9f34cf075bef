"""What the cases of a test set belong to, for a gate that looks at groups."""

from typing import Any

from cmrkit.gate import NOT_SAID
from portal.datasets.models import TestSet, TestSetItem
from portal.imaging.facts import stack_facts
from portal.reads.models import CaseStratum


def groups_of(test_set: TestSet) -> dict[str, dict[str, str]]:
    """By item id: site, vendor, field, disease, sex and age band. Phantoms were scanned nowhere and
    have none: nobody's site is judged by them."""
    if test_set.is_phantom:
        return {}
    items = list(test_set.items.select_related("stack__study__case__visit__subject__site"))
    cases = [item.stack.study.case_id for item in items]
    diseases = dict(CaseStratum.objects.filter(case__in=cases).values_list("case_id", "disease"))
    return {str(item.pk): _groups(item, diseases) for item in items}


def _groups(item: TestSetItem, diseases: dict[Any, str]) -> dict[str, str]:
    case, facts = item.stack.study.case, stack_facts(item.stack)
    found = {
        "site": case.visit.subject.site.name if case else "",
        "disease": diseases.get(case.pk, "") if case else "",
        "vendor": facts.vendor,
        "field": facts.field,
        "sex": facts.sex,
        "age": facts.age_band,
    }
    return {by: name or NOT_SAID for by, name in found.items()}
