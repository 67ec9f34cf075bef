"""QIDO-RS: studies, series and instances by attribute (PS3.18 10.6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from api.dicomweb.accept import require_json
from api.dicomweb.documents import document_reply, series_document, study_document
from api.dicomweb.exchange import ASK_AGAIN, DICOM_JSON, Ask, BadParameter, Reply
from api.dicomweb.extras import ALL_SERIES, ALL_STUDY, with_extras
from api.dicomweb.matching import (
    MODALITIES,
    MODALITY,
    STUDY_DATE,
    STUDY_TIME,
    Key,
    Path,
    included,
    keys_of,
    matches,
    number,
)
from api.dicomweb.shown import STUDY_UID, Shown, renamed_address, shown_to, stored_series_uid
from portal.imaging.columns import SERIES_TAGS, STUDY_TAGS, folded, folded_name, picked
from portal.imaging.models import DocumentKind, Instance, Series, Study
from portal.imaging.relabelling import relabelled
from portal.imaging.searching import (
    moment_condition,
    name_condition,
    range_condition,
    text_condition,
)
from portal.imaging.services.indexing import ROOT_MARK, refresh_stale
from portal.imaging.study_rows import study_rows

MAX_RESULTS = 5000
SERIES_SCANNED = 500  # of a search for instances that names no series
_RETRIEVE = "00081190"
_SERIES_UID, _INSTANCE_UID = "0020000E", "00080018"
_COUNTS = ("00201206", "00201208")
_STUDY_KEYS = {*STUDY_TAGS, MODALITIES, "00080056", *_COUNTS}
_SERIES_KEYS = {*SERIES_TAGS, "00080056", "00201209"}
_TEXT_COLUMNS = {
    "00100020": "found_patient_id",
    "00080050": "found_accession",
    "00200010": "found_study_id",
    "00081030": "found_description",
}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search, parsed."""

    keys: list[Key]
    everything: bool
    extra: set[Path]
    offset: int
    limit: int
    cut_by_server: bool  # the client asked for more than one answer may hold

    @property
    def plain(self) -> bool:
        return not (self.keys or self.everything or self.extra)


def wanted_of(ask: Ask) -> Wanted:
    require_json(ask.accept)
    everything, extra = included(ask.query)
    limit = number(ask.query, "limit", MAX_RESULTS + 1)
    return Wanted(
        keys=keys_of(ask.query),
        everything=everything,
        extra=extra,
        offset=number(ask.query, "offset", 0),
        limit=min(limit, MAX_RESULTS),
        cut_by_server=limit > MAX_RESULTS,
    )


def refresh(ask: Ask) -> None:
    admission = ask.visitor.admission
    if admission is None or admission.index_stale:
        refresh_stale(ask.visitor.project_id)


# ---- studies


def search_studies(ask: Ask) -> Reply:
    wanted = wanted_of(ask)
    _supported(wanted.keys, _STUDY_KEYS | {MODALITY}, "studies")
    refresh(ask)
    condition, rest = _study_condition(ask, wanted.keys, "")
    if rest or wanted.everything or wanted.extra or not ask.visitor.access.everything:
        rows = chain.from_iterable(
            _study_rows(ask, wanted, shown, condition) for shown in shown_to(ask, wanted.keys)
        )
        return _answer(ask, wanted, (row for row in rows if _all(row, rest)), None)
    texts = study_rows(ask.visitor.project_id, condition, offset=wanted.offset, limit=wanted.limit)
    remaining = 0
    if wanted.cut_by_server and len(texts) == MAX_RESULTS:
        found_studies = ask.visitor.studies().filter(condition)
        remaining = max(found_studies.count() - wanted.offset - len(texts), 0)
    return _texts(ask, texts, remaining)


def _study_rows(ask: Ask, wanted: Wanted, shown: Shown, condition: Q) -> Iterator[Row]:
    extra = ALL_STUDY if wanted.everything else ()
    rows = Study.objects.filter(shown.condition(), condition).order_by("-created_at", "pk")
    for study in rows.defer("thumbnail", "metadata").iterator(chunk_size=200):
        row = with_extras(study_row(ask, study), Q(series__study=study), wanted.extra, extra)
        yield _seen(ask, study, row, shown)


def study_row(ask: Ask, study: Study) -> Row:
    row: Row = orjson.loads(study.found_row or b"{}")
    return row


def _seen(ask: Ask, study: Study, row: Row, shown: Shown) -> Row:
    """The row as this person may see it."""
    if shown.opening is None:
        return row
    seen = relabelled(row, ask.visitor.label_of(study, shown.opening), shown.names)
    if _RETRIEVE in row:
        (address,) = row[_RETRIEVE]["Value"]
        seen[_RETRIEVE] = {"vr": "UR", "Value": [renamed_address(address, shown.names)]}
    return seen


