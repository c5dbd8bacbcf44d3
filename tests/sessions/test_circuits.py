"""Circuits, what needles are aimed at, the unit and its channels, and the rows without a needle."""

import csv
import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.errors import ClinicError
from sessions import charting, equipping, estim, exercises, fitting, neural, planning
from sessions.forms import ITEM_FORMS
from sessions.models import EstimCircuit, Mode, NeuralTarget, Point, SessionPlan
from sessions.models.choices import MovementKind
from tests.factories import DeviceFactory, LocationFactory, UserFactory

from . import making
from .making import by, needle
from .pages import HTMX, opened, post, url, words

database = pytest.mark.django_db
FIELDS = {
    "mode": "continuous",
    "low_hz": "2",
    "high_hz": "",
    "phase_s": "",
    "pulse_us": "200",
    "minutes": "20",
    "strength": "3",
    "waveform": "balanced_biphasic",
}
DENSE = {"mode": "dense_disperse", "low_hz": "2", "high_hz": "100", "phase_s": "3"}


# The sheet


def test_every_preset_is_within_the_limits_and_within_what_the_verb_takes():
    for preset in estim.presets().values():
        for name in ("low_hz", "high_hz", "phase_s"):
            value = preset.values[name]
            assert value is None or estim.parameters()[name].allows(value)
        assert preset.mode in Mode.values
        assert (preset.high_hz is not None) == (preset.mode == Mode.DENSE_DISPERSE) == (preset.phase_s is not None)
        assert estim.cautions(preset.values | {"mode": None}) == []


def test_every_preset_shows_the_grade_of_its_evidence_and_its_source_and_claims_no_effect():
    for preset in estim.presets().values():
        assert re.match(r"Evidence: \w.+ Source: \w.+\.$", preset.told)
        assert not re.search("releas|endorphin|enkephalin|dynorphin|serotonin|gaba", preset.told, re.IGNORECASE)


def test_a_preset_from_memory_says_so():
    assert "from memory" in estim.presets()["low_4"].told
    assert "from memory" not in estim.presets()["low_2"].told


def test_a_unit_is_offered_the_presets_that_it_can_give():
    assert [it.key for it in estim.offered(80)] == [
        "low_2",
        "low_4",
        "mid_15",
        "ear_2p5",
        "high_80",
        "dd_2_15",
        "fm_gentle",
    ]
    assert len(estim.offered()) == 9


def test_what_a_parameter_allows_is_the_narrower_of_valid_and_not_blocked():
    strength = estim.parameters()["strength"]

    assert (strength.low, strength.high, strength.default) == (0, 7, 3)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"low_hz": 120}, "Frequency 120 Hz: caution above 100."),
        ({"phase_s": 1}, "Seconds a phase 1 s: caution outside 2-5."),
        ({"phase_s": 6}, "Seconds a phase 6 s: caution outside 2-5."),
        ({"pulse_us": 501}, "Pulse width 501 µs: caution above 500."),
        ({"minutes": 31}, "Time 31 min: caution above 30."),
        ({"strength": 6}, "Strength felt 6: caution above 5 in fibromyalgia."),
        ({"gauge_mm": Decimal("0.20")}, "Diameter of a clipped needle 0.2 mm: caution below 0.22."),
    ],
)
def test_what_is_valid_and_unusual_is_a_caution_with_its_source(values, sentence):
    [caution] = estim.cautions(values)

    assert caution.sentence == sentence
    assert caution.source


def test_what_is_usual_or_empty_is_no_caution():
    assert estim.cautions({"low_hz": 100, "phase_s": 2, "pulse_us": 500, "minutes": 30, "high_hz": None}) == []


@pytest.mark.parametrize(
    ("milliamps", "microseconds", "charge"),
    [(Decimal("1.5"), 200, Decimal("0.3")), (10, 700, 7), (0, 200, 0), (None, 200, None), (1, None, None)],
)
def test_the_charge_of_a_pulse_is_current_times_width(milliamps, microseconds, charge):
    assert estim.charge_uc(milliamps, microseconds) == charge


def test_the_model_has_the_limits_of_the_sheet():
    for name in estim.PLANNED:
        validators = EstimCircuit._meta.get_field(name).validators
        limits = {validator.limit_value for validator in validators if hasattr(validator, "limit_value")}
        parameter = estim.parameters()[name]
        assert {parameter.low, parameter.high} <= limits


# Neural targets


