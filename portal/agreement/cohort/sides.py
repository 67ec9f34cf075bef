"""One read, loaded for comparing: contours as masks to be, discs, numbers and answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from cmrkit.agreement import Reading
from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.volumes import counted_discs
from portal.annotations.models import State
from portal.annotations.objects import is_proposed
from portal.annotations.selectors import Contents, contents_of, labels_on
from portal.imaging.facts import stack_facts
from portal.imaging.models import Stack
from portal.measurements.services.measuring import measure
from portal.protocols.selectors import rules_of
from portal.reads.models import Read, ReadPurpose

NUMBERS = (
    # name, title, unit, the protocol's band
    ("edv_ml", "EDV", "ml", "edv_ml"),
    ("esv_ml", "ESV", "ml", "esv_ml"),
    ("sv_ml", "SV", "ml", None),
    ("ef_percent", "EF", "points", "ef_points"),
    ("mass_g", "Mass", "g", "mass_g"),
    ("rv_edv_ml", "RV EDV", "ml", None),
    ("rv_esv_ml", "RV ESV", "ml", None),
    ("rv_ef_percent", "RV EF", "points", None),
)


@dataclass(frozen=True)
class Side:
    """``facts`` is what ``ReadFacts`` keeps."""

    meta: StackMeta
    labels: StackLabels
    own: StackLabels
    pins: dict[str, int | None]
    facts: dict[str, Any]
    _discs: dict[frozenset[int | None], dict[tuple[str, int, int], float]] = field(
        default_factory=dict
    )

    @cached_property
    def reading(self) -> Reading:
        """Contours that are the reader's own."""
        return Reading(
            {
                (code, frame.slice_index, frame.phase_index): parts
                for frame in self.own.frames
                for code, parts in frame.structures.items()
            },
            (self.meta.rows, self.meta.columns),
            self.meta.pixel_spacing_mm,
        )

    def discs(self, phases: frozenset[int | None]) -> dict[tuple[str, int, int], float]:
        """Discs in ml at those phases that the numbers add up, whoever drew them."""
        if phases not in self._discs:
            self._discs[phases] = self._counted(phases)
        return self._discs[phases]

    def _counted(self, phases: frozenset[int | None]) -> dict[tuple[str, int, int], float]:
        frames = self.labels.frames
        chosen = [self.pins.get(name) for name in ("basal_slice", "apical_slice")]
        if chosen.count(None) != 1:  # one end alone is told from the contours of all phases
            frames = tuple(frame for frame in frames if frame.phase_index in phases)
        return counted_discs(
            self.meta,
            StackLabels(frames),
            basal_slice=self.pins.get("basal_slice"),
            apical_slice=self.pins.get("apical_slice"),
        )


def load_stacks(reads: Iterable[Read]) -> None:
    """The stacks of reads that are about to be compared or written out, each once. A stack lists
    all of its frames: of thousands of reads it would be most of what is fetched."""
    stacks = Stack.objects.defer("thumbnail", "findings")
    prefetch_related_objects(list(reads), Prefetch("stack", queryset=stacks))


def load_side(read: Read, meta: StackMeta) -> Side:
    """Everything that comparing needs of a read; its stack and protocol version are loaded."""
    contents = contents_of(read)
    labels = labels_on(read.stack, contents.annotations)
    if read.purpose == ReadPurpose.DRAFT:
        own = labels
    else:  # what a reader neither drew, accepted nor edited is the AI's, not theirs
        kept = [row for row in contents.annotations if row.state != State.AUTO]
        own = labels if len(kept) == len(contents.annotations) else labels_on(read.stack, kept)
    return Side(meta, labels, own, contents.pins, facts_of(read, contents, labels))


def facts_of(read: Read, contents: Contents, labels: StackLabels) -> dict[str, Any]:
    rules = rules_of(read.protocol_version)
    draft = read.purpose == ReadPurpose.DRAFT
    assessable = draft or rules.needs_contours(contents.answers)
    function = measure(read, contents, labels) if assessable else {}
    return {
        "assessable": assessable,
        "ed_phase": function.get("ed_phase"),
        "es_phase": function.get("es_phase"),
        "numbers": {name: function.get(name) for name, *_ in NUMBERS},
        "convention": function.get("convention"),
        "spacing_assumed": bool(function.get("spacing_assumed")),
        "answers": {} if draft else rules.visible_answers(contents.answers),
        "landmarks": _landmarks(contents, proposals=draft),
        "vendor": stack_facts(read.stack).vendor,
    }


def _landmarks(contents: Contents, *, proposals: bool) -> dict[str, list[dict[str, Any]]]:
    """Points by landmark. What a model proposes is a model's, not the reader's, until they take
    it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in contents.object_entries:
        value = entry.value
        if value is None or value["type"] != "landmark" or (is_proposed(value) and not proposals):
            continue
        point = {"frame": value["frame_of_reference_uid"], "point_mm": value["points_lps_mm"][0]}
        found.setdefault(value["code"], []).append(point)
    return found
