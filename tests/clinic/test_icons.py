"""The icon font holds what our pages name, and little else."""

import re
from pathlib import Path

from clinic.context import RAIL
from clinic.templatetags.deqi import DRAWN

ROOT = Path(__file__).resolve().parent.parent.parent
STYLES = (ROOT / "node_modules/icons/icons.css").read_text()
DRAWN_BY_US = set(re.findall(r"\.bi-([\w-]+)::before", STYLES))


def test_every_icon_that_a_template_a_script_or_the_rail_names_is_drawn():
    templates = "\n".join(file.read_text() for file in ROOT.glob("templates/**/*.html"))
    scripts = "\n".join(file.read_text() for file in ROOT.glob("static/js/*.js"))

    named = set(re.findall(r'{% icon "([\w-]+)"', templates)) | set(re.findall(r"bi bi-([\w-]+)", templates + scripts))
    named |= {icon for _, _, icon, *_ in RAIL} | set(DRAWN.values())

    assert {"printer", "sun", "info-circle"} <= named
    assert not named - DRAWN_BY_US


def test_the_font_is_far_smaller_than_the_whole_one():
    cut, whole = "node_modules/icons/icons.woff2", "node_modules/bootstrap-icons/font/fonts/bootstrap-icons.woff2"

    assert (ROOT / cut).stat().st_size * 5 < (ROOT / whole).stat().st_size
