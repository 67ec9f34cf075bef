"""What is sent to each address that takes something, whole enough to be permitted or refused."""

from typing import Any

from portal.protocols.ready import ready_document
from tests.factories import reading as f


def bodies_for(things: dict[str, str], email: str, protocol: dict[str, Any]) -> dict[str, Any]:
    """A body that passes the checks which come before the decision, by method and address."""
    case, user = things.get("case_id"), things["user_id"]
    roles = {"roles": ["observer"]}
    operation = {"op_id": "z", "freezes": {}}
    return {
        "POST session/": {"email": email, "password": f.PASSWORD},
        "POST password/change/": {
            "current_password": f.PASSWORD,
            "new_password": "a longer word 9",
        },
        "POST password/reset/": {"email": email},
        "POST password/reset/confirm/": {
            "token": things.get("reset_token"),
            "new_password": "a longer word 9",
        },
        "POST tokens/": {"name": "mine"},
        "POST notifications/read/": {"ids": []},
        "PUT me/preferences/": {"viewer": {}},
        "POST users/": {"email": "new@example.org", "display_name": "New"},
        "PATCH users/<user_id>/": {"display_name": "Renamed"},
        "POST projects/": {"name": "Another", "slug": "another"},
        "PATCH projects/<slug>/": {"name": "Renamed"},
        "PATCH projects/<slug>/stacks/<stack_id>/kind/": {"view": "4CH"},
        "POST projects/<slug>/members/": {"email": email, **roles},
        "PATCH projects/<slug>/members/<user_id>/": roles,
        "POST projects/<slug>/invitations/": roles,
        "POST invitations/<token>/accept/": {
            "display_name": "New",
            "email": "newer@example.org",
            "password": "a longer word 9",
        },
        "POST projects/<slug>/imports/<batch_id>/known/": {"files": []},
        "POST projects/<slug>/protocols/": ready_document("infarct-scar"),
        "POST projects/<slug>/protocols/draft/": {"document": {}},
        "PUT projects/<slug>/protocols/<protocol_id>/": protocol,
        "PUT projects/<slug>/receiving/": {"ae_title": "HERE", "senders": []},
        "POST projects/<slug>/remote-archives/": {
            "name": "Another",
            "base_url": "https://pacs.example.org/dicom-web",
        },
        "POST projects/<slug>/remote-archives/<archive_id>/pull/": {"study_uids": ["1.2.3"]},
        "POST projects/<slug>/assignments/": {"case_ids": [case], "user_ids": [user]},
        "POST projects/<slug>/assignments/plan/": {"user_ids": [user]},
        "POST projects/<slug>/assignments/plan/make/": {
            "user_ids": [user],
            "seed": "s",
            "digest": "d",
        },
        "PUT projects/<slug>/strata/": {"rows": []},
        "POST projects/<slug>/reading/pause/": {"reason": "holidays"},
        "POST projects/<slug>/training/cases/": {"case_ids": [case]},
        "POST projects/<slug>/training/give/": {"user_ids": [user]},
        "POST projects/<slug>/training/admit/": {"user_id": user, "reason": "known to us"},
        "POST reads/<read_id>/first-opinion/": operation,
        "POST projects/<slug>/conflicts/": {"user_id": user, "case_id": case, "reason": "kin"},
        "POST reads/<read_id>/reassign/": {"user_id": user, "reason": "ill"},
        "POST reads/<read_id>/conflict/": {"reason": "kin"},
        "POST projects/<slug>/preannotate/": {"case_ids": [case]},
        "POST projects/<slug>/reidentification/open/": {"password": f.PASSWORD},
        "POST reads/<read_id>/withdraw/": {"reason": "wrong case"},
        "POST reads/<read_id>/operations/": {"operations": []},
        "POST reads/<read_id>/segment-frame/": {"slice": 99, "phase": 0},
        "POST reads/<read_id>/submit/": operation,
        "POST adjudications/<adjudication_id>/decide/": {
            "op_id": "z",
            "source": "a",
            "reason": "papillary",
        },
        "POST adjudications/<adjudication_id>/undo/": {"op_id": "z", "decisions": []},
        "POST projects/<slug>/cases/<case_id>/reference/reopen/": {"reason": "wrong class"},
        "POST adjudications/<adjudication_id>/sign/": {
            **operation,
            "password": f.PASSWORD,
            "meaning": "Settled",
        },
        "POST projects/<slug>/meetings/": {"op_id": "z", "title": "Friday"},
        "POST projects/<slug>/cases/<case_id>/presence/": {"page": "case"},
        "POST meetings/<meeting_id>/invite/": {"op_id": "z", "user_ids": []},
        "POST meetings/<meeting_id>/agenda/": {"op_id": "z", "case_ids": []},
        "POST meetings/<meeting_id>/act/": {
            "op_id": "z",
            "kind": "chat",
            "details": {"text": "hello"},
        },
        "POST worker/jobs/<job_id>/lease/": {"worker": "w"},
        "POST worker/next/": {"worker": "w"},
        "POST worker/bye/": {"worker": "w"},
        "POST worker/jobs/<job_id>/result/": {"status": "failed"},
        "POST projects/<slug>/subjects/<subject_id>/withdrawal/": {
            "reason": "consent",
            "password": f.PASSWORD,
        },
        "POST projects/<slug>/datasets/": {"name": "another"},
        "POST datasets/<dataset_id>/exports/": {"formats": ["nifti"]},
        "POST projects/<slug>/test-sets/": {"name": "another", "kind": "cases"},
        "POST models/<model_id>/shadow/": {"on": True},
        "POST models/<model_id>/evaluate/": {"test_set_id": things["test_set_id"]},
        "POST models/<model_id>/propose/": {"reason": "better"},
        "POST models/<model_id>/approve/": {"password": f.PASSWORD, "meaning": "Approved"},
        "POST models/<model_id>/refuse/": {"reason": "worse"},
        "POST models/<model_id>/roll-back/": {"reason": "worse than thought"},
        "POST projects/<slug>/gate-plans/": {
            "password": f.PASSWORD,
            "meaning": "Stated",
            "rules": {},
            **dict.fromkeys(("may_change", "protocol", "impact"), "As we said"),
        },
        "POST projects/<slug>/drift/": {"first_date": "2026-01-05", "last_date": "2026-02-01"},
        "POST projects/<slug>/training-runs/": {
            "dataset_id": things["dataset_id"],
            "base_model_id": things["base_model_id"],
        },
    }
