"""Cuts fonts down to what our pages show: 13 kB of icons instead of 150, and for the tones of pinyin 85 kB less.

An icon is in use if its name stands anywhere in a template, a script or a module of ours, or its code in a style sheet.
A word such as "clock" may be no icon there; a hundred bytes too many cost less than a list that somebody has to keep.
"""

import json
import logging
import re
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parent.parent
FONT = ROOT / "node_modules/bootstrap-icons/font"
TARGET = ROOT / "node_modules/icons"
APPS = ("clinic", "patients", "scheduling", "sessions", "reminders", "desk")
SOURCES = ["templates/**/*.html", "static/js/*.js", "static/css/*.css", *(f"{app}/**/*.py" for app in APPS)]
INTER = ROOT / "node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"
TONES = "āēīōūǖǎěǐǒǔǚǘǜĀĒĪŌŪǍĚǏǑǓ"  # those that Latin-1 has are in the font of every page
HEAD = """@font-face { font-family: bootstrap-icons; font-display: block; src: url("icons.woff2") format("woff2"); }
.bi::before {
  display: inline-block; vertical-align: -.125em; line-height: 1; text-transform: none;
  font: normal 400 1em/1 bootstrap-icons; -webkit-font-smoothing: antialiased;
}
"""
TONES_FACE = """@font-face {{
  font-family: "Inter Variable"; font-display: swap; font-weight: 100 900;
  src: url("tones.woff2") format("woff2-variations"); unicode-range: {ranges};
}}
"""


def main():
    codes = json.loads((FONT / "bootstrap-icons.json").read_text())
    used = in_use(codes)
    TARGET.mkdir(exist_ok=True)
    cut(FONT / "fonts/bootstrap-icons.woff2", used.values(), "icons.woff2")
    rules = [f'.bi-{name}::before {{ content: "\\{code:x}"; }}\n' for name, code in used.items()]
    cut(INTER, map(ord, TONES), "tones.woff2")
    face = TONES_FACE.format(ranges=", ".join(f"U+{ord(sign):04X}" for sign in TONES))
    (TARGET / "icons.css").write_text(HEAD + "".join(rules) + face)


def in_use(codes):
    """{name: code} of the icons that our sources name."""
    text = "\n".join(file.read_text() for pattern in SOURCES for file in ROOT.glob(pattern))
    words = {word.removeprefix("bi-") for word in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", text)}
    written = {int(code, 16) for code in re.findall(r"\\(f[0-9a-f]{3})\b", text)}
    return {name: code for name, code in codes.items() if name in words or code in written}


def cut(file, codes, name):
    """Write the font of `file` with these characters only."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(flavor="woff2")
    font = subset.load_font(str(file), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(codes))
    subsetter.subset(font)
    subset.save_font(font, str(TARGET / name), options)


if __name__ == "__main__":
    main()
