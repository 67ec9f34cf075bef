from portal.storage.models.blob import Blob

__all__ = ["Blob"]
