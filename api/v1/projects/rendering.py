"""How a model version is named wherever it is mentioned."""

from typing import Any

from portal.modelhub.models import ModelVersion


def model_brief(model: ModelVersion) -> dict[str, Any]:
    """``ModelBrief`` of the wire contract; the licence marks travel with the name."""
    return {
        "id": model.pk,
        "name": model.name,
        "version": model.version,
        "title": model.title,
        "noncommercial": model.noncommercial,
        "demonstration": model.demonstration,
        "state": model.state,
    }
