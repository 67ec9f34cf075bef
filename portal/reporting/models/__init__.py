from portal.reporting.models.report import Report

__all__ = ["Report"]