def rows_of(name):
    with (neural.SHEET.parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_suggestion_is_of_a_point_of_the_catalogue_and_fits_its_columns():
    codes = {row["code"] for row in rows_of("acupoints.csv")}
    rows = rows_of("neural_targets.csv")

    assert {row["code"] for row in rows} <= codes
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert row["target"] in NeuralTarget.values
        assert len(row["level"]) <= 40
        assert row["source"]
        assert row["note"]
        assert row["confidence"] in ("confirmed", "recall")


def test_the_back_shu_points_are_at_the_levels_of_their_vertebrae():
    assert {code: neural.for_point(code).level for code in ("BL13", "BL18", "BL23", "BL25")} == {
        "BL13": "T3",
        "BL18": "T9",
        "BL23": "L2",
        "BL25": "L4",
    }


def test_only_points_in_the_concha_are_suggested_for_the_vagal_zone():
    regions = {row["code"]: row["site_detail"] for row in rows_of("acupoints.csv")}
    vagal = [row["code"] for row in rows_of("neural_targets.csv") if row["target"] == NeuralTarget.VAGAL_EAR]

    assert len(vagal) > 10
    assert all(re.search("cymba|cavum|concha", regions[code]) for code in vagal)
    assert neural.for_point("AUR-TF4") is None


@pytest.mark.parametrize(("site", "level"), [("L4", "L4"), ("left of t12", "T12"), ("low", ""), ("T13", ""), ("", "")])
def test_jiaji_take_their_level_from_the_site_that_was_written(site, level):
    assert neural.for_point("EX-B2", site).level == level


def test_a_circuit_is_suggested_what_its_ends_are_each_once():
    assert neural.for_points([("ST36", ""), ("SP6", ""), ("ST36", ""), ("LU1", "")]) == [
        neural.for_point("ST36"),
        neural.for_point("SP6"),
    ]


@database
def test_a_target_is_an_intention_empty_at_first_and_shown_once_chosen(client):
    plan = making.a_plan("bl25 st36 l")
    client.force_login(by(plan))
    visit, row = plan.appointment, needle(plan, "BL25")
    form = client.get(url("plan", visit), {"open": f"needle-{row.pk}"}, headers=HTMX)
    assert "Suggested for BL25: segment, L4" in words(form)
    assert row.neural_target == ""
    values = opened(client, plan, "needle", row) | {"neural_target": "segmental", "neural_level": "L4"}

    answer = post(client, "edit", visit, "needle", row.pk, **values)

    assert answer.status_code == 200
    assert "aim: segment, L4" in words(answer)


@database
def test_a_level_without_a_target_is_refused_at_the_target():
    plan = making.a_plan("bl25")
    change = {"neural_level": "L4"}

    with pytest.raises(ClinicError, match="Choose the neural target") as refused:
        planning.edit_item(plan=plan, version=plan.version, item=needle(plan, "BL25"), changes=change, by=by(plan))

    assert refused.value.field == "neural_target"


# What the verb takes


def with_unit(text="li4 li11 st36 sp6", **device):
    device = {"name": "unit 2", "channels": 4, "max_hz": 200} | device
    plan = making.a_plan(text)
    unit = DeviceFactory(location=plan.appointment.location, **device)
    return planning_with(plan, unit)


def planning_with(plan, unit):
    return equipping.choose_unit(plan=plan, version=plan.version, unit=unit, by=by(plan))


def refused(plan, **fields):
    with pytest.raises(ClinicError) as refusal:
        making.circuit(plan, "LI4-left", "LI11-left", **fields)
    return refusal.value.field, str(refusal.value)


@database
@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"low_hz": 500}, "low_hz", "500 Hz is above unit 2's limit, 200."),
        ({"mode": "dense_disperse", "high_hz": 201}, "high_hz", "201 Hz is above unit 2's limit, 200."),
        ({"low_hz": 151}, "low_hz", "Type a number from 1 to 150."),
        ({"low_hz": 0}, "low_hz", "Type a number from 1 to 150."),
        ({"minutes": -5}, "minutes", "Type a number from 1 to 45."),
        ({"strength": 8}, "strength", "Type a number from 0 to 7."),
        ({"pulse_us": 99}, "pulse_us", "Type a number from 100 to 700."),
        ({"phase_s": 11, "mode": "intermittent"}, "phase_s", "Type a number from 1 to 10."),
        ({"phase_s": 3}, "phase_s", "A continuous current has no phases. Leave the seconds empty."),
        ({"high_hz": 100}, "high_hz", "continuous has one only. Leave it empty."),
        ({"high_hz": 100, "mode": "intermittent"}, "high_hz", "intermittent has one only. Leave it empty."),
        ({"mode": "dense_disperse"}, "high_hz", "Dense-disperse needs a second frequency."),
        ({"mode": "dense_disperse", "high_hz": 2}, "high_hz", "that differs from the first."),
        ({"polarity": "a"}, "polarity", "A balanced pulse has no polarity. Leave it empty."),
        ({"waveform": "monophasic"}, "waveform", "not a valid choice"),
        ({"channel": 5}, "channel", "unit 2 has 4 channels. Choose one of them."),
        ({"neural_level": "L4"}, "neural_target", "Choose the neural target"),
    ],
)
def test_what_a_circuit_cannot_be_is_told_at_its_field(fields, field, sentence):
    plan = with_unit()

    at, told = refused(plan, **fields)

    assert at == field
    assert sentence in told
    assert not plan.circuits.exists()


