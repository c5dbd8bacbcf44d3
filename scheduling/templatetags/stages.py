"""A visit's stages as a bar: `{% load stages %}{% stage_bar visit.stages %}`; docs/frontend.md says what it needs."""

from django import template

from clinic.bars import pieces

register = template.Library()


@register.inclusion_tag("components/_stages.html")
def stage_bar(stages):
    """`stages` are dicts as a visit keeps them (see `staging.snapshot`)."""
    needs = [{"needs_practitioner": stage["practitioner"], "needs_device": stage["device"]} for stage in stages]
    return {"pieces": pieces([stage | its for stage, its in zip(stages, needs, strict=True)])}
