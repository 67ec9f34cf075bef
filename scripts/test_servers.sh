# Servers that tests need: used if they run, else installed on Debian as root, else reported absent.
export ACCORD_TEST_POSTGRES="${ACCORD_TEST_POSTGRES:-postgres://postgres@localhost:5432/accord}"
export ACCORD_TEST_REDIS="${ACCORD_TEST_REDIS:-redis://localhost:6379/5}"

team_servers() {
  .venv/bin/python - <<'PY'
import os, sys
import psycopg, redis
try:
    url = os.environ["ACCORD_TEST_POSTGRES"].rsplit("/", 1)[0] + "/postgres"
    psycopg.connect(url, connect_timeout=5).close()
    redis.Redis.from_url(os.environ["ACCORD_TEST_REDIS"], socket_timeout=5).ping()
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
PY
}

chromium_or_install() {
  if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then return; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing Chromium"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  fi
}
