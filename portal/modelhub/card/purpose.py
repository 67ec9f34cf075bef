"""What the model is for, and what it is not for."""

from typing import Any

from portal.modelhub.card.records import Records
from portal.modelhub.papers import NOT_RECORDED, Fact, Facts, Items, Note, Section, said


def section(found: Records) -> Section:
    card, model = found.card, found.model
    limits = [str(limit) for limit in card.get("limits", [])]
    return Section(
        "Purpose and limits",
        [
            Facts(
                [
                    Fact("Model", f"{model.name} {model.version}", found.page),
                    Fact("State", str(model.state)),
                    Fact("Summary", said(card.get("summary"))),
                    Fact("Intended use", said(card.get("intended_use"))),
                    Fact("Scope", scope_text(card)),
                    Fact("Not for", not_for(card)),
                    Fact("Licence", said(card.get("licence"))),
                    Fact("Not for commercial use", said(bool(found.restrictions()))),
                    Fact("Architecture", architecture_text(card)),
                    Fact("Input", in_words(card.get("input"))),
                    Fact("Weights, SHA-256", model.weights_sha256),
                    Fact("Weights files", said(len(card.get("weights", [])) or None)),
                    Fact("In this project since", model.created_at.date().isoformat()),
                ]
            ),
            Items(limits) if limits else Note(f"Known limits: {NOT_RECORDED}."),
        ],
    )


def in_words(value: Any) -> str:
    """A part of a card as one line; every word and number of it is kept."""
    if isinstance(value, dict):
        text = "; ".join(f"{str(k).replace('_', ' ')}: {in_words(v)}" for k, v in value.items())
        return text or NOT_RECORDED
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value) or NOT_RECORDED
    return said(value)


def scope_text(card: dict[str, Any]) -> str:
    scope = {k: v for k, v in (card.get("scope") or {}).items() if k != "not_for"}
    return in_words(scope)


def not_for(card: dict[str, Any]) -> str:
    return in_words((card.get("scope") or {}).get("not_for", []))


def architecture_text(card: dict[str, Any]) -> str:
    return in_words(card.get("architecture") or card.get("format"))
