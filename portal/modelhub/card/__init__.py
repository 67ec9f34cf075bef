"""The model card, and what it is made of: everything in it comes from records."""

from portal.modelhub.card.card import model_card
from portal.modelhub.card.records import Records, records_of

__all__ = ["Records", "model_card", "records_of"]