def _study_condition(ask: Ask, keys: list[Key], prefix: str) -> tuple[Q, list[Key]]:
    """What the database can decide, and the keys that are left. For relabelled renditions only
    nothing is asked of the database: matching what is hidden would tell of it (their UIDs have
    been looked at by ``shown_to``)."""
    found, rest = Q(), []
    for key in keys:
        condition = None
        if key.path == (STUDY_UID,):
            everything = ask.visitor.access.everything
            condition = Q(**{f"{prefix}study_uid__in": key.values}) if everything else Q()
        elif ask.visitor.access.everything and len(key.path) == 1:
            condition = _column_condition(key, keys, prefix)
        if condition is None:
            rest.append(key)
        else:
            found &= condition
    return found, rest


def _column_condition(key: Key, keys: list[Key], prefix: str) -> Q | None:
    """None where no column answers it."""
    tag = key.tag
    if tag in (STUDY_DATE, STUDY_TIME):
        return _moment_condition(key, keys, prefix)
    if tag in _TEXT_COLUMNS:
        return text_condition(f"{prefix}{_TEXT_COLUMNS[tag]}", folded(key.wanted))
    if tag == "00100010":
        return name_condition(folded_name(key.wanted), prefix)
    if tag == "00080090":
        return text_condition(f"{prefix}found_referrer", folded_name(key.wanted))
    if tag == MODALITIES or (tag == MODALITY and not prefix):
        return _modalities(f"{prefix}found_modalities", key)
    return None


def _moment_condition(key: Key, keys: list[Key], prefix: str) -> Q:
    """Ranges of date and time together mean one range of moments (PS3.4 C.2.2.2.5)."""
    ranges = {k.path[0]: k.bounds for k in keys if len(k.path) == 1 and k.is_range}
    if STUDY_DATE in ranges and STUDY_TIME in ranges:
        return moment_condition(prefix, ranges[STUDY_DATE], ranges[STUDY_TIME])
    column = "study_date" if key.tag == STUDY_DATE else "found_time"
    return range_condition(f"{prefix}{column}", *key.bounds)


def _modalities(column: str, key: Key) -> Q:
    found = Q()
    for value in key.values:
        found |= text_condition(column, f"*\\{folded(value)}\\*")
    return found


# ---- series


def search_series(ask: Ask, study: str = "") -> Reply:
    wanted = wanted_of(ask)
    study_keys = [k for k in wanted.keys if k.path[0] in _STUDY_KEYS - _SERIES_KEYS]
    keys = [k for k in wanted.keys if k not in study_keys]
    _supported(keys, _SERIES_KEYS, "series")
    refresh(ask)
    condition, rest = _study_condition(ask, study_keys, "study__")
    rows = chain.from_iterable(
        _series_rows(ask, wanted, shown, _series(shown, condition, keys), relational=not study)
        for shown in shown_to(ask, study_keys, study)
    )
    found = (row for row in rows if _all(row, keys) and _all(row, rest))
    return _answer(ask, wanted, found, study)


def _series(shown: Shown, condition: Q, keys: list[Key]) -> QuerySet[Series]:
    """In order. UIDs are asked of the database where they are stored as the person knows them."""
    rows = Series.objects.filter(shown.condition("study__"), condition)
    for key in keys:
        if key.path == (_SERIES_UID,) and not shown.aliased:
            rows = rows.filter(series_uid__in=key.values)
    return rows.order_by("-study__created_at", "study_id", "number", "series_uid")


def _series_rows(
    ask: Ask, wanted: Wanted, shown: Shown, rows: QuerySet[Series], *, relational: bool
) -> Iterator[Row]:
    extra = ALL_SERIES if wanted.everything else ()
    above = set() if relational else {p for p in wanted.extra if p[0] in _STUDY_KEYS}
    ready = rows.select_related("study").defer("metadata", "study__metadata", "study__thumbnail")
    for series in ready.iterator(chunk_size=200):
        own = orjson.loads(series.found_row or b"{}")
        row = with_extras(own, Q(series=series), wanted.extra, extra)
        study = study_row(ask, series.study)
        if relational or wanted.everything:
            row = {**study, **row}
        else:
            row = {**picked(study, tuple(p[0] for p in above)), **row}
        row[STUDY_UID] = {"vr": "UI", "Value": [series.study.study_uid]}
        yield _seen(ask, series.study, row, shown)


# ---- instances


def search_instances(ask: Ask, study: str = "", series: str = "") -> Reply:
    wanted = wanted_of(ask)
    if study and wanted.plain and wanted.offset == 0 and "limit" not in ask.query:
        found = (
            series_document(ask.visitor, study, series, DocumentKind.ROWS)
            if series
            else study_document(ask.visitor, study, DocumentKind.ROWS)
        )
        if found.content.count(ROOT_MARK) <= MAX_RESULTS and found.content != b"[]":
            return _named(document_reply(ask, found), ask)
    refresh(ask)
    scanned = Scan()
    all_shown = list(shown_to(ask, wanted.keys, study))
    found_series = chain.from_iterable(
        ((shown, one) for one in _series_of_instances(ask, wanted, shown, series).iterator(100))
        for shown in all_shown
    )
    hits = _instance_rows(ask, wanted, found_series, scanned, study, series)
    reply = _answer(ask, wanted, hits, study)
    if scanned.cut:
        _warn(reply, f"Only the newest {SERIES_SCANNED} series were searched. Name a study.")
    return reply


