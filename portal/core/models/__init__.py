from portal.core.models.entity import Entity

__all__ = ["Entity"]
