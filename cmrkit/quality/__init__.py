"""Is it what the model was made for, are the images good enough, can the draft be right."""

from cmrkit.quality.catalogue import TOPIC_OF, TOPICS, topic_of
from cmrkit.quality.chambers import chamber_findings
from cmrkit.quality.draft import draft_findings
from cmrkit.quality.finding import Finding, Severity
from cmrkit.quality.image import Grade, ImageQuality, grade_images
from cmrkit.quality.millimetres import Millimetres
from cmrkit.quality.plausible import Traits, heart_findings, traits_of
from cmrkit.quality.scope import CHAMBER_VIEWS, ImageFacts, fact_findings, pixel_findings

__all__ = [
    "CHAMBER_VIEWS",
    "TOPICS",
    "TOPIC_OF",
    "Finding",
    "Grade",
    "ImageFacts",
    "ImageQuality",
    "Millimetres",
    "Severity",
    "Traits",
    "chamber_findings",
    "draft_findings",
    "fact_findings",
    "grade_images",
    "heart_findings",
    "pixel_findings",
    "topic_of",
    "traits_of",
]
