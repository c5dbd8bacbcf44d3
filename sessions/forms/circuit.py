"""The form of a circuit: two ends out of the needled sites, the current between them, the channel that gives it."""

from django.core.exceptions import ValidationError

from sessions import estim, fitting, neural, planning
from sessions.models import Mode, Polarity, Waveform

from .fields import choice, decimal, whole
from .item import ItemForm, Options, Suggested, neural_level, neural_target, ready, row, wide, with_script

LIMITS = estim.parameters()
SENSELESS = 100_000  # Hz
SOURCES = f"{estim.pairing_source('pair_limb_local')}; {estim.pairing_source('pair_same_side')}"
RECOMMENDED = f"Recommended ends come first: the same limb, the same side. Source: {SOURCES}."


def measured(make, name, *more, **options):
    """A field for a value of the sheet, with its range and what the script says beyond the usual."""
    limit = LIMITS[name]
    field = make(limit.name, int(limit.low), int(limit.high), limit.unit, *more, **options)
    bounds = {"below": limit.cautious_below, "above": limit.cautious_above}
    field.widget.attrs |= {f"data-{word}": str(bound) for word, bound in bounds.items() if bound is not None}
    field.widget.attrs["data-caution"] = f"Caution {limit.warns}. Source: {limit.source}."
    return field


def only_when(field, name, *values):
    """The script hides `field` unless `name` has one of `values`; the verb refuses it if it is filled then."""
    field.widget.attrs["data-when"] = f"{name}={','.join(values)}"
    return field


def alternating(make, name):
    """May stay empty; the script puts the sheet's default there when the field comes into sight."""
    field = measured(make, name, required=False)
    field.widget.attrs["data-default"] = str(LIMITS[name].default)
    return field


class CircuitForm(ItemForm):
    adds = staticmethod(planning.add_circuit)
    name = "circuit"
    boxes = {"side_a": "needle_a", "side_b": "needle_b"}
    needle_a = choice("From", [])
    needle_b = choice("To", [])
    preset = choice("Preset", [], required=False)
    mode = choice("Mode", Mode.choices)
    low_hz = measured(decimal, "low_hz", initial=2)
    high_hz = only_when(alternating(decimal, "high_hz"), "mode", Mode.DENSE_DISPERSE)
    phase_s = only_when(alternating(whole, "phase_s"), "mode", Mode.DENSE_DISPERSE, Mode.INTERMITTENT)
    minutes = measured(whole, "minutes", initial=20)
    strength = measured(whole, "strength", initial=3, required=False)
    pulse_us = measured(whole, "pulse_us", initial=200)
    channel = choice("Channel", [], required=False)
    waveform = choice("Waveform", Waveform.choices)
    polarity = only_when(
        choice("Polarity", [("", "Not told"), *Polarity.choices], required=False), "waveform", Waveform.ASYMMETRIC
    )
    neural_target = neural_target()
    neural_level = neural_level()
    grid = (
        *(wide("needle_a"), wide("needle_b"), row(with_script("preset"))),
        *("mode", "low_hz", "high_hz", "phase_s", "minutes", "strength", "pulse_us", "channel"),
        *(wide("waveform"), wide("polarity"), wide("neural_target"), wide("neural_level")),
    )

    def set_up(self):
        self.set_ends()
        self.set_presets()
        self.set_unit()
        named = [(site.needle.point.code, site.needle.site) for site in self.around.sites]
        self.suggestions = [Suggested(found) for found in neural.for_points(named)]

    def set_ends(self):
        """`sites` are where a clip can sit. The script puts those first that a rule of pairing recommends."""
        self.sites = {site.key: site for site in self.around.sites}
        for name in ("needle_a", "needle_b"):
            field = self.fields[name]
            field.widget = Options()
            field.choices = [("", "Choose"), *((site.key, site.label) for site in self.around.sites)]
            field.widget.more = {site.key: marks(site) for site in self.around.sites}
        self.fields["needle_b"].widget.attrs["data-partner-of"] = "needle_a"
        self.fields["needle_b"].help_text = RECOMMENDED

    def set_presets(self):
        unit, field = self.around.unit, self.fields["preset"]
        offered = estim.offered(unit and unit.max_hz)
        ready(field, offered)
        shown = {name: self.get_initial_for_field(self.fields[name], name) for name in ("mode", "low_hz", "high_hz")}
        match = next((it for it in offered if it.matches(shown)), None)
        self.initial["preset"] = match and match.key
        field.help_text = match.told if match else "Fills mode, frequencies and seconds. No effect is claimed."

    def set_unit(self):
        """Channels are the unit's; without a usable one there is none to choose."""
        unit = self.around.unit
        for name in ("low_hz", "high_hz"):
            self.fields[name].validators = [one_by_one(unit, self.fields[name].validators)]
        if unit is None or fitting.unusable(unit):
            del self.fields["channel"]
            return
        used = {it.channel: it.label for it in self.around.circuits if it.channel and it != self.item}
        numbers = range(1, unit.channels + 1)
        words = [(n, f"{n} ({used[n].lower()})" if n in used else str(n)) for n in numbers]
        self.fields["channel"].choices = [("", "First free"), *words]
        rather = self.item.channel if self.item else None
        self.initial["channel"] = fitting.free_channel(unit, used, rather=rather)

    def first(self):
        """The ends may have been drawn already."""
        return "preset" if all(map(self.initial.get, ("needle_a", "needle_b"))) else "needle_a"

    def proposed(self):
        return dict(zip(("needle_a", "needle_b"), self.around.picked, strict=False))

    def shown(self, item):
        ends = {"needle_a": f"{item.needle_a_id}-{item.side_a}", "needle_b": f"{item.needle_b_id}-{item.side_b}"}
        return super().shown(item) | ends

    def values(self):
        values = {name: value for name, value in super().values().items() if name != "preset"}
        for end in "ab":
            if site := self.sites.get(values.get(f"needle_{end}")):
                values |= {f"needle_{end}": site.needle, f"side_{end}": site.side}
        if "channel" in values:
            values["channel"] = int(values["channel"]) if values["channel"] else None
        return values


def marks(site):
    return {"data-code": site.needle.point.code, "data-side": site.side, "data-limb": site.limb}


def one_by_one(unit, validators):
    """The unit speaks first, but of a number that nobody means; and the first refusal is the only one."""

    def check(value):
        if unit and unit.max_hz < value < SENSELESS:
            raise ValidationError(f"{estim.plain(value)} Hz is above {unit.name}'s limit, {unit.max_hz}.")
        for validator in validators:
            validator(value)

    return check
