from portal.measurements.models.measurement import Measurement

__all__ = ["Measurement"]
