"""Weekly charts of what comes in, what models make of it and what readers do with that."""

from portal.modelhub.drift.charts import Charted, Lacking, chart_all
from portal.modelhub.drift.signals import Sample

__all__ = ["Charted", "Lacking", "Sample", "chart_all"]