@database
def test_both_ends_the_same_are_told_at_the_second():
    plan = making.a_plan("li4")

    with pytest.raises(ClinicError, match="A circuit joins two different sites") as refusal:
        making.circuit(plan, "LI4-left", "LI4-left")

    assert refusal.value.field == "needle_b"


@database
def test_seconds_a_phase_are_three_unless_told():
    plan = with_unit()

    plan = making.circuit(plan, "LI4-left", "LI11-left", mode="dense_disperse", high_hz=100)
    plan = making.circuit(plan, "LI4-right", "LI11-right", mode="intermittent")
    plan = making.circuit(plan, "ST36-left", "SP6-left", mode="intermittent", phase_s=5)

    assert [row.phase_s for row in plan.circuits.all()] == [3, 3, 5]


@database
def test_what_the_new_mode_has_no_use_for_goes_with_the_old_one():
    plan = making.circuit(with_unit(), "LI4-left", "LI11-left", mode="dense_disperse", high_hz=100)
    row = plan.circuits.get()

    planning.edit_item(plan=plan, version=plan.version, item=row, changes={"mode": "continuous"}, by=by(plan))

    row.refresh_from_db()
    assert (row.mode, row.high_hz, row.phase_s) == ("continuous", None, None)


@database
def test_polarity_belongs_to_an_asymmetric_pulse():
    wave = "asymmetric_biphasic_charge_balanced"

    plan = making.circuit(with_unit(), "LI4-left", "LI11-left", waveform=wave, polarity="b")

    assert plan.circuits.get().polarity == "b"


numbers = st.integers(-3, 900)


@database
def test_the_verb_takes_a_value_if_and_only_if_it_is_in_range():
    plan = making.a_plan("li4 li11")
    minutes, strengths = st.integers(-2, 60), st.none() | st.integers(-1, 11)

    @settings(deadline=None, max_examples=60)
    @given(low_hz=st.decimals(-1, 300, places=1), pulse_us=numbers, minutes=minutes, strength=strengths)
    def holds(**fields):
        valid = all(value is None or estim.parameters()[name].allows(value) for name, value in fields.items())
        with transaction.atomic():
            assert is_taken(plan, fields) == valid
            assert plan.circuits.count() == valid
            transaction.set_rollback(True)

    holds()


def is_taken(plan, fields):
    try:
        return bool(making.circuit(plan, "LI4-left", "LI11-left", **fields))
    except ClinicError:
        return False


@database
@pytest.mark.parametrize(
    ("column", "constraint"),
    [
        ("phase_s=3", "continuous_has_no_phases"),
        ("phase_s=11, mode='intermittent'", "phase_s_in_range"),
        ("strength=8", "strength_in_range"),
        ("channel=13", "channel_in_range"),
        ("channel=1", "one_circuit_a_channel"),
        ("polarity='a'", "polarity_of_an_asymmetric_pulse"),
        ("polarity='z', waveform='asymmetric_biphasic_charge_balanced'", "polarity_is_known"),
        ("neural_level='L4'", "level_has_a_target"),
        ("neural_target='aura'", "neural_target_is_known"),
        ("high_hz=100", "dense_disperse_has_two_frequencies"),
        ("low_hz=151", "low_hz_in_range"),
        ("minutes=0", "minutes_in_range"),
        ("pulse_us=701", "pulse_us_in_range"),
    ],
)
def test_the_database_refuses_it_too(column, constraint):
    plan = making.circuit(with_unit(), "LI4-left", "LI11-left")
    plan = making.circuit(plan, "ST36-left", "SP6-left")
    second = plan.circuits.last()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE clinic_sessions_estimcircuit SET {column} WHERE id=%s", [second.pk])


# Channels and the unit


@database
def test_a_circuit_gets_the_first_free_channel_and_the_next_one_the_next():
    plan = making.circuit(with_unit(), "LI4-left", "LI11-left", channel=2)
    plan = making.circuit(plan, "LI4-right", "LI11-right")
    plan = making.circuit(plan, "ST36-left", "SP6-left")

    assert [row.channel for row in plan.circuits.all()] == [2, 1, 3]


