#!/usr/bin/env bash
# Every test: static checks, then embedded mode with the browser, then team mode on PostgreSQL + Redis.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/test_servers.sh
started=$(date +%s)
step() { echo; echo "== $* ($(( $(date +%s) - started )) s)"; }

step "static checks and frontend tests"
make --no-print-directory -j2 --output-sync=target check-python check-frontend

step "embedded mode"
orthanc_or_install
export_peers_or_install
# The peers start real servers and take minutes, so most of them run once: in team mode, as teams
# receive and pull. Here stay a client of DICOMweb and Orthanc's C-STORE, on SQLite; all of them
# where team mode can't run. What kills processes too: there more can be cut. Of the integration
# tests a seeded sixth runs here as well; make test-long runs all of this on SQLite.
once=()
if team_servers 2>/dev/null; then
  once=(--ignore=tests/reliability/test_worker_chaos.py
    --ignore=tests/reliability/test_killed_import.py --ignore=tests/reliability/test_live_loop.py
    --ignore=tests/reliability/test_identity_scan.py --ignore=tests/reliability/test_large_export.py
    --ignore=tests/peers/test_dimse.py --ignore=tests/peers/test_remote_pull.py
    --ignore=tests/peers/test_orthanc.py)
  export ACCORD_TEST_SHARE=6 ACCORD_TEST_SEED="${ACCORD_TEST_SEED:-0}"
fi
.venv/bin/python -m pytest -q --disable-warnings -n 2 --dist loadfile -m "not browser and not long" \
  "${once[@]}" tests
unset ACCORD_TEST_SHARE

step "team mode: PostgreSQL, Redis"
if team_servers; then
  export DATABASE_URL="$ACCORD_TEST_POSTGRES" REDIS_URL="$ACCORD_TEST_REDIS" ACCORD_TEST_MODE=team
  # a test's commits need not outlive the machine: the disk is not waited for
  export PGOPTIONS="-c synchronous_commit=off"
  # hostile files are read in a child on SQLite in either mode: once is enough. Three processes for
  # two cores: one of them waits for a server most of the time. Files of few and slow tests go
  # first, so that none of them is left alone at the end
  .venv/bin/python -m pytest -q --disable-warnings -n 3 --dist loadfile --no-loadscope-reorder \
    -m "not browser and not long" --ignore=tests/reliability/test_hostile_files.py \
    tests/reliability tests/peers tests/integration
  unset DATABASE_URL REDIS_URL ACCORD_TEST_MODE PGOPTIONS
elif [ "${ACCORD_REQUIRE:-}" = all ]; then
  echo "ACCORD_REQUIRE=all, but PostgreSQL or Redis does not answer." >&2
  exit 1
else
  echo "skipped: PostgreSQL or Redis does not answer (set ACCORD_TEST_POSTGRES, ACCORD_TEST_REDIS)"
fi

step "the loop in a real browser, and a viewer of others"
chromium_or_install
ohif_or_fetch
# two portals, each with a browser: most of the time one waits for a page or a worker
.venv/bin/python -m pytest -q --disable-warnings -n 2 --dist loadfile -m browser \
  tests/browser tests/peers

step "done"
