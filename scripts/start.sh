#!/usr/bin/env bash
# Every start command of Accord, for the demo, for containers and for services alike.
#   scripts/start.sh migrate | web | dicomweb | tasks | scp | worker | gpu-worker | model-service
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -x .venv/bin/python ]; then PATH="$PWD/.venv/bin:$PATH"; fi
HOST="${ACCORD_HOST:-127.0.0.1}"
PORT="${ACCORD_PORT:-8000}"

case "${1:-}" in
  migrate)
    exec python manage.py migrate --noinput ;;
  web) # pages, API and sockets; in embedded mode DICOMweb too
    # whose X-Forwarded-For is believed: limits on attempts count by the address it names
    if [ -n "${ACCORD_TRUSTED_PROXIES:-}" ]; then
      proxies=(--proxy-headers --forwarded-allow-ips "$ACCORD_TRUSTED_PROXIES")
    else
      proxies=(--no-proxy-headers)
    fi
    exec uvicorn api.asgi:application --host "$HOST" --port "$PORT" "${proxies[@]}" \
      --log-level warning --timeout-graceful-shutdown 5 ;;
  dicomweb) # /dicomweb alone, with more processes, behind the same address
    exec granian --interface wsgi api.wsgi:application --host "$HOST" --http 1 \
      --port "${ACCORD_DICOMWEB_PORT:-8001}" --workers "${ACCORD_DICOMWEB_WORKERS:-2}" \
      --blocking-threads "${ACCORD_DICOMWEB_THREADS:-4}" --backlog 1024 ;;
  tasks) # the portal's own work: pulling from archives, chores
    exec python manage.py run_tasks ;;
  scp) # scanners and PACS push to it by DIMSE; ACCORD_SCP_HOST, ACCORD_SCP_PORT
    exec python manage.py run_scp ;;
  worker)
    export CUDA_VISIBLE_DEVICES="${CUDA_VISIBLE_DEVICES:-}"
    exec celery -A ml_workers.celery_app worker --loglevel warning --concurrency 1 --pool solo \
      --without-gossip --without-mingle --without-heartbeat -n "worker-$$@%h" ;;
  gpu-worker) # networks alone, unless told otherwise; a worker beside it does the rest
    export ACCORD_WORKER_QUEUES="${ACCORD_WORKER_QUEUES:-gpu}"
    exec celery -A ml_workers.celery_app worker --loglevel warning --concurrency 1 --pool solo \
      --without-gossip --without-mingle -n "gpu-worker-$$@%h" ;;
  model-service) # contours of one frame while a reader waits; ACCORD_MODEL_SERVICE_HOST, _PORT
    export CUDA_VISIBLE_DEVICES="${CUDA_VISIBLE_DEVICES:-}"
    exec python -m ml_workers serve ;;
  *)
    echo "usage: scripts/start.sh migrate|web|dicomweb|tasks|scp|worker|gpu-worker|model-service" >&2
    exit 64 ;;
esac