@database
def test_a_channel_carries_one_circuit():
    plan = making.circuit(with_unit(), "LI4-left", "LI11-left", channel=2)

    with pytest.raises(ClinicError, match=re.escape("Circuit A uses channel 2. Choose another.")) as refusal:
        making.circuit(plan, "ST36-left", "SP6-left", channel=2)

    assert refusal.value.field == "channel"


@database
def test_without_a_unit_a_circuit_has_no_channel_and_none_can_be_chosen():
    plan = making.circuit(making.a_plan("li4 li11 st36 sp6"), "LI4-left", "LI11-left")

    with pytest.raises(ClinicError, match="No e-stim unit is with this visit"):
        making.circuit(plan, "ST36-left", "SP6-left", channel=1)

    assert plan.circuits.get().channel is None


@database
def test_choosing_a_unit_puts_it_on_the_visit_gives_the_circuits_channels_and_is_no_news_to_the_patient():
    plan = making.circuit(making.a_plan("li4 li11 st36 sp6"), "LI4-left", "LI11-left")
    visit = plan.appointment
    unit = DeviceFactory(location=visit.location)

    plan = planning_with(plan, unit)

    visit.refresh_from_db()
    assert (visit.device, visit.revision) == (unit, 0)
    assert visit.occupancies.filter(resource=unit).exists()
    assert plan.circuits.get().channel == 1


@database
def test_choosing_the_same_unit_twice_is_no_mistake():
    plan = with_unit()

    again = planning_with(plan, plan.appointment.device)

    assert again.appointment.device == plan.appointment.device


@database
def test_a_busy_unit_is_refused_with_the_schedulers_sentence_and_nothing_changes():
    plan = making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left")
    other = making.a_plan("li4", table__location=plan.appointment.location)
    unit = DeviceFactory(location=plan.appointment.location, name="unit 1")
    planning_with(other, unit)

    with pytest.raises(ClinicError, match="unit 1 is taken until") as refusal:
        planning_with(plan, unit)

    assert refusal.value.field == "unit"
    assert plan.circuits.get().channel is None
    assert SessionPlan.objects.get(pk=plan.pk).version == plan.version


@database
@pytest.mark.parametrize("broken", [{"out_of_service": "Cracked lead."}, {"active": False}])
def test_a_unit_that_may_not_be_used_is_not_offered_and_refused(broken):
    plan = making.a_plan("li4 li11")
    unit = DeviceFactory(location=plan.appointment.location, **broken)

    with pytest.raises(ClinicError):
        planning_with(plan, unit)

    assert not equipping.units_for(plan.appointment).exists()


@database
def test_a_unit_elsewhere_is_not_offered():
    plan = making.a_plan("li4")
    DeviceFactory(location=LocationFactory(name="Elsewhere"))

    assert not equipping.units_for(plan.appointment).exists()


@database
def test_a_unit_with_too_few_channels_or_too_low_a_limit_is_not_taken_for_the_plans_circuits():
    plan = making.circuit(making.a_plan("li4 li11 st36 sp6"), "LI4-left", "LI11-left", low_hz=100)
    plan = making.circuit(plan, "ST36-left", "SP6-left")
    location = plan.appointment.location

    with pytest.raises(ClinicError, match="2 circuits are more than small's 1 channel"):
        planning_with(plan, DeviceFactory(location=location, name="small", channels=1))
    with pytest.raises(ClinicError, match="100 Hz is above slow's limit, 80"):
        planning_with(plan, DeviceFactory(location=location, name="slow", max_hz=80))


@database
def test_another_unit_with_fewer_channels_moves_the_circuits_to_those_it_has():
    plan = making.circuit(with_unit(), "LI4-left", "LI11-left", channel=4)
    plan = making.circuit(plan, "ST36-left", "SP6-left", channel=1)

    plan = planning_with(plan, DeviceFactory(location=plan.appointment.location, channels=2))

    assert [row.channel for row in plan.circuits.all()] == [2, 1]


@database
def test_a_unit_is_still_chosen_once_the_session_has_begun_and_not_once_the_visit_is_over():
    plan = making.begin(making.a_plan("li4 li11"))
    unit = DeviceFactory(location=plan.appointment.location)

    plan = planning_with(plan, unit)

    assert plan.appointment.device == unit
    type(plan.appointment).objects.filter(pk=plan.appointment.pk).update(status="completed")
    with pytest.raises(ClinicError):
        planning_with(plan, DeviceFactory(location=plan.appointment.location))


