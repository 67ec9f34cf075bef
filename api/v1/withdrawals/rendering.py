from typing import Any

from portal.accounts.models import User
from portal.cases.models import Subject, WithdrawnSubject


def subject(row: Subject) -> dict[str, Any]:
    """``row`` comes from ``visible_subjects``."""
    withdrawn = getattr(row, "withdrawal", None)
    return {
        "id": row.pk,
        "label": row.label,
        "site": row.site.name,
        "n_cases": row.n_cases,  # type: ignore[attr-defined]
        "n_studies": row.n_studies,  # type: ignore[attr-defined]
        "created_at": row.created_at,
        "withdrawn": _withdrawn(withdrawn) if withdrawn else None,
    }


def _withdrawn(row: WithdrawnSubject) -> dict[str, Any]:
    by = None if row.by_id == "system" else User.objects.filter(pk=row.by_id).first()
    return {
        "at": row.created_at,
        "by": by.display_name if by else "system",
        "reason": row.reason,
        "removed": row.removed,
        "affected": row.affected,
    }
