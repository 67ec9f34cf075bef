"""Large JSON documents in a column."""

from typing import Any

import orjson
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Jsonb

from portal.core.decoding import FastDecoder


class DocumentField(models.JSONField):
    """A JSON column for documents of kilobytes, written and read several times as fast.

    In a bulk insert PostgreSQL would get all documents as one array, each quoted character by
    character once more; a placeholder of its own sends them as they are.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("decoder", FastDecoder)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """As far as the schema goes it is a JSON column like any other."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("decoder", None)
        return name, "django.db.models.JSONField", args, kwargs

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        return "%s"

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if connection.vendor == "postgresql" and isinstance(value, dict | list):
            return Jsonb(value, dumps=orjson.dumps)
        return super().get_db_prep_value(value, connection, prepared)
