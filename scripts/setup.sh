#!/bin/sh
# What `make setup` does. Missing system packages are installed when this runs as root on Debian; else the command is named.
# usage: scripts/setup.sh python | front-end
set -eu
cd "$(dirname "$0")/.."
. scripts/system.sh

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if suits "$name"; then command -v "$name"; return; fi
    done
    return 1
}

has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The libraries that turn a signed chart into a PDF. WeasyPrint itself is asked, because it knows best where to look.
has_pango() { .venv/bin/python -c 'from weasyprint.text import ffi; assert ffi.harfbuzz_subset' >/dev/null 2>&1; }

install_python() {
    find_python >/dev/null || obtain "Python 3.11 or newer" python@3.13 python3 python3-venv
    python=$(find_python) || fail "Deqi needs Python 3.11 or newer."
    if ! suits .venv/bin/python; then
        has_venv "$python" || obtain "venv for $python" python@3.13 python3-venv
        "$python" -m venv --clear .venv
    fi
    echo "Installing the locked Python packages into .venv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
    has_pango || obtain "pango, which draws the PDFs," pango libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
    has_pango || fail "WeasyPrint still finds no pango; see .venv/bin/python -m weasyprint --info"
    touch .venv/installed
}

install_front_end() {
    echo "Installing the locked front-end packages into node_modules"
    scripts/npm.sh ci
    touch node_modules/installed
}

case "${1:-}" in
    python) install_python ;;
    front-end) install_front_end ;;
    *) fail "usage: scripts/setup.sh python | front-end" ;;
esac