@dataclass(slots=True)
class Scan:
    cut: bool = False


def _series_of_instances(ask: Ask, wanted: Wanted, shown: Shown, series: str) -> QuerySet[Series]:
    study_keys = [k for k in wanted.keys if k.path[0] in _STUDY_KEYS and k.path[0] != "00080005"]
    condition, _ = _study_condition(ask, study_keys, "study__")
    rows = _series(shown, condition, wanted.keys)
    if series:
        rows = rows.filter(series_uid=stored_series_uid(shown, series))
    for key in wanted.keys:
        if key.path == (_INSTANCE_UID,) and not shown.aliased:
            named = Instance.objects.filter(sop_instance_uid__in=key.values)
            rows = rows.filter(pk__in=named.values("series"))
    return rows.select_related("study").defer("study__thumbnail", "study__metadata")


def _instance_rows(
    ask: Ask,
    wanted: Wanted,
    series_shown: Iterable[tuple[Shown, Series]],
    scanned: Scan,
    study: str,
    series: str,
) -> Iterator[Row]:
    """Rows of the series one by one, matched on all that their headers hold."""
    for n, (shown, one) in enumerate(series_shown):
        if n >= SERIES_SCANNED and not study:
            scanned.cut = True
            return
        named = (shown.names.uid(one.study.study_uid), shown.names.uid(one.series_uid))
        uids = (ask.visitor, *named)
        found = orjson.loads(series_document(*uids, DocumentKind.ROWS).content)
        above = _above(ask, one, shown, study, series)
        if wanted.plain:
            yield from ({**above, **row} for row in found)
            continue
        full = orjson.loads(series_document(*uids, DocumentKind.METADATA).content)
        both = {**study_row(ask, one.study), **orjson.loads(one.found_row)}
        both = _seen(ask, one.study, both, shown)
        for row, metadata in zip(found, full, strict=True):
            if _all({**both, **metadata, **row}, wanted.keys):
                yield {**above, **_included({**both, **metadata}, wanted), **row}


def _above(ask: Ask, series: Series, shown: Shown, study: str, within: str) -> Row:
    """Attributes of the study and the series where the address doesn't name them."""
    row: Row = {}
    if not study:
        row |= study_row(ask, series.study)
    if not within:
        row |= orjson.loads(series.found_row or b"{}")
    row = _seen(ask, series.study, row, shown) if row else row
    row[STUDY_UID] = {"vr": "UI", "Value": [shown.names.uid(series.study.study_uid)]}
    row[_SERIES_UID] = {"vr": "UI", "Value": [shown.names.uid(series.series_uid)]}
    return row


def _included(metadata: Row, wanted: Wanted) -> Row:
    if wanted.everything:
        return {tag: entry for tag, entry in metadata.items() if "BulkDataURI" not in entry}
    return picked(metadata, tuple(path[0] for path in wanted.extra))


# ---- answers


def _supported(keys: list[Key], tags: set[str], what: str) -> None:
    """A key that can't be looked at must not look as if it had matched."""
    for key in keys:
        if key.path[0] not in tags:
            raise BadParameter(
                f"Searching for {what} by {'.'.join(key.path)} isn't offered. "
                "docs/dicom-conformance.md lists the keys."
            )


def _all(row: Row, keys: list[Key]) -> bool:
    return all(matches(row, _for_row(row, key)) for key in keys)


def _for_row(row: Row, key: Key) -> Key:
    if key.path == (MODALITY,) and MODALITY not in row:
        return Key((MODALITIES,), key.vr, key.wanted)
    return key


def _answer(ask: Ask, wanted: Wanted, rows: Iterator[Row], study: str | None) -> Reply:
    found = list(islice(rows, wanted.offset, wanted.offset + wanted.limit))
    remaining = 0
    if wanted.cut_by_server and len(found) == MAX_RESULTS:
        remaining = sum(1 for _ in rows)
    texts = [orjson.dumps(row, option=orjson.OPT_SORT_KEYS).decode() for row in found]
    return _texts(ask, texts, remaining)


def _texts(ask: Ask, texts: list[str], remaining: int) -> Reply:
    if not texts:
        reply = Reply(204)
    else:
        body = f"[{','.join(texts)}]".encode().replace(ROOT_MARK, ask.root.encode())
        reply = Reply(200, body, DICOM_JSON)
    reply.headers["Cache-Control"] = ASK_AGAIN
    if remaining:
        _warn(reply, f"There are {remaining} additional results that can be requested")
    return _named(reply, ask)


def _named(reply: Reply, ask: Ask) -> Reply:
    if ask.parameter("fuzzymatching").lower() == "true":
        _warn(
            reply,
            "The fuzzymatching parameter is not supported. "
            "Only literal matching has been performed.",
        )
    return reply


def _warn(reply: Reply, text: str) -> None:
    held = reply.headers.get("Warning")
    warning = f'299 accord "{text}"'
    reply.headers["Warning"] = f"{held}, {warning}" if held else warning
