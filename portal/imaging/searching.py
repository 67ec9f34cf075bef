"""Conditions of a search on the columns of studies, for the database."""

from django.db.models import CharField, Lookup, Q


@CharField.register_lookup
class Like(Lookup):
    """``LIKE`` with the caller's own pattern: a prefix can use the index."""

    lookup_name = "like"
    prepare_rhs = False

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right} ESCAPE '\\'", [*left_params, *right_params]


def text_condition(column: str, wanted: str) -> Q:
    """``*`` for any text and ``?`` for one character; else the text itself. ``wanted`` is folded
    as the column is."""
    if "*" not in wanted and "?" not in wanted:
        return Q(**{column: wanted})
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Q(**{f"{column}__like": escaped.replace("*", "%").replace("?", "_")})


def name_condition(wanted: str, prefix: str = "") -> Q:
    """A person name, by its alphabetic component group; by the others too where the text isn't
    ASCII alone."""
    found = text_condition(f"{prefix}found_name", wanted)
    if not wanted.isascii():
        found |= text_condition(f"{prefix}found_name_other", wanted)
        found |= text_condition(f"{prefix}found_name_other", f"*={wanted}")
        found |= text_condition(f"{prefix}found_name_other", f"{wanted}=*")
    return found


def range_condition(column: str, first: str, last: str) -> Q:
    """Both ends belong to it; an empty one is open. Studies without the value don't match."""
    found = ~Q(**{column: ""})
    if first:
        found &= Q(**{f"{column}__gte": first})
    if last:
        found &= Q(**{f"{column}__lte": last})
    return found


def moment_condition(prefix: str, dates: tuple[str, str], times: tuple[str, str]) -> Q:
    """Date and time as one moment: from the first date at the first time to the last at the
    last."""
    date, time = f"{prefix}study_date", f"{prefix}found_time"
    found = ~Q(**{date: ""})
    if dates[0]:
        found &= Q(**{f"{date}__gt": dates[0]}) | Q(**{date: dates[0], f"{time}__gte": times[0]})
    if dates[1]:
        latest = Q(**{f"{time}__lte": times[1]}) if times[1] else Q()
        found &= Q(**{f"{date}__lt": dates[1]}) | (Q(**{date: dates[1]}) & latest)
    return found
