"""De-identification: PS3.15 basic profile, with everything not known to be harmless left out."""

from cmrkit.deid.deidentify import Deidentified, Identity, deidentify
from cmrkit.deid.keys import ProjectKeys
from cmrkit.deid.procedure import NONE, Option, Procedure, procedure_named

__all__ = [
    "NONE",
    "Deidentified",
    "Identity",
    "Option",
    "Procedure",
    "ProjectKeys",
    "deidentify",
    "procedure_named",
]
