"""What is tapped on the body map. The boxes of the plan are out of sight then, so a refusal is told about the plan."""

from django import forms

from sessions import planning
from sessions.models import Muscle, Side

from .fields import choice, text
from .plan import OUT_OF_DATE, Change


class Tap(Change):
    name = "tap"

    def take_refusal(self):
        told = [message for name in self.fields for message in self.errors.pop(name, [])]
        return " ".join([*self.errors.pop("__all__", []), *dict.fromkeys(told)])


class TapPoint(Tap):
    """`text`: one point with its side in shorthand, such as "LI4 l"."""

    verb = staticmethod(planning.add_points)
    text = text("Point", 60, error_messages={"required": OUT_OF_DATE})


class TapMuscle(Tap):
    verb = staticmethod(planning.add_target)
    muscle = forms.ModelChoiceField(
        Muscle.objects.all(),
        to_field_name="code",
        error_messages=dict.fromkeys(["required", "invalid_choice"], OUT_OF_DATE),
    )
    at = choice("Side", [(side, side) for side in (Side.LEFT, Side.RIGHT, Side.BOTH)])

    def arguments(self):
        muscle = self.cleaned_data["muscle"]
        side = self.cleaned_data["at"] if muscle.side_specific else Side.MIDLINE
        return {"fields": {"muscle": muscle, "side": side}}


TAPS = {"point": TapPoint, "muscle": TapMuscle}
