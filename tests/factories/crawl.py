"""Every address of the portal with every id there is: what a curious person would try."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from portal.accounts.models import User
from portal.core.models import Entity
from portal.imaging.models import Instance, Series, Study
from portal.projects.models import Project
from tests.factories.reading import Api

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


def known_ids() -> list[str]:
    """Ids of all rows that may stand in an address."""
    ids = [str(pk) for pk in User.objects.values_list("pk", flat=True)]
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


def filled(route: str, ids: list[str]) -> Iterator[str]:
    """The route with every combination of what its parameters may be."""
    names = _parameters(route)
    choices = [_choices(kind, name, ids) for kind, name in names]
    for values in product(*choices):
        address = route
        for (kind, name), value in zip(names, values, strict=True):
            address = address.replace(f"<{kind}:{name}>" if kind else f"<{name}>", value, 1)
        yield address.rstrip("$")


def _parameters(route: str) -> list[tuple[str, str]]:
    found = []
    for piece in route.split("<")[1:]:
        kind, _, name = piece.split(">")[0].rpartition(":")
        found.append((kind, name))
    return found


def _choices(kind: str, name: str, ids: list[str]) -> list[str]:
    if kind == "uuid":
        return ids
    if kind == "slug":
        return list(Project.objects.values_list("slug", flat=True))
    if kind == "int":
        return ["1"]
    if "study" in name:
        return list(Study.objects.values_list("study_uid", flat=True))
    if "series" in name:
        return list(Series.objects.values_list("series_uid", flat=True))
    if "instance" in name or "sop" in name:
        return list(Instance.objects.values_list("sop_instance_uid", flat=True)) or ["1.2.3"]
    return ["1"]


def crawl(api: Api) -> dict[str, tuple[int, bytes]]:
    """Status and bytes of everything the person can GET."""
    ids = known_ids()
    seen: dict[str, tuple[int, bytes]] = {}
    for route in addresses():
        if any(mark in route for mark in SKIPPED):
            continue
        for address in filled(route, ids):
            answer = api.client.get(address)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            seen[address] = (answer.status_code, content)
    return seen