@database
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"out_of_service": "Cracked lead."}, "unit 2 is out of service: Cracked lead. Choose another unit"),
        ({"active": False}, "unit 2 is no longer in use."),
        ({"max_hz": 50}, "100 Hz is above unit 2's limit, 50."),
        ({"channels": 1}, "2 circuits are more than unit 2's 1 channel."),
        ({"channels": 3}, "Circuit B is on channel 4, and unit 2 has 3 channels."),
    ],
)
@pytest.mark.parametrize("moment", ["ready", "start"])
def test_a_unit_that_changed_since_is_noticed_before_the_session(change, sentence, moment):
    plan = making.circuit(with_unit(), "LI4-left", "LI11-left", low_hz=100)
    plan = making.circuit(plan, "ST36-left", "SP6-left", channel=4)
    if moment == "start":
        plan = planning.make_ready(plan=plan, version=plan.version, by=by(plan))
    unit = plan.appointment.device
    type(unit).objects.filter(pk=unit.pk).update(**change)
    go = planning.make_ready if moment == "ready" else charting.start

    with pytest.raises(ClinicError, match=re.escape(sentence)):
        go(plan=plan, version=plan.version, by=by(plan))


@database
def test_as_last_time_keeps_the_channels_that_are_free_and_finds_others_for_the_rest():
    last = making.circuit(with_unit(), "LI4-left", "LI11-left", channel=3)
    last = making.circuit(last, "ST36-left", "SP6-left", channel=1)
    unit = last.appointment.device
    last = making.sign(making.chart(making.begin(last))).plan
    plan = making.circuit(planning_with(making.again(last, "lr3 lr8"), unit), "LR3-left", "LR8-left", channel=3)

    plan = planning.as_last_time(plan=plan, version=plan.version, by=by(plan))

    assert {row.path: row.channel for row in plan.circuits.all()} == {
        "LR3-L to LR8-L": 3,
        "ST36-L to SP6-L": 1,
        "LI4-L to LI11-L": 2,
    }


@database
def test_as_last_time_without_a_unit_has_no_channels():
    last = making.circuit(with_unit(), "LI4-left", "LI11-left", channel=3)
    last = making.sign(making.chart(making.begin(last))).plan

    plan = making.again(last)
    plan = planning.as_last_time(plan=plan, version=plan.version, by=by(plan))

    assert plan.circuits.get().channel is None


@given(taken=st.sets(st.integers(1, 12)), channels=st.integers(1, 12), rather=st.none() | st.integers(1, 12))
def test_a_free_channel_is_one_of_the_units_that_nobody_has(taken, channels, rather):
    unit = DeviceFactory.build(channels=channels, location=None)

    found = fitting.free_channel(unit, taken, rather=rather)

    assert (found is None) == (set(range(1, channels + 1)) <= taken)
    assert found is None or (found not in taken and 1 <= found <= channels)
    assert rather is None or rather in taken or rather > channels or found == rather


# The circuit's form


@pytest.fixture
def plan(db):
    return with_unit("li4 li11 st36 sp6 gv20")


@pytest.fixture
def kim(client, plan):
    client.force_login(by(plan))
    return client


def ends(plan, one, other):
    (code_a, side_a), (code_b, side_b) = one.split("-"), other.split("-")
    return {
        "needle_a": f"{needle(plan, code_a).pk}-{side_a}",
        "needle_b": f"{needle(plan, code_b).pk}-{side_b}",
    }


def send(client, plan, **fields):
    data = FIELDS | ends(plan, "LI4-left", "LI11-left") | fields
    return post(client, "add", plan.appointment, "circuit", version=plan.version, **data)


def test_the_form_opens_with_the_two_ends_that_were_drawn(kim, plan):
    picked = ends(plan, "ST36-left", "SP6-left")
    asked = {"open": "new-circuit", "a": picked["needle_a"], "b": picked["needle_b"]}

    page = kim.get(url("plan", plan.appointment), asked, headers=HTMX).content.decode()

    for end in picked.values():
        assert re.search(rf'<option value="{end}"[^>]* selected', page)


@pytest.mark.parametrize("end", ["", "x", "999999-left", "\u202e", "1" * 5_000])
def test_ends_that_are_none_of_the_plan_leave_the_list_at_choose(kim, plan, end):
    page = kim.get(url("plan", plan.appointment), {"open": "new-circuit", "a": end, "b": end})

    assert page.status_code == 200
    assert "Choose" in words(page)


def test_the_form_offers_presets_with_grade_and_source_and_the_first_free_channel(kim, plan):
    making.circuit(plan, "LI4-left", "LI11-left")

    page = kim.get(url("plan", plan.appointment), {"open": "new-circuit"}, headers=HTMX).content.decode()

    assert "Dense-disperse 2/100 Hz" in page
    assert "Evidence: Animal plus one small RCT." in page
    assert re.search(r'<option value="2" selected>2</option>', page)
    assert "1 (circuit a)" in page
    assert "endorphin" not in page


