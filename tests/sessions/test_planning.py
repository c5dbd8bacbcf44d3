import re

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.errors import ClinicError
from sessions import answering, charting, findings, planning
from sessions.models import (
    CuppingSite,
    EstimCircuit,
    FindingResponse,
    Muscle,
    NeedlePoint,
    Point,
    SessionPlan,
)
from sessions.refusals import PlanChanged, SignedAlready, Unanswered
from sessions.rows import CHARTED, KINDS, PLANNED
from tests.factories import AppointmentFactory, DeviceFactory, HealthFactFactory, PatientFactory, UserFactory

from . import making
from .making import by, needle

pytestmark = pytest.mark.django_db


def labels(plan):
    return [row.label for row in plan.needles.all()]


def with_facts(*codes, **visit):
    patient = PatientFactory()
    for code in codes:
        HealthFactFactory(patient=patient, code=code)
    return {"patient": patient, **visit}


def test_opening_twice_gives_the_same_plan():
    visit = AppointmentFactory()

    first = planning.open_plan(visit=visit, by=making.hand(visit))
    second = planning.open_plan(visit=visit, by=making.hand(visit))

    assert first == second
    assert first.status == "draft"


@pytest.mark.parametrize(("status", "words"), [("cancelled", "cancelled"), ("no_show", "no-show")])
def test_a_visit_that_is_off_gets_no_plan_and_keeps_one_it_has(status, words):
    visit = AppointmentFactory(status=status)

    with pytest.raises(ClinicError, match=f"This visit is {words}. There is nothing to plan."):
        planning.open_plan(visit=visit, by=making.hand(visit))

    kept = SessionPlan.objects.create(appointment=visit)
    assert planning.open_plan(visit=visit, by=making.hand(visit)) == kept


def test_points_are_added_in_the_order_typed_and_the_version_rises():
    plan = making.a_plan()

    plan = planning.add_points(plan=plan, version=0, text="li4 lr3 l; gv20", by=by(plan))

    assert labels(plan) == ["LI4 L", "LR3 L", "GV20"]
    assert [row.order for row in plan.needles.all()] == [0, 1, 2]
    assert plan.version == 1
    assert plan.changed_by == by(plan)


def test_one_unknown_word_adds_nothing():
    plan = making.a_plan("li4")

    with pytest.raises(ClinicError, match="ST99 is not a point"):
        making.add(plan, "lr3 st99")

    assert labels(plan) == ["LI4 L+R"]
    assert SessionPlan.objects.get().version == plan.version


@pytest.mark.parametrize(
    ("first", "second"), [("li4", "li4 l"), ("li4 l", "li4"), ("li4 l", "li4 l"), ("gv20", "gv20")]
)
def test_a_side_is_needled_once(first, second):
    plan = making.a_plan(first)

    with pytest.raises(ClinicError, match="is in the plan already"):
        making.add(plan, second)


def test_left_and_right_may_be_two_rows():
    plan = making.add(making.a_plan("li4 l"), "li4 r")

    assert labels(plan) == ["LI4 L", "LI4 R"]


def test_the_database_refuses_a_side_twice_as_well():
    plan = making.a_plan("li4")

    with pytest.raises(IntegrityError, match="point_once_on_the_left"), transaction.atomic():
        NeedlePoint.objects.create(plan=plan, point=needle(plan, "LI4").point, side="left")


def test_too_many_rows_of_needles_are_refused():
    plan = making.a_plan()
    codes = list(Point.objects.filter(channel="BL").values_list("code", flat=True))

    with pytest.raises(ClinicError, match="A plan holds 60 rows of needles"):
        making.add(plan, " ".join(codes[:61]))


def test_an_ashi_point_says_where_it_is_and_may_stand_there_twice():
    plan = making.a_plan()
    ashi = Point.objects.get(code="EX-ASHI")

    for site in ("calf", "heel"):
        fields = {"point": ashi, "side": "left", "site": site}
        plan = planning.add_needle(plan=plan, version=plan.version, fields=fields, by=by(plan))

    assert labels(plan) == ["EX-ASHI L (calf)", "EX-ASHI L (heel)"]


