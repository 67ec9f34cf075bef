"""The audit trail holds, and whatever is done to it in the database shows, with its place."""

import time
from collections.abc import Callable, Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from portal.audit import services
from portal.audit import verify as verifying
from portal.audit.models import AuditChain, AuditEvent
from portal.audit.services import INSTALLATION, event_hash, project_scope, record
from portal.audit.verify import all_scopes, heads_folder, verify_chain
from tests.factories import reading as f
from tests.integration.permissions.people_and_things import make_things
from tests.integration.permissions.rules import LOCKED

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = AuditEvent._meta.db_table
HASHED = (
    "scope",
    "seq",
    "at",
    "actor_id",
    "action",
    "target_type",
    "target_id",
    "details",
    "prev_hash",
)
Tamper = Callable[[str], None]


@pytest.fixture
def scope(transactional_db: None, settings: Any, tmp_path: Path) -> str:
    """The chain of a project that went from reading to a locked case, a dataset and a run."""
    settings.ACCORD_DATA_DIR = tmp_path
    things = make_things("trial", (LOCKED,))
    f.Api(things.world.quality).get("projects/trial/audit/")
    return project_scope(things.world.project.pk)


def verify() -> str:
    out = StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except CommandError as error:
        return out.getvalue() + str(error)
    return out.getvalue()


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def unguarded(scope: str) -> Iterator[None]:
    """The database without its triggers: what someone with its password could do."""
    triggers = import_module("portal.audit.migrations.0002_append_only")
    with connection.schema_editor() as editor:
        triggers.drop_triggers(None, editor)
    yield
    with connection.schema_editor() as editor:
        triggers.add_triggers(None, editor)


def test_after_the_whole_loop_every_chain_is_whole(scope: str) -> None:
    assert verify().endswith("All chains are whole.\n")
    actions = set(AuditEvent.objects.filter(scope=scope).values_list("action", flat=True))
    steps = "project.created import.started read.started read.submitted adjudication.started"
    assert set(steps.split()) | {"signature.made", "dataset.frozen", "job.queued"} <= actions


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET action = 'x'",
        f"DELETE FROM {TABLE}",
        f"DELETE FROM {TABLE} WHERE seq=1",
    ],
)
def test_the_database_itself_refuses(scope: str, statement: str) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert AuditEvent.objects.count() == before
    assert verify_chain(scope).ok


def last_seq(scope: str) -> int:
    return AuditChain.objects.get(scope=scope).last_seq


def change_details(scope: str) -> None:
    sql(f"""UPDATE {TABLE} SET details = '{{"n": 99}}' WHERE scope = %s AND seq = 3""", scope)


def change_actor(scope: str) -> None:
    sql(f"UPDATE {TABLE} SET actor_id = 'system' WHERE scope = %s AND seq = 3", scope)


def delete_middle(scope: str) -> None:
    sql(f"DELETE FROM {TABLE} WHERE scope = %s AND seq = 3", scope)


def delete_first(scope: str) -> None:
    sql(f"DELETE FROM {TABLE} WHERE scope = %s AND seq = 1", scope)


def delete_last(scope: str) -> None:
    sql(f"DELETE FROM {TABLE} WHERE scope = %s AND seq = %s", scope, last_seq(scope))


def delete_last_and_mend_the_head(scope: str) -> None:
    seq = last_seq(scope) - 1
    delete_last(scope)
    head = AuditEvent.objects.get(scope=scope, seq=seq).hash
    AuditChain.objects.filter(scope=scope).update(last_seq=seq, head_hash=head)


def rewrite_with_fresh_hashes(scope: str) -> None:
    """Event 3 never happened so, and every hash after it is computed anew."""
    prev = AuditEvent.objects.get(scope=scope, seq=2).hash
    for event in AuditEvent.objects.filter(scope=scope, seq__gte=3).order_by("seq"):
        event.actor_id = "system" if event.seq == 3 else event.actor_id
        event.prev_hash = prev
        event.hash = prev = event_hash(**{name: getattr(event, name) for name in HASHED})
        event.save()
    AuditChain.objects.filter(scope=scope).update(head_hash=prev)


def cut_whole(scope: str) -> None:
    sql(f"DELETE FROM {TABLE} WHERE scope = %s", scope)
    AuditChain.objects.filter(scope=scope).delete()


