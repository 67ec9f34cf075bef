"""What of a value doesn't fit a JSON Schema: paths and sentences."""

from collections.abc import Iterator
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from portal.protocols.schema.words import CODE_PATTERN, COLOR_PATTERN

Problems = dict[str, list[str]]
_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
_ODD = "Some characters can't be used here."
_SAID = {
    CODE_PATTERN: "Use up to 40 letters without accents, digits, - and _.",
    COLOR_PATTERN: "Give a colour such as #4cd4a0.",
}


def shape_problems(schema: dict[str, Any], value: Any) -> Problems:
    """Path such as ``questions.2.options`` -> what is wrong there; empty where all fits."""
    problems: Problems = {}
    for error in Draft202012Validator(schema).iter_errors(value):
        for path, message in _said(error):
            place = problems.setdefault(path, [])
            if message not in place:
                place.append(message)
    return dict(sorted(problems.items()))


def _said(error: ValidationError) -> Iterator[tuple[str, str]]:
    path = ".".join(map(str, error.absolute_path))
    rule = error.validator
    limit, schema = cast(Any, error.validator_value), cast(Any, error.schema)
    value = cast(Any, error.instance)
    if rule == "required":
        missing = [name for name in limit if name not in value]
        yield from ((_join(path, name), "Give this.") for name in missing)
    elif rule == "additionalProperties":
        unknown = [str(name) for name in value if name not in schema["properties"]]
        yield from ((_join(path, name), "No such field is known.") for name in unknown)
    elif rule == "anyOf":
        yield from _nearest(error, path)
    else:
        yield path, _sentence(str(rule), limit, value)


def _nearest(error: ValidationError, path: str) -> Iterator[tuple[str, str]]:
    """Of several forms the one that was meant: the first that the value has the outline of."""
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context or []:
        branches.setdefault(int(inner.schema_path[0]), []).append(inner)
    for found in branches.values():
        if not any(_is_outline(inner) for inner in found):
            for inner in found:
                yield from _said(inner)
            return
    forms = cast(list[dict[str, Any]], error.validator_value)
    types = [_TYPES[form["type"]] for form in forms if "type" in form]
    said = f"Give {' or '.join(types)}." if len(set(types)) > 1 else "This form is not known."
    yield path, said


def _is_outline(error: ValidationError) -> bool:
    """Wrong as a whole: another type, or an object with other names."""
    whole = len(error.relative_path) == 0
    return whole and error.validator in ("type", "required", "additionalProperties")


def _sentence(rule: str, limit: Any, value: Any) -> str:
    if rule == "pattern":
        return _SAID.get(limit) or ("Give some text." if not value.strip() else _ODD)
    sentences = {
        "type": f"Give {_TYPES.get(str(limit), 'another type')}.",
        "enum": f"Give one of: {', '.join(map(str, limit)) if rule == 'enum' else ''}.",
        "const": f"Give {limit}.",
        "minimum": f"Give a number from {limit}.",
        "maximum": f"Give a number up to {limit}.",
        "minItems": f"Give at least {limit}.",
        "maxItems": f"Give at most {limit}.",
        "maxLength": f"Give at most {limit} characters.",
    }
    return sentences.get(rule, "This can't be used.")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