@pytest.mark.parametrize(
    ("code", "side", "sentence"),
    [("LI4", "midline", "LI4 lies on both sides"), ("GV20", "left", "GV20 has no left and right")],
)
def test_a_side_that_the_point_has_not_is_refused(code, side, sentence):
    plan = making.a_plan(code)

    with pytest.raises(ClinicError, match=sentence):
        planning.edit_item(
            plan=plan, version=plan.version, item=needle(plan, code), changes={"side": side}, by=by(plan)
        )


def test_who_comes_second_is_told_who_was_faster_and_nothing_of_theirs_is_kept():
    plan = making.a_plan("li4")
    making.add(plan, "lr3")
    SessionPlan.objects.update(changed_by=UserFactory(first_name="Roy"))

    with pytest.raises(PlanChanged, match=r"Roy changed this plan at \d\d:\d\d. Your change was not saved") as refused:
        making.add(plan, "st36")

    assert refused.value.status == 409
    assert labels(plan) == ["LI4 L+R", "LR3 L+R"]


def test_ones_own_other_window_is_told_apart():
    plan = making.a_plan("li4")
    making.add(plan, "lr3")

    with pytest.raises(PlanChanged, match="You changed this plan in another window"):
        making.add(plan, "st36")


def test_a_signed_plan_takes_no_change():
    plan = making.signed()

    with pytest.raises(SignedAlready, match="signed and never changes"):
        making.add(plan, "st36")


def test_a_circuit_joins_two_needled_sites():
    plan = making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left", low_hz=2, minutes=15)

    row = plan.circuits.get()

    assert (row.label, row.path, row.minutes) == ("Circuit A", "LI4-L to LI11-L", 15)


def test_a_circuit_keeps_its_letter_when_another_goes():
    plan = making.a_plan("li4 li11 st36 sp6")
    plan = making.circuit(plan, "LI4-left", "LI11-left")
    plan = making.circuit(plan, "ST36-left", "SP6-left")
    first, second = plan.circuits.all()
    plan = planning.remove_item(plan=plan, version=plan.version, item=first, by=by(plan))

    plan = making.circuit(plan, "ST36-right", "SP6-right")

    assert [row.letter for row in plan.circuits.all()] == ["A", "B"]
    assert plan.circuits.get(order=1) == second


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"low_hz": 500}, "500 Hz is above unit 2's limit, 100."),
        ({"low_hz": 150}, "150 Hz is above unit 2's limit, 100."),
        ({"mode": "dense_disperse", "high_hz": 120}, "120 Hz is above unit 2's limit, 100."),
        ({"low_hz": 0}, "Type a number from 1 to 150."),
        ({"minutes": 90}, "Type a number from 1 to 45."),
        ({"mode": "dense_disperse"}, "Dense-disperse needs a second frequency"),
        ({"high_hz": 100}, "Dense-disperse needs a second frequency"),
    ],
)
def test_current_stays_within_the_unit_and_the_sheet(fields, sentence):
    plan = making.a_plan("li4 li11", device=DeviceFactory(name="unit 2", max_hz=100))

    with pytest.raises(ClinicError, match=sentence):
        making.circuit(plan, "LI4-left", "LI11-left", **fields)


def test_a_unit_has_no_more_circuits_than_channels():
    plan = making.a_plan("li4 li11 st36 sp6", device=DeviceFactory(name="unit 2", channels=1))
    plan = making.circuit(plan, "LI4-left", "LI11-left")

    with pytest.raises(ClinicError, match=re.escape("unit 2 has 1 channel, and all are in use.")):
        making.circuit(plan, "ST36-left", "SP6-left")


def test_an_electrode_sits_on_a_needled_side():
    plan = making.a_plan("li4 l; li11")

    with pytest.raises(ClinicError, match=re.escape("LI4 is needled L only. Choose that side.")):
        making.circuit(plan, "LI4-right", "LI11-right")


def test_a_needle_of_another_plan_is_refused_by_the_verb_and_by_the_database():
    plan, other = making.a_plan("li4 li11"), making.a_plan("st36")
    ends = {"needle_a": needle(plan, "LI4"), "side_a": "left", "needle_b": needle(other, "ST36"), "side_b": "left"}

    with pytest.raises(ClinicError, match="two needles of this plan"):
        planning.add_circuit(plan=plan, version=plan.version, fields=ends, by=by(plan))
    with pytest.raises(IntegrityError, match="its own plan"), transaction.atomic():
        EstimCircuit.objects.create(plan=plan, **ends)


