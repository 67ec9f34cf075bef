"""What may be pooled across versions of a protocol: what every amendment since kept as it was."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from portal.measurements.compute import convention_of
from portal.protocols.mapping import stays_same
from portal.protocols.models import Protocol, ProtocolVersion
from portal.protocols.schema import Rules
from portal.protocols.selectors import rules_of

# what each number is made from
MADE_OF = {
    "edv_ml": ("lv_endo",),
    "esv_ml": ("lv_endo",),
    "sv_ml": ("lv_endo",),
    "ef_percent": ("lv_endo",),
    "mass_g": ("lv_endo", "lv_epi"),
    "rv_edv_ml": ("rv_endo",),
    "rv_esv_ml": ("rv_endo",),
    "rv_ef_percent": ("rv_endo",),
}


@dataclass(frozen=True)
class Pool:
    """Of reads under one version: which structures, numbers and questions go in."""

    structures: frozenset[str]
    questions: frozenset[str]
    convention: dict[str, Any]

    def has_number(self, name: str, convention: dict[str, Any] | None) -> bool:
        """Numbers need their structures, and the newest version's convention."""
        return convention == self.convention and self.structures.issuperset(MADE_OF[name])


def pools_of(protocol: Protocol) -> tuple[Rules, dict[UUID, Pool]]:
    """The newest version's rules, and for each version what pools with it."""
    versions = list(ProtocolVersion.objects.filter(protocol=protocol).order_by("-number"))
    newest = rules_of(versions[0])
    convention = convention_of(newest)
    structures = frozenset(newest.structures)
    questions = frozenset(question["code"] for question in newest.questions)
    pools = {versions[0].pk: Pool(structures, questions, convention)}
    for later, version in pairwise(versions):
        structures = _kept(later, version, "structures", structures)
        questions = _kept(later, version, "questions", questions)
        pools[version.pk] = Pool(structures, questions, convention)
    return newest, pools


def _kept(
    later: ProtocolVersion, version: ProtocolVersion, part: str, codes: frozenset[str]
) -> frozenset[str]:
    """Those of the codes that the amendment from ``version`` to ``later`` calls the same."""
    old, new = rules_of(version), rules_of(later)
    return frozenset(
        code for code in codes if stays_same(later.mapping, old, new, part=part, code=code)
    )
