"""Between the names that a read's reader knows and those that are stored (``portal.reads.naming``):
what comes in after it was parsed, and what an error says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from api.v1.imaging.rendering import ROW_KEYS, UID_KEYS
from portal.annotations.content import ContourKey
from portal.annotations.models import EntryKind
from portal.annotations.services.operations import AnyOp, EntryOp
from portal.core.errors import DomainError
from portal.imaging.aliases import Names, renamed
from portal.measurements.services.freezing import Freezes
from portal.reads.naming import WayBack


def operations_stored(way: WayBack, operations: list[AnyOp]) -> list[AnyOp]:
    return [_operation(way, operation) for operation in operations]


def freezes_stored(way: WayBack, freezes: Freezes) -> Freezes:
    contours = {_key(way, key): version for key, version in freezes.contours.items()}
    return replace(freezes, contours=contours)


@contextmanager
def errors_under(names: Names) -> Iterator[None]:
    """What a refusal names is named as the person knows it."""
    try:
        yield
    except DomainError as error:
        error.details = renamed(error.details, names, UID_KEYS, ROW_KEYS)
        raise


def _operation(way: WayBack, operation: AnyOp) -> AnyOp:
    if not isinstance(operation, EntryOp):
        return replace(operation, key=_key(way, operation.key))
    if operation.kind != EntryKind.OBJECT:
        return operation
    return replace(operation, value=way.world_object(operation.value))


def _key(way: WayBack, key: ContourKey) -> ContourKey:
    return key._replace(sop_instance_uid=way.uid(key.sop_instance_uid))
