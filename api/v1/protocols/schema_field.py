"""Fields of a protocol on the wire, written from its JSON Schema so that it is said once."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction
from rest_framework import serializers

from portal.protocols.schema.document import RULES


class RuleField(serializers.JSONField):
    """One key of the rules. It is not checked here: ``check_rules`` says by path what is wrong."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)
        self.rule = name


class RuleFieldSchema(OpenApiSerializerFieldExtension):
    target_class = RuleField

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        found: dict[str, Any] = as_openapi(RULES[self.target.rule])
        return found


def as_openapi(schema: Any) -> Any:
    """OpenAPI 3.0 for a JSON Schema: null is a property of a type there, and conditions, which
    hold conditions, are left as objects."""
    if isinstance(schema, list):
        return [as_openapi(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"type": "object", "additionalProperties": True}
    forms = schema.get("anyOf", [])
    if {"type": "null"} in forms:
        (other,) = (form for form in forms if form != {"type": "null"})
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**as_openapi(other), **rest, "nullable": True}
    return {key: as_openapi(value) for key, value in schema.items()}