@database
def test_a_unit_is_offered_what_it_can_give(client):
    plan = with_unit(max_hz=50)
    client.force_login(by(plan))

    page = client.get(url("plan", plan.appointment), {"open": "new-circuit"}).content.decode()

    assert "Low 2 Hz" in page
    assert "High 100 Hz" not in page


def test_a_dense_disperse_circuit_is_added_and_read_back(kim, plan):
    answer = send(kim, plan, **DENSE, channel="3", strength="2", neural_target="nerve", neural_level="ulnar")

    assert answer.status_code == 200
    assert "LI4-L to LI11-L 2/100 Hz · 20 min" in words(answer)
    assert "channel 3 · dense-disperse, 3 s a phase" in words(answer)
    assert "strength 2 of 10" in words(answer)
    assert "aim: peripheral nerve, ulnar" in words(answer)


def test_a_circuit_opens_as_it_is_and_is_saved_as_it_opens(kim, plan):
    plan = making.circuit(plan, "LI4-left", "LI11-left", mode="dense_disperse", high_hz=100, channel=3, strength=5)
    row = plan.circuits.get()

    page = kim.get(url("plan", plan.appointment), {"open": f"circuit-{row.pk}"}, headers=HTMX).content.decode()

    assert re.search(r'<option value="dd_2_100"[^>]* selected', page)
    assert re.search(r'<option value="3" selected>3</option>', page)
    assert 'name="phase_s" value="3"' in page
    answer = post(kim, "edit", plan.appointment, "circuit", row.pk, **opened(kim, plan, "circuit", row))
    assert answer.status_code == 200
    before = {name: getattr(row, name) for name in estim.PLANNED}
    row.refresh_from_db()
    assert before == {name: getattr(row, name) for name in estim.PLANNED}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"low_hz": "500"}, "500 Hz is above unit 2's limit, 200."),
        ({"low_hz": "180"}, "Frequency is a number from 1 to 150 Hz."),
        ({"low_hz": "NaN"}, "Frequency is a number from 1 to 150 Hz."),
        ({"low_hz": "1e400"}, "Frequency is a number from 1 to 150 Hz."),
        ({"low_hz": "2.55"}, "Frequency has 1 decimal at most."),
        ({"minutes": "-5"}, "Time is a whole number from 1 to 45 min."),
        ({"minutes": "9" * 400}, "Time is a whole number from 1 to 45 min."),
        ({"strength": "8"}, "Strength felt is a whole number from 0 to 7."),
        ({"needle_b": ""}, "Choose: to."),
        ({"needle_a": "", "needle_b": ""}, "Choose: from."),
        ({"needle_b": "999999-left"}, "Choose one of the list: to."),
        ({"channel": "5"}, "Choose one of the list: channel."),
        ({"channel": "\U0001f50c"}, "Choose one of the list: channel."),
        ({"mode": "wavy"}, "Choose one of the list: mode."),
        ({"preset": "dd_9"}, "Choose one of the list: preset."),
        ({"phase_s": "3"}, "A continuous current has no phases. Leave the seconds empty."),
        ({"high_hz": "100"}, "continuous has one only. Leave it empty."),
        ({"polarity": "a"}, "A balanced pulse has no polarity. Leave it empty."),
        ({"neural_level": "x" * 41, "neural_target": "nerve"}, "Level holds up to 40 characters"),
        ({"neural_level": "L4"}, "Choose the neural target that this level belongs to."),
    ],
)
def test_bad_input_is_told_at_its_field_with_what_was_typed(kim, plan, fields, sentence):
    answer = send(kim, plan, **fields)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "is-invalid" in answer.content.decode()
    assert not plan.circuits.exists()


def test_the_units_limit_is_told_before_the_sheets(kim, plan):
    answer = send(kim, plan, low_hz="500")

    assert "from 1 to 150 Hz" not in words(answer)
    assert 'value="500"' in answer.content.decode()


@pytest.mark.parametrize(
    ("one", "other", "sentence"),
    [
        ("LI4-left", "LI4-left", "A circuit joins two different sites."),
        ("GV20-left", "LI4-left", "Choose one of the list: from."),
    ],
)
def test_ends_that_make_no_circuit_are_told_at_their_field(kim, plan, one, other, sentence):
    answer = send(kim, plan, **ends(plan, one, other))

    assert answer.status_code == 422
    assert sentence in words(answer)


def test_a_double_press_makes_one_circuit(kim, plan):
    assert (send(kim, plan).status_code, send(kim, plan).status_code) == (200, 409)
    assert plan.circuits.count() == 1


