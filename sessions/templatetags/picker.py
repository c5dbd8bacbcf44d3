"""What a field needs to become a picker: see `static/js/picker.js`."""

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html

from sessions import suggesting

register = template.Library()
LIBRARY = "tom-select/tom-select.base.min.js"


@register.simple_tag
def picks(what):
    """Attributes of a field that suggests "points" or "muscles"; both files are fetched when it is first entered."""
    address = f"{reverse(f'sessions:{what}')}?edition={suggesting.edition()}"
    return format_html('data-picker="{}" data-library="{}"', address, static(LIBRARY))
