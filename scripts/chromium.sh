#!/bin/sh
# Sees to it that the browser tests have a Chromium: from CHROMIUM, from the PATH, from apt-get as root on Debian, from
# Playwright. tests/browser.py finds it in the same order. The one without windows (Playwright's is too) is quicker.
set -eu
cd "$(dirname "$0")/.."
. scripts/system.sh

found() {
    [ -x "${CHROMIUM:-}" ] || command -v chromium-headless-shell || command -v chromium ||
        command -v chromium-browser || command -v google-chrome
}

found >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    for package in chromium-headless-shell chromium; do
        (obtain "Chromium for the browser tests," --cask\ chromium "$package") && found >/dev/null && exit 0
    done
fi
.venv/bin/playwright install chromium && exit 0
fail "The browser tests need Chromium. Type: sudo apt-get install chromium (on macOS: brew install --cask chromium)"
