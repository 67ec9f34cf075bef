from portal.agreement.models.comparison import Comparison

__all__ = ["Comparison"]
