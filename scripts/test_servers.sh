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

# Debian packages, where this is Debian and root may install; else tests say what they lack.
install_packages() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing $*"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
  fi
}

chromium_or_install() {
  if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then return; fi
  install_packages chromium
}

orthanc_or_install() {
  if [ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ] && command -v storescu >/dev/null; then
    return
  fi
  install_packages orthanc orthanc-dicomweb dcmtk
}

# OHIF's built viewer, from its npm package; without the parts that no test opens.
OHIF_VERSION=3.13.2
ohif_or_fetch() {
  local folder="${ACCORD_OHIF_DIST:-build/ohif/package/dist}"
  if [ -e "$folder/index.html" ]; then return; fi
  echo "fetching OHIF $OHIF_VERSION"
  mkdir -p build/ohif
  (
    cd build/ohif &&
      npm pack --silent "@ohif/app@$OHIF_VERSION" >/dev/null &&
      tar -xzf "ohif-app-$OHIF_VERSION.tgz" &&
      rm -rf package/dist/ort package/dist/dicom-microscopy-viewer "ohif-app-$OHIF_VERSION.tgz"
  ) || echo "OHIF could not be fetched: its tests will say so"
}
