"""Who refers to bytes: every foreign key to a blob, found from the models themselves."""

from collections import Counter

from django.db.models import Count, Model

from portal.storage.models import Blob


def referring_fields() -> list[tuple[type[Model], str]]:
    """(model, name of its foreign key) for each, whichever app it is of."""
    return [
        (relation.related_model, relation.field.name) for relation in Blob._meta.related_objects
    ]


def references_to(sha256: str) -> int:
    """How many rows hold these bytes."""
    return sum(
        model._default_manager.filter(**{name: sha256}).count()
        for model, name in referring_fields()
    )


def references_between(first: str, last: str) -> Counter[str]:
    """References per hash, for hashes from ``first`` up to and without ``last``."""
    found: Counter[str] = Counter()
    for model, name in referring_fields():
        rows = model._default_manager.filter(
            **{f"{name}__gte": first, f"{name}__lt": last}
        ).values_list(name)
        for sha256, n in rows.annotate(n=Count("pk")).order_by():
            found[sha256] += n
    return found