def test_the_database_keeps_electrodes_on_needled_sides():
    plan = making.circuit(making.a_plan("li4 li11; gv20"), "LI4-left", "LI11-left")

    for change in ("side_a='midline'", f"needle_b_id={needle(plan, 'GV20').pk}"):
        with pytest.raises(IntegrityError, match="a side that is needled"), transaction.atomic():
            raw(f"UPDATE clinic_sessions_estimcircuit SET {change}")
    with pytest.raises(IntegrityError, match="a circuit uses this side"), transaction.atomic():
        raw(f"UPDATE clinic_sessions_needlepoint SET side='right' WHERE id={needle(plan, 'LI4').pk}")


def test_a_needle_that_a_circuit_uses_stays():
    plan = making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left")

    with pytest.raises(ClinicError, match=re.escape("Circuit A uses LI4. Re-pair A first.")):
        planning.remove_item(plan=plan, version=plan.version, item=needle(plan, "LI4"), by=by(plan))
    with pytest.raises(ClinicError, match=re.escape("Circuit A uses LI4-L. Re-pair A first.")):
        planning.edit_item(
            plan=plan, version=plan.version, item=needle(plan, "LI4"), changes={"side": "right"}, by=by(plan)
        )


def test_a_circuit_is_paired_anew():
    plan = making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left")

    changes = {"side_a": "right", "side_b": "right"}
    plan = planning.edit_item(plan=plan, version=plan.version, item=plan.circuits.get(), changes=changes, by=by(plan))

    assert plan.circuits.get().path == "LI4-R to LI11-R"


def test_a_muscle_that_is_not_needled_is_refused():
    plan = making.a_plan()
    muscle = Muscle.objects.filter(skill_level="do_not_needle").first()

    with pytest.raises(ClinicError, match=f"{muscle.name} is not needled".replace("(", r"\(").replace(")", r"\)")):
        planning.add_target(plan=plan, version=0, fields={"muscle": muscle, "side": "left"}, by=by(plan))


def test_every_kind_of_row_is_added_edited_and_removed():
    plan = making.a_plan()
    muscle = Muscle.objects.get(code="gastrocnemius")
    kinds = [
        (planning.add_target, {"muscle": muscle, "side": "left"}, "targets", {"passes": 5}),
        (planning.add_cups, {"region": "upper back"}, "cups", {"minutes": 8}),
        (planning.add_tuina, {"region": "neck", "side": "left"}, "tuina", {"pressure": "medium"}),
        (planning.add_movement, {"instruction": "Breathe out slowly"}, "movements", {"home": "Twice a day"}),
    ]

    for verb, fields, rows, changes in kinds:
        plan = verb(plan=plan, version=plan.version, fields=fields, by=by(plan))
        row = getattr(plan, rows).get()
        plan = planning.edit_item(plan=plan, version=plan.version, item=row, changes=changes, by=by(plan))
        assert changes.items() <= vars(getattr(plan, rows).get()).items()
        plan = planning.remove_item(plan=plan, version=plan.version, item=row, by=by(plan))
        assert not getattr(plan, rows).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"length_mm": 10**9}, "Type a number from 7 to 125"),
        ({"length_mm": -1}, "Type a number from 7 to 125"),
        ({"site": "x" * 81}, "too long"),
        ({"site": "a\x00b"}, "cannot be kept"),
        ({"angle": "sideways"}, "not a valid choice"),
    ],
)
def test_hostile_values_are_refused_on_their_field(changes, sentence):
    plan = making.a_plan("li4")

    with pytest.raises(ClinicError, match=sentence) as refused:
        planning.edit_item(plan=plan, version=plan.version, item=needle(plan, "LI4"), changes=changes, by=by(plan))

    assert refused.value.field == next(iter(changes))


def test_what_was_done_is_not_edited_as_what_is_planned():
    plan = making.a_plan("li4")

    with pytest.raises(ValueError, match="outcome"):
        planning.edit_item(
            plan=plan, version=plan.version, item=needle(plan, "LI4"), changes={"outcome": "done"}, by=by(plan)
        )