def test_an_unusual_value_is_saved_with_a_quiet_caution_beside_the_row(kim, plan):
    answer = send(kim, plan, minutes="40", strength="6")

    assert answer.status_code == 200
    assert "Time 40 min: caution above 30." in words(answer)
    assert "Strength felt 6: caution above 5 in fibromyalgia." in words(answer)


def test_the_suggested_targets_of_the_plans_points_are_at_hand(kim, plan):
    page = kim.get(url("plan", plan.appointment), {"open": "new-circuit"})

    assert "Suggested for ST36: peripheral nerve, deep fibular, L4–S1" in words(page)


# The unit's form


@database
def test_a_plan_without_a_unit_says_so_and_offers_to_choose_one(client):
    plan = making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left")
    unit = DeviceFactory(location=plan.appointment.location, name="unit 7")
    client.force_login(by(plan))
    visit = plan.appointment

    page = client.get(url("plan", visit))
    form = client.get(url("plan", visit), {"open": "unit"}, headers=HTMX)
    answer = post(client, "choose_unit", visit, version=plan.version, unit=unit.pk)

    assert "No e-stim unit is with this visit. Circuits have no channel. Choose a unit" in words(page)
    assert "unit 7: 6 channels, up to 200 Hz" in words(form)
    assert answer.status_code == 200
    assert "Unit: unit 7, 6 channels, up to 200 Hz" in words(answer)
    assert "channel 1" in words(answer)


@database
def test_a_busy_unit_is_refused_at_the_field(client):
    plan = making.a_plan("li4 li11")
    other = making.a_plan("li4", table__location=plan.appointment.location)
    unit = DeviceFactory(location=plan.appointment.location, name="unit 7")
    planning_with(other, unit)
    client.force_login(by(plan))

    answer = post(client, "choose_unit", plan.appointment, version=plan.version, unit=unit.pk)

    assert answer.status_code == 422
    assert "unit 7 is taken until" in words(answer)


@database
def test_an_out_of_service_unit_is_named_on_the_plan(client):
    plan = making.circuit(with_unit(), "LI4-left", "LI11-left")
    type(plan.appointment.device).objects.update(out_of_service="Cracked lead.")
    client.force_login(by(plan))

    page = client.get(url("plan", plan.appointment), {"open": "new-circuit"})
    form = client.get(url("plan", plan.appointment), {"open": "unit"})

    assert "unit 2 is out of service: Cracked lead." in words(page)
    assert 'name="channel"' not in page.content.decode()
    assert "can be used. A manager can add one in Settings." in words(form)


@pytest.mark.parametrize("unit", ["", "x", "999999", "-1", "9" * 40, "\U0001f50c"])
def test_a_unit_that_is_none_is_refused_at_the_field(kim, plan, unit):
    DeviceFactory(location=plan.appointment.location)

    answer = post(kim, "choose_unit", plan.appointment, version=plan.version, unit=unit)

    assert answer.status_code == 422
    assert "Choose one of the list: unit." in words(answer)


@database
def test_the_unit_is_chosen_by_whoever_treats_only(client):
    plan = making.a_plan("li4")

    anonymous = client.post(url("choose_unit", plan.appointment))
    client.force_login(UserFactory(role="Front desk"))
    desk = post(client, "choose_unit", plan.appointment, unit=1)

    assert (anonymous.status_code, desk.status_code) == (302, 403)
    client.force_login(by(plan))
    assert client.get(url("choose_unit", plan.appointment)).status_code == 405
    assert client.post("/sessions/999999/plan/unit/", {"version": 0}).status_code == 404


# Hands, cups, muscles, breath


@database
def test_tui_na_on_a_point_lies_in_the_points_region_with_several_techniques(client):
    plan = making.a_plan("li4")
    client.force_login(by(plan))
    data = {"point": "gb21", "side": "left", "technique": "kneading", "further": ["pressing", "grasping"]}
    data |= {"region": "", "pressure": "light", "minutes": "8"}

    answer = post(client, "add", plan.appointment, "tuina", version=plan.version, **data)

    step = plan.tuina.get()
    assert answer.status_code == 200
    assert (step.region, step.point.code) == (step.point.region, "GB21")
    assert "kneading (rou), pressing (an), grasping (na)" in words(answer)


@database
def test_tui_na_on_a_midline_point_has_no_side():
    plan = making.a_plan("li4")
    form = ITEM_FORMS["tuina"](
        {
            "version": plan.version,
            "point": "gv14",
            "side": "both",
            "technique": "rolling",
            "pressure": "light",
            "minutes": 5,
        }
    )

    assert form.is_valid(), form.errors
    assert form.save(plan=plan, by=by(plan))
    assert plan.tuina.get().side == "midline"


