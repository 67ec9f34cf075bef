"""Fixtures that every kind of test may use."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories.chromium import QUIET, chromium_program
from tests.factories.migrated import forget_database, laid_for_pytest
from tests.factories.required import absent
from tests.factories.sampling import left_out
from tests.factories.team import team_mode

# Several test processes side by side have a core each: networks that each start a thread per core
# take twice as long, most of it waiting for one another. Before torch is imported, so here.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def find_shared_data() -> Path | None:
    """The folder of real images: ACCORD_TEST_DATA, else ``../shared/data`` beside the repository."""
    configured = os.environ.get("ACCORD_TEST_DATA")
    if configured:
        return Path(configured)
    root = Path(__file__).resolve().parent.parent
    candidates = [root.parent / "shared" / "data"]
    git_dir = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    if git_dir:
        candidates.append(Path(git_dir).parent.parent / "shared" / "data")
    return next((c for c in candidates if c.is_dir()), None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real images; the test skips where they are absent, unless ACCORD_REQUIRE=all."""
    folder = find_shared_data()
    if folder is None or not folder.is_dir():
        absent("no real images: set ACCORD_TEST_DATA or put them at ../shared/data")
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine."""
    found = chromium_program()
    if found is None:
        absent("there is no Chromium on this machine")
    return {**browser_type_launch_args, "executable_path": found, "args": QUIET}


@pytest.fixture(scope="session", autouse=True)
def _flush_despite_append_only_audit() -> None:
    """Transactional tests empty every table, which the audit triggers refuse (on SQLite, where
    that is a DELETE). Take them off for the flush alone."""
    from importlib import import_module

    from django.db import connection

    if connection.vendor != "sqlite":
        return
    from django.db.backends.sqlite3.operations import DatabaseOperations

    triggers = import_module("portal.audit.migrations.0002_append_only")
    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.schema_editor(atomic=False) as editor:
            triggers.drop_triggers(None, editor)
        flush(self, sql_list)
        with self.connection.schema_editor(atomic=False) as editor:
            triggers.add_triggers(None, editor)

    DatabaseOperations.execute_sql_flush = flush_without_triggers


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Each process of the tests begins with the tables that one of them migrated."""
    with laid_for_pytest():
        yield


def pytest_unconfigure(config: pytest.Config) -> None:
    if team_mode() and not hasattr(config, "workerinput"):
        forget_database()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Where a share of the tests is asked for, the rest isn't collected."""
    return True if left_out(collection_path) else None


TABLES = [Path("test-artifacts") / name for name in ("permissions.md", "leaks.md", "twins.md")]


def pytest_sessionstart(session: pytest.Session) -> None:
    """A summary printed at the end is this run's own."""
    if not hasattr(session.config, "workerinput"):
        for table in TABLES:
            table.unlink(missing_ok=True)


REAL = {"shared_data", "study_folder", "heart", "other_heart"}  # fixtures for real images


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Mark the reports of tests on real images, for the line at the end of the run."""
    report = yield
    if REAL & set(getattr(item, "fixturenames", ())):
        report.user_properties.append(("real_data", True))
    return report


def _on_real_data(terminalreporter: pytest.TerminalReporter, *outcomes: str) -> int:
    return sum(
        ("real_data", True) in getattr(report, "user_properties", ())
        for outcome in outcomes
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call" or outcome in ("skipped", "error")
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What ran on real images; the tables of permissions and leaks, whole in test-artifacts, in one line."""
    ran = _on_real_data(terminalreporter, "passed", "failed", "error")
    skipped = _on_real_data(terminalreporter, "skipped")
    for table in TABLES:
        if table.is_file():
            summary = table.read_text().splitlines()[0]
            terminalreporter.write_line(f"{summary} ({table})")
    terminalreporter.write_line(f"real data: {ran} ran, {skipped} skipped")