def test_a_row_that_somebody_removed_is_gone():
    plan = making.a_plan("li4 lr3")
    row = needle(plan, "LI4")
    plan = planning.remove_item(plan=plan, version=plan.version, item=row, by=by(plan))

    with pytest.raises(ClinicError, match="no longer in the plan"):
        planning.remove_item(plan=plan, version=plan.version, item=row, by=by(plan))


def test_the_position_is_set():
    plan = making.a_plan()

    plan = planning.set_position(plan=plan, version=0, position="prone", by=by(plan))

    assert SessionPlan.objects.get().position == "prone"


# As last time


def last_time():
    plan = making.a_plan("li4; li11 l; st36")
    plan = making.circuit(plan, "LI4-left", "LI11-left", low_hz=4)
    muscle = Muscle.objects.get(code="gastrocnemius")
    plan = planning.add_target(plan=plan, version=plan.version, fields={"muscle": muscle, "side": "left"}, by=by(plan))
    plan = planning.add_cups(plan=plan, version=plan.version, fields={"region": "upper back"}, by=by(plan))
    making.sign(making.chart(making.begin(plan)))
    return plan


def test_as_last_time_copies_rows_with_their_circuits():
    last = last_time()
    plan = making.again(last)

    plan = planning.as_last_time(plan=plan, version=plan.version, by=by(plan))

    assert labels(plan) == labels(last)
    assert (plan.circuits.get().path, plan.circuits.get().low_hz) == ("LI4-L to LI11-L", 4)
    assert plan.circuits.get().needle_a.plan == plan
    assert plan.targets.get().label == last.targets.get().label
    assert plan.cups.get().region == "upper back"
    assert plan.copied_from == last
    assert {row.outcome for row in plan.needles.all()} == {"pending"}
    assert {row.needles_in for row in plan.needles.all()} == {None}


def test_as_last_time_twice_adds_nothing_and_keeps_what_is_there():
    plan = making.again(last_time(), "li4 l; gv20")
    plan = planning.as_last_time(plan=plan, version=plan.version, by=by(plan))
    once = labels(plan), plan.circuits.count()

    plan = planning.as_last_time(plan=plan, version=plan.version, by=by(plan))

    assert (labels(plan), plan.circuits.count()) == once
    assert once == (["LI4 L", "GV20", "LI11 L", "ST36 L+R"], 1)


def test_a_circuit_whose_needle_is_on_the_other_side_is_not_copied():
    plan = making.again(last_time(), "li4 r")

    plan = planning.as_last_time(plan=plan, version=plan.version, by=by(plan))

    assert not plan.circuits.exists()


def test_as_last_time_looks_at_signed_sessions_only():
    plan = making.again(making.charted())

    with pytest.raises(ClinicError, match=re.escape("Ana has no signed session yet. Type a point.")):
        planning.as_last_time(plan=plan, version=plan.version, by=by(plan))


def test_as_last_time_costs_the_same_for_one_row_and_for_many(django_assert_max_num_queries):
    few = making.again(making.signed("li4"))
    many = making.again(making.signed("li4 lr3 st36 sp6 gb34 gv20"))

    costs = []
    for plan in (few, many):
        with django_assert_max_num_queries(40) as asked:
            planning.as_last_time(plan=plan, version=plan.version, by=by(plan))
        costs.append(len(asked))

    assert costs[0] == costs[1]


# Findings and readiness


def open_findings(plan):
    laid_out = SessionPlan.objects.laid_out().get(pk=plan.pk)
    return [each.finding for each in findings.of_plan(laid_out) if each.is_open]


def test_an_empty_plan_is_not_made_ready():
    plan = making.a_plan()

    with pytest.raises(ClinicError, match="The plan is empty"):
        planning.make_ready(plan=plan, version=0, by=by(plan))


def test_open_findings_keep_a_plan_from_being_made_ready_and_are_named():
    plan = making.circuit(making.a_plan("li4; gb21 l"), "LI4-left", "LI4-right")

    with pytest.raises(
        Unanswered, match=re.escape("1 block and 1 warning to answer: S003 Circuit A; S045 GB21 L.")
    ) as refused:
        planning.make_ready(plan=plan, version=plan.version, by=by(plan))

    assert [finding.rule for finding in refused.value.findings] == ["S003", "S045"]