@database
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"region": ""}, "Choose a region, or type a point."),
        ({"point": "st99"}, "ST99 is not a point"),
        ({"point": "li4 li11"}, "One point a step."),
        ({"region": "moon"}, "Choose one of the list: region."),
        ({"further": ["kneading", "flying"]}, "Choose of the list: further techniques."),
        ({"further": ["rolling"]}, "Each technique is named once."),
        ({"minutes": "-1"}, "Time is a whole number from 1 to 60 min."),
        ({"point": "\u202e\U0001fa79"}, "is not a point"),
    ],
)
def test_bad_hands_are_told_at_their_field(client, data, sentence):
    plan = making.a_plan("li4")
    client.force_login(by(plan))
    step = {"region": "neck", "point": "", "side": "both", "technique": "rolling", "pressure": "light", "minutes": "5"}

    answer = post(client, "add", plan.appointment, "tuina", version=plan.version, **step | data)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not plan.tuina.exists()


@database
@pytest.mark.parametrize(
    ("changes", "field"),
    [({"region": "foot"}, "region"), ({"side": "midline"}, "side"), ({"further": ["rolling"]}, "further")],
)
def test_hands_that_do_not_fit_their_point_are_refused_by_the_verb(changes, field):
    plan = making.a_plan()
    point = Point.objects.get(code="GB21")
    fields = {"point": point, "region": point.region, "side": "left", "technique": "rolling"}

    with pytest.raises(ClinicError) as refusal:
        planning.add_tuina(plan=plan, version=plan.version, fields=fields | changes, by=by(plan))

    assert refusal.value.field == field


@database
def test_a_muscle_and_cups_say_where_exactly(client):
    plan = making.a_plan("li4")
    client.force_login(by(plan))
    muscle = {"muscle": "Infraspinatus", "side": "left", "site": "middle of the belly", "approach": "perpendicular"}
    muscle |= {"length_mm": "40", "gauge_mm": "0.30", "passes": "3"}
    cups = {"region": "upper back", "side": "both", "site": "beside T4", "method": "static", "strength": "light"}

    post(client, "add", plan.appointment, "target", version=plan.version, **muscle)
    answer = post(client, "add", plan.appointment, "cup", version=plan.version + 1, **cups, cups="4", minutes="5")

    assert "middle of the belly" in words(answer)
    assert "beside T4" in words(answer)


def test_every_ready_exercise_fits_its_row_and_has_a_source():
    for exercise in exercises.ready().values():
        assert exercise.kind in MovementKind.values
        assert 1 <= exercise.minutes <= 60
        assert 0 < len(exercise.instruction) <= 300
        assert 0 < len(exercise.home) <= 300
        assert exercise.source
        assert exercise.confidence in ("confirmed", "recall")


@database
def test_a_ready_exercise_fills_what_to_do_and_what_to_take_home(client):
    plan = making.a_plan("li4")
    client.force_login(by(plan))
    data = {"exercise": "chin_tuck", "kind": "breathing", "minutes": "5", "instruction": "", "home": ""}

    answer = post(client, "add", plan.appointment, "movement", version=plan.version, **data)

    step = plan.movements.get()
    assert answer.status_code == 200
    assert (step.kind, step.minutes) == ("movement", 3)
    assert "at home: Twice a day" in words(answer)


@database
def test_what_was_written_in_ones_own_words_stays_and_nothing_at_all_is_refused(client):
    plan = making.a_plan("li4")
    client.force_login(by(plan))
    data = {"exercise": "chin_tuck", "kind": "movement", "minutes": "2", "home": ""}

    empty = post(client, "add", plan.appointment, "movement", version=plan.version, **data | {"exercise": ""})
    post(client, "add", plan.appointment, "movement", version=plan.version, **data, instruction="My own")

    step = plan.movements.get()
    assert empty.status_code == 422
    assert "Say what to do." in words(empty)
    assert (step.instruction, step.minutes, step.home) == ("My own", 2, "")


# Cost


@database
@pytest.mark.parametrize("circuits", [1, 3])
def test_an_open_circuit_form_costs_the_same_whatever_is_planned(client, circuits, django_assert_num_queries):
    plan = with_unit("li4 li11 st36 sp6 lr3 lr8")
    for one, other in [("LI4", "LI11"), ("ST36", "SP6"), ("LR3", "LR8")][:circuits]:
        plan = making.circuit(plan, f"{one}-left", f"{other}-left")
    client.force_login(by(plan))
    client.get(url("plan", plan.appointment))

    with django_assert_num_queries(plain_cost(client, plan)):
        client.get(url("plan", plan.appointment), {"open": "new-circuit"})


def plain_cost(client, plan):
    """An open form reads nothing that the page does not have."""
    with CaptureQueriesContext(connection) as queries:
        client.get(url("plan", plan.appointment))
    return len(queries)
