"""The model card of a model version."""

from portal.accounts.models import User
from portal.modelhub.card import decisions, learning, purpose, results, watching
from portal.modelhub.card.records import Records, records_of
from portal.modelhub.models import ModelVersion
from portal.modelhub.papers import Paper


def model_card(user: User, model: ModelVersion) -> Paper:
    """Within what the person may see. What nobody recorded is said to be so."""
    found = records_of(user, model)
    return Paper(
        title=f"Model card: {model.name} {model.version}",
        subtitle=f"{model.title}. Project {model.project.name}. Made from the portal's records; "
        "research use only: a person decides on every contour.",
        warnings=_warnings(found),
        sections=[
            purpose.section(found),
            *learning.sections(found),
            *results.sections(found),
            *decisions.sections(found),
            *watching.sections(found),
        ],
    )


def _warnings(found: Records) -> list[str]:
    """What nobody may overlook, the licence first."""
    said = found.restrictions()
    if found.model.demonstration:
        said.append("A demonstration model, poor on purpose.")
    if found.withdrawn:
        names = ", ".join(f"{row['name']} version {row['version']}" for row in found.withdrawn)
        said.append(f"It learned from data of a subject who was withdrawn since: {names}.")
    return said
