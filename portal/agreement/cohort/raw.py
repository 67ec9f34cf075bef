"""The reads behind the statistics, whole: contours, pins and answers, so that anybody can compute
everything again with code of their own. One line of JSON for each case, in a ZIP."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.db import transaction

from cmrkit.contracts import StackMeta
from portal.accounts.models import User
from portal.agreement.cohort.naming import Names
from portal.agreement.cohort.pairing import CaseReads, by_case
from portal.agreement.cohort.rows import chosen_protocol, statistics_rows
from portal.agreement.cohort.sides import load_stacks
from portal.annotations.content import frame_positions
from portal.annotations.selectors import contents_of, key_of
from portal.audit.services import record_in_project
from portal.imaging.models import Stack
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import document, rules_of
from portal.reads.blinding import knows_readers_by_number
from portal.reads.models import Read, ReadPurpose

FORMAT, FORMAT_VERSION = "accord-raw-reads", 1
README = """Raw reads of a cohort, as the statistics of Accord take them.

protocol.json  the newest version of the protocol: structures, questions, convention, bands
cases.jsonl    one case a line:
  case, site   names in the project
  geometry     of the stack: rows and columns in pixels, n_slices, n_phases, pixel_spacing_mm
               (between rows, between columns), slice_spacing_mm (between neighbouring planes);
               spacing_assumed: the images came without
  reads        in the order in which differences are taken, second - first:
    kind       reading, second_reading (of the same reader, hidden), ai, reference (signed)
    reader     who read; the key is the same in all cases
    protocol_version
    pins       phases and slices, counted from 0, that the reader chose: ed_phase, es_phase,
               basal_slice, apical_slice
    answers    by question, those that were asked
    contours   structure, slice and phase counted from 0, parts: polygons of (column, row) in pixels
               with (0, 0) at the centre of the first pixel; even-odd. state auto: the AI drew it
               and nobody touched it; such a contour counts in volumes, not in Dice and distances

A difference of AI and reader, or of reference and reader, is reader - AI and reader - reference;
of reference and AI, AI - reference. What each figure means: docs/science/agreement.md.
"""


def write_raw(*, by: User, project: Project, protocol: str, out: IO[bytes]) -> int:
    """Every read that the statistics of a protocol take, into ``out`` as a ZIP. Returns how many.

    Raises NotAllowed without the permission, InvalidInput for a protocol that isn't there."""
    require(by, Permission.VIEW_AGREEMENT, project)
    rows, protocols = statistics_rows(by, project)
    chosen = chosen_protocol(protocols, protocol)
    names = Names(project, rows, by_number=knows_readers_by_number(by, project))
    cases = (
        []
        if chosen is None
        else by_case(r for r in rows if r.protocol_version.protocol_id == chosen.pk)
    )
    written = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry("README.txt"), README)
        if chosen is not None:
            newest = ProtocolVersion.objects.filter(protocol=chosen).latest("number")
            archive.writestr(_entry("protocol.json"), json.dumps(document(newest), indent=2))
        with archive.open("cases.jsonl", "w", force_zip64=True) as lines:
            text = io.TextIOWrapper(lines, encoding="utf-8", newline="\n")
            for case in cases:
                text.write(json.dumps(_case(case, names), separators=(",", ":")) + "\n")
                written += len(case.every)
            text.close()
    with transaction.atomic():
        record_in_project(
            project_id=project.pk,
            by=by,
            action="statistics.raw_exported",
            target_type="project",
            target_id=project.pk,
            details={"cases": len(cases), "reads": written},
        )
    return written


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the time of the export: the same reads give the same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _case(case: CaseReads, names: Names) -> dict[str, Any]:
    load_stacks(case.every)
    first = case.every[0]
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "case": first.case.label,
        "site": first.case.visit.subject.site.name,
        "geometry": _geometry(first.stack),
        "reads": [_read(read, kind, names) for kind, read in _kinds(case)],
    }


def _kinds(case: CaseReads) -> Iterator[tuple[str, Read]]:
    if case.reference is not None:
        yield "reference", case.reference
    if case.draft is not None:
        yield "ai", case.draft
    for read in case.readings:
        yield "reading", read
    for _, read in case.repeats:
        yield "second_reading", read


def _geometry(stack: Stack) -> dict[str, Any]:
    meta = StackMeta.from_json(stack.meta)
    return {
        "rows": meta.rows,
        "columns": meta.columns,
        "n_slices": meta.n_slices,
        "n_phases": meta.n_phases,
        "pixel_spacing_mm": list(meta.pixel_spacing_mm),
        "slice_spacing_mm": meta.slice_spacing_mm,
        "spacing_assumed": meta.spacing_assumed,
    }


def _read(read: Read, kind: str, names: Names) -> dict[str, Any]:
    contents = contents_of(read)
    positions = frame_positions(read.stack.addresses)
    key = names.key(read)
    draft = read.purpose == ReadPurpose.DRAFT
    answers = {} if draft else rules_of(read.protocol_version).visible_answers(contents.answers)
    return {
        "kind": kind,
        "reader": {"key": key, "label": names.labels[key]},
        "protocol_version": read.protocol_version.number,
        "pins": {name: place for name, place in contents.pins.items() if place is not None},
        "answers": answers,
        "contours": [
            {
                "structure": row.structure,
                "slice": place[0],
                "phase": place[1],
                "state": str(row.state),
                "parts": row.parts,
            }
            for row in contents.annotations
            if row.parts and (place := positions.get(key_of(row).frame)) is not None
        ],
    }