def cut_whole_with_its_signed_heads(scope: str) -> None:
    cut_whole(scope)
    (heads_folder() / f"{scope.replace(':', '-')}.log").unlink()


def forge_an_event(scope: str) -> None:
    """A link that fits, put on by someone without the audit key."""
    last = AuditEvent.objects.get(scope=scope, seq=last_seq(scope))
    fields = {
        "scope": scope,
        "seq": last.seq + 1,
        "at": last.at,
        "actor_id": "system",
        "action": "x",
        "target_type": "x",
        "target_id": "x",
        "details": {},
        "prev_hash": last.hash,
    }
    made = AuditEvent.objects.create(**fields, hash=event_hash(**fields))
    AuditChain.objects.filter(scope=scope).update(last_seq=made.seq, head_hash=made.hash)


def remove_signed_heads(scope: str) -> None:
    (heads_folder() / f"{scope.replace(':', '-')}.log").unlink()


@pytest.mark.parametrize(
    ("tamper", "seq", "code"),
    [
        (change_details, 3, "changed"),
        (change_actor, 3, "changed"),
        (delete_middle, 3, "missing"),
        (delete_first, 1, "missing"),
        (delete_last, "last", "head_lost"),
        (delete_last_and_mend_the_head, "last", "head_lost"),
        (rewrite_with_fresh_hashes, 3, "head_lost"),
        (cut_whole, 1, "chain_lost"),
        (cut_whole_with_its_signed_heads, 1, "chain_lost"),
        (forge_an_event, "next", "unsigned_tail"),
        (remove_signed_heads, "last", "no_signed_heads"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_tampering_shows_with_its_place(
    scope: str, unguarded: None, tamper: Tamper, seq: int | str, code: str
) -> None:
    last = last_seq(scope)
    tamper(scope)
    place = {"last": last, "next": last + 1}.get(str(seq), seq)
    out = verify()
    assert f"  {place}: {code}: " in out
    assert "1 chain(s) were tampered with" in out
    assert {s for s in all_scopes() if not verify_chain(s).ok} == {scope}


def test_the_installations_own_chain_can_not_be_cut_either(scope: str, unguarded: None) -> None:
    cut_whole_with_its_signed_heads(INSTALLATION)
    assert "  1: chain_lost: " in verify()


def test_a_head_signed_elsewhere_shows(scope: str) -> None:
    path = heads_folder() / f"{scope.replace(':', '-')}.log"
    lines = path.read_text().splitlines()
    seq, hash_, signature = lines[1].split()
    lines[1] = f"{seq} {hash_} {signature[::-1]}"
    path.write_text("\n".join(lines) + "\n")
    assert f"  {seq}: bad_signature: " in verify()


def test_quality_sees_the_same_in_the_browser(scope: str, unguarded: None) -> None:
    from portal.accounts.models import User

    quality = f.Api(User.objects.get(memberships__role="quality"))
    assert quality.get("projects/trial/audit/verify/").json()["ok"] is True
    change_details(scope)
    found = quality.get("projects/trial/audit/verify/").json()
    assert found["ok"] is False
    assert [(p["seq"], p["code"]) for p in found["problems"]] == [(3, "changed")]


def happens(scope: str) -> None:
    """Somebody works on."""
    with transaction.atomic():
        record(scope=scope, actor_id="system", action="x", target_type="x", target_id="x")


def test_whoever_works_on_meanwhile_is_no_tampering(
    scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = verify_chain(scope)
    assert before.ok
    for step in ("_check_signed_heads", "_check_head_row"):
        plain = getattr(verifying, step)

        def after_more(*given: Any, plain: Any = plain) -> None:
            happens(scope)
            plain(*given)

        monkeypatch.setattr(verifying, step, after_more)
    found = verify_chain(scope)
    assert found.problems == []
    assert found.events == before.events + 2


def test_an_event_that_is_being_signed_is_no_unsigned_tail(
    scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head of what was committed a moment ago is written while the chain is verified."""
    late: list[AuditEvent] = []
    sign = services._append_signed_head
    monkeypatch.setattr(services, "_append_signed_head", late.append)
    happens(scope)
    monkeypatch.setattr(time, "sleep", lambda _s: [sign(event) for event in late])
    assert verify_chain(scope).problems == []
