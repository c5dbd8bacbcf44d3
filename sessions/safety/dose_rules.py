"""Rules about how much: how many needles, how long, how deep, at the first session and after it."""

from sessions.safety.rulebook import rulebook
from sessions.safety.rules import Hit, rule, what

SENSITIVE = ("fibromyalgia", "needle_faint")


@rule("S041")
def seated_at_the_first_session(facts, plan):
    if plan.first and plan.position == "seated" and plan.rows(*rulebook()["S041"].techniques):
        yield Hit(None, values=(plan.position,))


@rule("S047")
def both_sides_of_the_chest(facts, plan):
    over = [row for row in plan.needled if row.pneumothorax_tier == "high"]
    if {side for row in over for side in sides(row)} >= {"left", "right"}:
        yield Hit(None, values=tuple(sorted(what(row) for row in over)))


@rule("S049")
def prohibited_site(facts, plan):
    return restricted(plan, "prohibited")


@rule("S050")
def restricted_site(facts, plan):
    """Who is authorised for advanced sites is not on file: the practitioner answers for it in writing."""
    return restricted(plan, "restricted")


@rule("S051")
def many_needles_at_first(facts, plan):
    needles = sum(row.sites for row in plan.needles)
    if plan.first and (found := facts.of(*SENSITIVE)) and needles > rulebook()["S051"].threshold("most_at_first"):
        yield Hit(None, found, (needles,))


@rule("S052")
def long_retention(facts, plan):
    book, fibromyalgia = rulebook()["S052"], facts.of("fibromyalgia")
    first = plan.first and fibromyalgia
    longest = book.threshold("longest_first_in_fibromyalgia" if first else "longest_retention")
    over = tuple(sorted((*what(row), row.retention_min) for row in plan.needles if row.retention_min > longest))
    if over:
        yield Hit(None, fibromyalgia if first else (), over)


@rule("S054")
def much_dry_needling_in_fibromyalgia(facts, plan):
    book, found = rulebook()["S054"], facts.of("fibromyalgia")
    muscles = {row.code for row in plan.targets}
    many = len(muscles) > book.threshold("most_muscles")
    sought = [row for row in plan.targets if (row.twitches or 0) > book.threshold("most_twitches")]
    if found and (many or sought):
        yield Hit(None, found, (*sorted(muscles), *sorted((row.code, row.twitches) for row in sought)))


@rule("S056")
def deep_hands_in_fibromyalgia(facts, plan):
    if found := facts.of("fibromyalgia"):
        for step in plan.tuina:
            if step.pressure == "deep":
                yield Hit(step, found, what(step))


@rule("S061")
def long_static_cups(facts, plan):
    longest = rulebook()["S061"].threshold("longest_at_first" if plan.first else "longest_static")
    for cups in plan.cups:
        if cups.method == "static" and cups.minutes > longest:
            yield Hit(cups, values=(*what(cups), cups.minutes))


def restricted(plan, how):
    for needle in plan.needles:
        if needle.restriction == how:
            yield Hit(needle, values=what(needle))


def sides(row):
    return ("left", "right") if row.side == "both" else (row.side,)