def test_answered_findings_let_the_plan_be_ready():
    plan = making.circuit(making.a_plan("li4; gb21 l"), "LI4-left", "LI4-right")
    block, warning = open_findings(plan)
    answering.override(plan=plan, fingerprint=block.fingerprint, reason="Cardiologist agreed in writing", by=by(plan))
    answering.acknowledge(plan=plan, fingerprint=warning.fingerprint, by=by(plan))

    plan = planning.make_ready(plan=plan, version=plan.version, by=by(plan))

    assert plan.status == "ready"
    assert {(answer.rule, answer.kind, answer.by) for answer in plan.responses.all()} == {
        ("S003", "overridden", by(plan)),
        ("S045", "acknowledged", by(plan)),
    }


def test_an_answer_lapses_when_its_needle_changes():
    plan = making.a_plan("gb21 l")
    (warning,) = open_findings(plan)
    answering.acknowledge(plan=plan, fingerprint=warning.fingerprint, by=by(plan))

    changes = {"length_mm": 20}
    planning.edit_item(plan=plan, version=plan.version, item=needle(plan, "GB21"), changes=changes, by=by(plan))

    assert [finding.rule for finding in open_findings(plan)] == ["S045"]


def test_an_answer_lapses_when_the_fact_changes():
    facts = with_facts("pregnancy")
    plan = making.a_plan("li4", **facts)
    (block,) = open_findings(plan)
    answering.override(plan=plan, fingerprint=block.fingerprint, reason="Midwife and patient agreed", by=by(plan))
    assert open_findings(plan) == []

    facts["patient"].facts.update(detail="twins")

    assert [finding.rule for finding in open_findings(plan)] == ["S012"]


def test_facts_count_on_the_day_of_the_visit_only():
    facts = with_facts("pregnancy")
    plan = making.a_plan("li4", **facts)

    facts["patient"].facts.update(until="2030-05-12")

    assert open_findings(plan) == []


@pytest.mark.parametrize("reason", ["", "   ", "ok", "aaaaaaaaaaaaaaa", "..........."])
def test_an_override_needs_a_reason_that_says_something(reason):
    plan = making.a_plan("li4", **with_facts("pregnancy"))
    (block,) = open_findings(plan)

    with pytest.raises(ClinicError, match="Write why"):
        answering.override(plan=plan, fingerprint=block.fingerprint, reason=reason, by=by(plan))


@pytest.mark.parametrize("reason", ["a\x00" * 20, "reason " * 400])
def test_a_hostile_reason_is_refused_on_its_field(reason):
    plan = making.a_plan("li4", **with_facts("pregnancy"))
    (block,) = open_findings(plan)

    with pytest.raises(ClinicError) as refused:
        answering.override(plan=plan, fingerprint=block.fingerprint, reason=reason, by=by(plan))

    assert refused.value.field == "reason"


def test_a_block_is_not_acknowledged_and_a_warning_not_overridden():
    plan = making.a_plan("li4; gb21 l", **with_facts("pregnancy"))
    answers = {finding.severity: finding.fingerprint for finding in open_findings(plan)}

    with pytest.raises(ClinicError, match="blocks the plan"):
        answering.acknowledge(plan=plan, fingerprint=answers["block"], by=by(plan))
    with pytest.raises(ClinicError, match="is a warning"):
        answering.override(plan=plan, fingerprint=answers["warn"], reason="a long enough reason", by=by(plan))


def test_a_finding_that_is_gone_is_not_answered():
    plan = making.a_plan("gb21 l")

    with pytest.raises(ClinicError, match="has changed since you saw it"):
        answering.acknowledge(plan=plan, fingerprint="0" * 64, by=by(plan))


def test_answering_twice_keeps_one_answer():
    plan = making.a_plan("gb21 l")
    (warning,) = open_findings(plan)

    for _ in range(2):
        answering.acknowledge(plan=plan, fingerprint=warning.fingerprint, by=by(plan))

    assert FindingResponse.objects.count() == 1


def test_a_change_makes_a_ready_plan_a_draft_again():
    plan = making.a_plan("li4")
    plan = planning.make_ready(plan=plan, version=plan.version, by=by(plan))

    plan = making.add(plan, "lr3")

    assert plan.status == "draft"


