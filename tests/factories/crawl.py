"""Every address of the portal with every id there is: what a curious person would try."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from portal.accounts.models import User
from portal.core.models import Entity
from portal.imaging.aliases import OWN, Names
from portal.imaging.models import Instance, Series, Stack, Study
from portal.projects.models import Project
from portal.reads.models import READ_BY_READERS, Read
from tests.factories.reading import Api

NOTHING = "00000000-0000-4000-8000-000000000000"
# the person's own sign-ins carry the time of this very request; files and the application's
# shell know nothing of reads
SKIPPED = ("sessions/", "static", "schema", "(?P<path>")


def addresses() -> Iterator[str]:
    """All URL patterns below the root, as Django writes them."""
    yield from _walk(get_resolver().url_patterns, "/")


def _walk(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def names_known_to(person: User | None) -> list[Names]:
    """Own names, and those of all the person's reads: the one to come too."""
    own = Read.objects.filter(reader__user=person, purpose__in=READ_BY_READERS) if person else []
    return [OWN, *(Names(read.pk) for read in own)]


def known_ids(names: list[Names]) -> list[str]:
    """Ids of all rows that may stand in an address."""
    stacks = Stack.objects.values_list("pk", flat=True)
    aliases = [str(n.row_id(pk)) for n in names if n.scope for pk in stacks]
    ids = aliases + [str(pk) for pk in User.objects.values_list("pk", flat=True)]
    for model in apps.get_models():
        if issubclass(model, Entity) and model._meta.label in NAMED:
            ids += [str(pk) for pk in model._default_manager.values_list("pk", flat=True)]
    return ids


NAMED = {
    "cases.Case",
    "reads.Read",
    "reads.Reader",
    "adjudication.Adjudication",
    "adjudication.ReferenceStandard",
    "agreement.Comparison",
    "imaging.Study",
    "imaging.Stack",
    "jobs.Job",
    "protocols.Protocol",
}


def filled(route: str, ids: list[str], called: Names = OWN) -> Iterator[str]:
    """The route with every combination of what its parameters may be; UIDs under one person's
    names. Where an address takes two ids every id stands in every place, beside itself and beside
    one of nothing: all pairs of all ids would be half of all requests."""
    names = _parameters(route)
    places = [i for i, (kind, _) in enumerate(names) if kind == "uuid"]
    choices = [_choices(kind, name, ids, called) for kind, name in names]
    if len(places) > 1:
        rows = [tuple(row) for id_ in ids for row in _placed(id_, places, choices)]
    else:
        rows = list(product(*choices))
    for values in rows:
        address = route
        for (kind, name), value in zip(names, values, strict=True):
            address = address.replace(f"<{kind}:{name}>" if kind else f"<{name}>", value, 1)
        yield address.rstrip("$")


def _placed(id_: str, places: list[int], choices: list[list[str]]) -> Iterator[list[str]]:
    for filled_places in (places, *([place] for place in places)):
        yield [
            (id_ if i in filled_places else NOTHING) if i in places else values[0]
            for i, values in enumerate(choices)
        ]


def _parameters(route: str) -> list[tuple[str, str]]:
    found = []
    for piece in route.split("<")[1:]:
        kind, _, name = piece.split(">")[0].rpartition(":")
        found.append((kind, name))
    return found


def _choices(kind: str, name: str, ids: list[str], called: Names) -> list[str]:
    if kind == "uuid":
        return ids
    if kind == "slug":
        return list(Project.objects.values_list("slug", flat=True))
    if kind == "int":
        return ["1"]
    if "study" in name:
        return [called.uid(u) for u in Study.objects.values_list("study_uid", flat=True)]
    if "series" in name:
        return [called.uid(u) for u in Series.objects.values_list("series_uid", flat=True)]
    if "instance" in name or "sop" in name:
        held = Instance.objects.values_list("sop_instance_uid", flat=True)
        return [called.uid(u) for u in held] or ["1.2.3"]
    return ["1"]


def crawl(api: Api) -> dict[str, tuple[int, bytes]]:
    """Status and bytes of everything the person can GET."""
    names = names_known_to(api.person)
    ids = known_ids(names)
    seen: dict[str, tuple[int, bytes]] = {}
    for route in addresses():
        if any(mark in route for mark in SKIPPED):
            continue
        # UIDs stand in no address that has no other names of things
        ways = names if "<str:study>" in route else [OWN]
        for address in (a for way in ways for a in filled(route, ids, way)):
            answer = api.client.get(address)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            seen[address] = (answer.status_code, content)
    return seen
