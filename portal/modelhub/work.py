"""Models in envelopes."""

from cmrkit.contracts import ModelRef
from portal.jobs.registry import LinkInput
from portal.modelhub.models import ModelVersion
from portal.storage import files


def model_ref(model: ModelVersion, link: LinkInput) -> ModelRef:
    """Shipped packages are known to workers by their hash; others come with a link."""
    return ModelRef(
        name=model.name,
        version=model.version,
        weights_sha256=model.weights_sha256,
        url=link("weights", str(model.pk)) if model.weights_id else None,
        licence=str(model.card.get("licence", "")),
    )


def load_weights(model_id: str) -> tuple[bytes, str]:
    model = ModelVersion.objects.get(pk=model_id)
    assert model.weights_id is not None
    return files.read_bytes(model.weights_id), "application/octet-stream"