def test_a_ready_plan_goes_back_and_a_draft_does_not():
    plan = making.a_plan("li4")
    plan = planning.make_ready(plan=plan, version=plan.version, by=by(plan))

    plan = planning.back_to_draft(plan=plan, version=plan.version, by=by(plan))

    assert plan.status == "draft"
    with pytest.raises(ClinicError, match="This plan is draft"):
        planning.back_to_draft(plan=plan, version=plan.version, by=by(plan))


def test_a_unit_changed_since_planning_is_looked_at_when_the_plan_is_made_ready():
    plan = making.circuit(making.a_plan("li4 li11", device=DeviceFactory(name="unit 2")), "LI4-left", "LI11-left")
    plan.circuits.update(low_hz=150)
    plan.appointment.device.max_hz = 100
    plan.appointment.device.save()

    with pytest.raises(ClinicError, match=re.escape("150 Hz is above unit 2's limit, 100.")):
        planning.make_ready(plan=plan, version=plan.version, by=by(plan))


# Once the session has begun


def test_what_was_planned_stays_and_what_is_added_says_so():
    plan = making.begun("li4")

    plan = making.add(plan, "lr3")

    assert plan.status == "in_progress"
    assert [row.unplanned for row in plan.needles.all()] == [False, True]
    with pytest.raises(ClinicError, match=re.escape("The session has begun. Chart it as left out instead.")):
        planning.remove_item(plan=plan, version=plan.version, item=needle(plan, "LI4"), by=by(plan))
    with pytest.raises(ClinicError, match=re.escape("The session has begun. Chart what was different instead.")):
        planning.edit_item(
            plan=plan, version=plan.version, item=needle(plan, "LI4"), changes={"length_mm": 30}, by=by(plan)
        )
    plan = planning.remove_item(plan=plan, version=plan.version, item=needle(plan, "LR3"), by=by(plan))
    assert labels(plan) == ["LI4 L+R"]


def test_what_was_added_stays_too_once_it_is_charted():
    plan = making.add(making.begun("li4"), "lr3")
    plan = charting.mark(plan=plan, version=plan.version, item=needle(plan, "LR3"), outcome="done", by=by(plan))

    with pytest.raises(ClinicError, match="The session has begun"):
        planning.remove_item(plan=plan, version=plan.version, item=needle(plan, "LR3"), by=by(plan))


# History


def test_every_change_of_a_row_is_on_record_with_the_person():
    plan = making.a_plan("li4")
    row = needle(plan, "LI4")
    plan = planning.edit_item(plan=plan, version=plan.version, item=row, changes={"length_mm": 30}, by=by(plan))
    planning.remove_item(plan=plan, version=plan.version, item=row, by=by(plan))

    events = NeedlePoint.pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")

    assert [event.pgh_label for event in events] == ["insert", "update", "delete"]
    assert [event.length_mm for event in events] == [25, 30, 30]
    assert {event.pgh_context.metadata["user"] for event in events} == {by(plan).pk}


def test_findings_cost_the_same_for_one_row_and_for_three(django_assert_max_num_queries):
    costs = []
    for text in ("li4", "li4 gb21 st36 bl13"):
        plan = making.a_plan(text, **with_facts("pregnancy", "diabetes"))
        with django_assert_max_num_queries(11) as asked:
            findings.of_plan(SessionPlan.objects.laid_out().get(pk=plan.pk))
        costs.append(len(asked))

    assert costs[0] == costs[1]


def test_the_strings_of_the_fields_of_a_row_are_those_of_its_model():
    for model in KINDS.values():
        names = {field.name for field in model._meta.concrete_fields}
        assert {*PLANNED[model], *CHARTED[model]} <= names
        everything = {*PLANNED[model], *CHARTED[model], "id", "plan", "outcome", "unplanned"}
        assert names - everything <= {"needles_in", "needles_out", "left_in_place", "remove_on"}


def test_cups_have_a_check_for_every_choice():
    plan = making.a_plan()

    for field in ("region", "side", "method", "strength", "outcome"):
        with pytest.raises(IntegrityError), transaction.atomic():
            CuppingSite.objects.create(plan=plan, **{"region": "neck", field: "nonsense"})


def raw(sql, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
