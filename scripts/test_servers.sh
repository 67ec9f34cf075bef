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

# Readers of exports that ask for other packages than ours: in a Python of their own, which borrows
# what is installed here already (torch).
export_peers_or_install() {
  if [ -n "${ACCORD_PEER_PYTHON:-}" ]; then return; fi
  local folder="$PWD/build/peers"
  if [ ! -e "$folder/.installed" ]; then
    echo "installing nnunetv2 monai pycocotools mlcroissant"
    .venv/bin/python -m venv "$folder" &&
      .venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' \
        >"$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/ours.pth" &&
      "$folder/bin/pip" install -q -c constraints.txt nnunetv2==2.8.1 monai==1.6.1 pycocotools==2.0.11 mlcroissant==1.1.1 &&
      touch "$folder/.installed"
  fi
  if [ -e "$folder/.installed" ]; then
    export ACCORD_PEER_PYTHON="$folder/bin/python"
  else
    echo "they could not be installed: their tests will say so"
  fi
}
