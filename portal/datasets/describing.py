"""What is recorded of a case: site, scanner, person, disease, how its readers agreed."""

from dataclasses import dataclass
from functools import cached_property

from portal.adjudication.models import ReferenceStandard
from portal.agreement.selectors import comparison_of
from portal.datasets.leakage import instance_uids, pixel_hashes
from portal.imaging.facts import stack_facts
from portal.imaging.models import Stack
from portal.protocols.schema import class_of


@dataclass(frozen=True)
class Candidate:
    """A reference that may go into a dataset, with what has to be known of its images."""

    reference: ReferenceStandard

    @property
    def case(self) -> str:
        return self.reference.case.label

    @property
    def patient(self) -> str:
        return self.reference.case.visit.subject.patient_hash

    @property
    def site(self) -> str:
        return self.reference.case.visit.subject.site.name

    @cached_property
    def stack(self) -> Stack:
        return Stack.objects.get(pk=self.reference.content["stack"]["id"])

    @cached_property
    def uids(self) -> list[str]:
        return instance_uids(self.stack)

    @cached_property
    def pixels(self) -> list[str] | None:
        return pixel_hashes(self.stack)

    def values(self) -> dict[str, str]:
        """The properties of the composition table; '' where nothing is recorded."""
        facts = stack_facts(self.stack)
        return {
            "site": self.site,
            "vendor": facts.vendor,
            "scanner": facts.scanner,
            "field": facts.field,
            "sex": facts.sex,
            "age": facts.age_band,
            "ethnicity": facts.ethnicity,
            "disease": class_of(self.reference.content["answers"]) or "",
            "reader_agreement": _agreement(self.reference),
        }


def _agreement(reference: ReferenceStandard) -> str:
    comparison = comparison_of(reference.case)
    if comparison is None:
        return ""
    if comparison.readings.count() < 2:
        return "one reading"
    return "agreed" if comparison.agrees else "adjudicated"
