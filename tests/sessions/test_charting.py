import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.errors import ClinicError
from scheduling import attending, booking
from scheduling.models import Appointment
from sessions import charting, counting, planning, reporting, signing, timing
from sessions.charting import Counted
from sessions.counting import Tally
from sessions.models import AdverseEvent, Muscle, NeedlePoint, Note, SessionPlan
from sessions.refusals import FieldChanged, PlanChanged, SignedAlready, Unanswered
from tests.factories import HealthFactFactory, UserFactory

from . import making
from .making import by, needle

pytestmark = pytest.mark.django_db


def ready(text="li4", **visit):
    plan = making.a_plan(text, **visit)
    return planning.make_ready(plan=plan, version=plan.version, by=by(plan))


def count(plan, **rows):
    """count(plan, LI4=Counted(2, 2))"""
    counts = {("needle", needle(plan, code).pk): counted for code, counted in rows.items()}
    return charting.count(plan=plan, version=plan.version, counts=counts, by=by(plan))


def shortfall(plan):
    return counting.shortfall(charting.tallies_of(SessionPlan.objects.laid_out().get(pk=plan.pk)))


# Beginning


def test_starting_puts_the_plan_in_progress_and_the_visit_in_session():
    plan = ready()

    plan = charting.start(plan=plan, version=plan.version, by=by(plan))

    plan.appointment.refresh_from_db()
    assert plan.status == "in_progress"
    assert plan.needles_in_at is not None
    assert plan.appointment.status == "in_session"


def test_a_draft_is_not_started():
    plan = making.a_plan("li4")

    with pytest.raises(ClinicError, match=re.escape("still a draft. Make it ready first.")):
        charting.start(plan=plan, version=plan.version, by=by(plan))


def test_a_patient_who_is_not_checked_in_is_not_started():
    plan = ready(status="booked")

    with pytest.raises(ClinicError, match=re.escape("Ana is not checked in: this visit is booked. Check in first.")):
        charting.start(plan=plan, version=plan.version, by=by(plan))

    assert SessionPlan.objects.get().status == "ready"


def test_what_is_written_down_after_the_visit_bears_no_times_but_those_typed():
    visit = {"status": "completed", "start": timezone.now() - timedelta(days=1)}
    plan = making.chart(making.begin(making.a_plan("li4 lr3", **visit)))

    assert (plan.needles_in_at, plan.needles_out_at) == (None, None)
    assert plan.appointment.status == "completed"

    put_in = plan.appointment.starts_at
    times = {"needles_in_at": put_in, "needles_out_at": put_in + timedelta(minutes=30)}
    plan = timing.set_times(plan=plan, fields=times, by=by(plan))
    assert making.sign(plan).plan.needles_in_at == put_in


def test_a_visit_that_is_over_without_a_plan_is_signed_with_what_the_notes_say():
    plan = making.a_plan(status="completed", start=timezone.now() - timedelta(days=1))
    plan = charting.start(plan=plan, version=plan.version, by=by(plan))

    making.sign(plan)

    assert SessionPlan.objects.get().is_signed


def test_a_draft_with_rows_is_made_ready_first_also_when_the_visit_is_over():
    plan = making.a_plan("li4", status="completed")

    with pytest.raises(ClinicError, match="Make it ready first"):
        charting.start(plan=plan, version=plan.version, by=by(plan))


def test_needles_without_a_time_of_going_in_have_none_of_coming_out():
    plan = making.begun()
    plan = timing.set_times(plan=plan, fields={"needles_in_at": None, "needles_out_at": None}, by=by(plan))

    timing.take_out(plan=plan, by=by(plan))

    assert making.chart(plan).needles_out_at is None


def test_undoing_a_start_leaves_the_plan_ready_to_begin_anew():
    plan = making.begun()
    visit = booking.undo(visit=Appointment.objects.get(), by=by(plan))

    plan = SessionPlan.objects.get()
    assert (visit.status, plan.status, plan.needles_in_at) == ("arrived", "ready", None)

    plan = charting.start(plan=plan, version=plan.version, by=by(plan))
    assert plan.needles_in_at is not None


def test_undoing_a_start_leaves_a_draft_alone():
    plan = making.a_plan("li4")
    visit = attending.start(visit=plan.appointment, by=by(plan))

    booking.undo(visit=visit, by=by(plan))

    assert SessionPlan.objects.get().status == "draft"


@pytest.mark.parametrize(
    "record",
    [
        lambda plan: count(plan, LI4=Counted(2)),
        lambda plan: charting.mark(
            plan=plan, version=plan.version, item=needle(plan, "LI4"), outcome="done", by=by(plan)
        ),
        lambda plan: making.add(plan, "st36"),
        lambda plan: timing.take_out(plan=plan, by=by(plan)),
        lambda plan: reporting.report(
            plan=plan, version=plan.version, code="bruise", severity="mild", detail="Pale.", by=by(plan)
        ),
    ],
    ids=["counted", "marked", "added", "taken out", "incident"],
)
def test_a_start_is_not_undone_once_anything_is_recorded(record):
    plan = making.begun()
    record(plan)

    with pytest.raises(ClinicError, match=re.escape("Something is recorded in this session already.")):
        booking.undo(visit=Appointment.objects.get(), by=by(plan))

    assert (Appointment.objects.get().status, SessionPlan.objects.get().status) == ("in_session", "in_progress")


def test_starting_twice_says_so():
    plan = making.begun()

    with pytest.raises(ClinicError, match=re.escape("The session has begun already.")):
        charting.start(plan=plan, version=plan.version, by=by(plan))


def test_a_fact_learnt_at_check_in_keeps_the_session_from_beginning():
    plan = ready("li4")
    HealthFactFactory(patient=plan.appointment.patient, code="pregnancy")

    with pytest.raises(Unanswered, match="1 block to answer: S012 LI4"):
        charting.start(plan=plan, version=plan.version, by=by(plan))


def test_nothing_is_charted_before_the_first_needle():
    plan = ready()

    with pytest.raises(ClinicError, match="Press Start at the first needle"):
        charting.mark(plan=plan, version=plan.version, item=needle(plan, "LI4"), outcome="done", by=by(plan))


def test_the_times_can_be_put_right():
    plan = making.begun()
    began = timezone.now() - timedelta(minutes=40)
    times = {"needles_in_at": began, "needles_out_at": began + timedelta(minutes=25)}

    plan = timing.set_times(plan=plan, fields=times, by=by(plan))

    assert SessionPlan.objects.get().needles_in_at == began


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [(-10, -20, "come out after they went in"), (None, -5, "come out after"), (-5, 5, "still to come")],
)
def test_times_that_cannot_be_are_refused(start, end, sentence):
    plan = making.begun()
    moments = [None if minutes is None else timezone.now() + timedelta(minutes=minutes) for minutes in (start, end)]
    times = dict(zip(("needles_in_at", "needles_out_at"), moments, strict=True))

    with pytest.raises(ClinicError, match=sentence):
        timing.set_times(plan=plan, fields=times, by=by(plan))


# What was done


def test_one_tap_marks_everything_that_has_no_outcome():
    plan = making.begun("li4 lr3")
    plan = charting.mark(plan=plan, version=plan.version, item=needle(plan, "LI4"), outcome="omitted", by=by(plan))

    charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))

    assert [row.outcome for row in plan.needles.all()] == ["omitted", "done"]


def test_what_was_different_is_said():
    plan = making.begun("st36")

    plan = charting.mark(
        plan=plan,
        version=plan.version,
        item=needle(plan, "ST36"),
        outcome="changed",
        changes={"done_note": "R only"},
        by=by(plan),
    )

    assert needle(plan, "ST36").done_note == "R only"


@pytest.mark.parametrize("note", ["", "   "])
def test_changed_without_what_was_different_is_refused(note):
    plan = making.begun("st36")

    with pytest.raises(ClinicError, match=re.escape("Say what was different.")) as refused:
        charting.mark(
            plan=plan,
            version=plan.version,
            item=needle(plan, "ST36"),
            outcome="changed",
            changes={"done_note": note},
            by=by(plan),
        )

    assert refused.value.field == "done_note"


def test_current_and_sensation_are_charted_on_the_circuit():
    plan = making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left")
    plan = making.begin(plan)

    changes = {"done_ma": 1.5, "sensation": "just felt"}
    plan = charting.mark(
        plan=plan, version=plan.version, item=plan.circuits.get(), outcome="done", changes=changes, by=by(plan)
    )

    assert (plan.circuits.get().done_ma, plan.circuits.get().sensation) == (1.5, "just felt")


@pytest.mark.parametrize(("changes", "field"), [({"done_ma": 99}, "done_ma"), ({"sensation": "x" * 201}, "sensation")])
def test_values_that_cannot_be_are_refused_on_their_field(changes, field):
    plan = making.begin(making.circuit(making.a_plan("li4 li11"), "LI4-left", "LI11-left"))

    with pytest.raises(ClinicError) as refused:
        charting.mark(
            plan=plan, version=plan.version, item=plan.circuits.get(), outcome="done", changes=changes, by=by(plan)
        )

    assert refused.value.field == field


def test_a_row_whose_needles_were_counted_in_was_not_left_out():
    plan = count(making.begun("li4"), LI4=Counted(2, 1))

    with pytest.raises(ClinicError, match=re.escape("2 needles of LI4 L+R were counted in. It was not left out.")):
        charting.mark(plan=plan, version=plan.version, item=needle(plan, "LI4"), outcome="omitted", by=by(plan))


def test_charting_compares_the_version_too():
    plan = making.begun("li4 lr3")
    charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))

    with pytest.raises(PlanChanged):
        charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))


# Counting


def test_a_difference_is_kept_and_said_area_by_area():
    plan = making.begun("li4; st36; lr3 l")

    plan = count(plan, LI4=Counted(2, 2), ST36=Counted(2, 1), LR3=Counted(1, 1))

    assert shortfall(plan) == "5 in, 4 out. Legs are one short. Find it or report it missing."
    assert plan.needles_out_at is None


def test_rows_nobody_counted_are_named():
    plan = count(making.begun("li4; st36; gv20"), LI4=Counted(2, 2))

    assert shortfall(plan) == "Head and legs are not counted yet."


def test_when_every_needle_is_out_the_time_is_stamped_and_a_recount_takes_it_back():
    plan = count(making.begun("li4"), LI4=Counted(2, 2))
    stamped = plan.needles_out_at

    again = count(plan, LI4=Counted(2, 2))
    opened = count(again, LI4=Counted(2, 1))

    assert stamped is not None
    assert again.needles_out_at == stamped
    assert opened.needles_out_at is None


def test_a_needle_left_in_place_has_a_removal_date():
    plan = making.begun("li4")
    day = plan.appointment.starts_at.date()

    for remove_on in (None, day - timedelta(days=1), day + timedelta(days=31), date(9999, 12, 31)):
        with pytest.raises(ClinicError) as refused:
            count(plan, LI4=Counted(2, 1, 1, remove_on))
        assert refused.value.field == "remove_on"
    plan = count(plan, LI4=Counted(2, 1, 1, day + timedelta(days=3)))

    assert shortfall(plan) is None
    assert needle(plan, "LI4").remove_on == day + timedelta(days=3)


@pytest.mark.parametrize(
    ("counted", "field"),
    [
        (Counted(2, 3), "needles_out"),
        (Counted(None, 1), "needles_in"),
        (Counted(61, 61), "needles_in"),
        (Counted(-1, 0), "needles_in"),
        (Counted(10**12, 0), "needles_in"),
        (Counted(2, 2, 0, date(2030, 5, 14)), "left_in_place"),
    ],
)
def test_counts_that_cannot_be_are_refused_on_their_field(counted, field):
    plan = making.begun("li4")

    with pytest.raises(ClinicError) as refused:
        count(plan, LI4=counted)

    assert refused.value.field == field


def test_a_needle_of_dry_needling_does_not_stay():
    plan = making.begin(planned_muscle())
    counts = {("target", plan.targets.get().pk): Counted(1, 0, 1, date(2030, 5, 14))}

    with pytest.raises(ClinicError, match=re.escape("No needle of dry needling stays in place.")):
        charting.count(plan=plan, version=plan.version, counts=counts, by=by(plan))


def planned_muscle():
    plan = making.a_plan()
    fields = {"muscle": Muscle.objects.get(code="gastrocnemius"), "side": "left"}
    return planning.add_target(plan=plan, version=plan.version, fields=fields, by=by(plan))


@pytest.mark.parametrize(
    "change",
    [
        {"needles_out": 3},
        {"needles_in": None},
        {"left_in_place": 1},
        {"left_in_place": 1, "remove_on": "2030-05-20"},
        {"needles_in": None, "needles_out": None, "left_in_place": 1, "remove_on": "2030-05-20"},
    ],
)
def test_the_database_refuses_a_count_that_cannot_be(change):
    count(making.begun("li4"), LI4=Counted(2, 2))

    with pytest.raises(IntegrityError), transaction.atomic():
        NeedlePoint.objects.update(**change)


@pytest.mark.parametrize(
    ("tallies", "sentence"),
    [
        ([], None),
        ([Tally("Legs", 2, 2)], None),
        ([Tally("Legs", 2, 0)], "2 in, 0 out. Legs are two short. Find them or report them missing."),
        ([Tally("Head", 2, 1)], "2 in, 1 out. Head is one short. Find it or report it missing."),
        ([Tally("Legs", 2, 1, missing=1)], None),
        ([Tally("Legs", 2, 2, missing=1)], "2 in, 2 out. Legs are one over. Count again."),
        ([Tally("Legs", 2, 1, left_in_place=1)], None),
        ([Tally("Ears", 5, 3, 1)], "5 in, 3 out, 1 left in place. Ears are one short. Find it or report it missing."),
        (
            [Tally("Legs", 2, 1), Tally("Hands", 4, 2)],
            "6 in, 3 out. Legs are one short. Hands are two short. Find them or report them missing.",
        ),
        (
            [Tally("Legs", 2, 1), Tally("Legs", 2, 2, missing=1)],
            "4 in, 3 out. Two rows of one area do not match. Find it or report it missing.",
        ),
        ([Tally("Legs", 20, 4)], "20 in, 4 out. Legs are 16 short. Find them or report them missing."),
        ([Tally("Back", None, None)], "Back is not counted yet."),
    ],
)
def test_the_count_is_said_in_words(tallies, sentence):
    assert counting.shortfall(tallies) == sentence


# What went wrong


def short_one():
    return count(making.begun("st36"), ST36=Counted(2, 1))


def report_missing(plan, **fields):
    arguments = {"item": needle(plan, "ST36"), "missing": 1, "detail": "Not on the table", **fields}
    return reporting.report_missing(plan=plan, version=plan.version, by=by(plan), **arguments)


def test_a_needle_reported_missing_is_accounted_for():
    plan = report_missing(short_one())

    event = plan.events.get()

    assert shortfall(plan) is None
    assert (event.code, event.missing, event.needle) == ("forgotten_needle", 1, needle(plan, "ST36"))
    assert plan.needles_out_at is not None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"missing": 2}, "is one short"), ({"missing": 0}, "is one short"), ({"detail": "  "}, "Write what happened.")],
)
def test_a_missing_needle_is_a_short_one_and_described(fields, sentence):
    plan = short_one()

    with pytest.raises(ClinicError, match=sentence):
        report_missing(plan, **fields)


def test_the_same_needle_is_not_reported_twice():
    plan = report_missing(short_one())

    with pytest.raises(ClinicError, match=re.escape("ST36 L+R is not short")):
        report_missing(plan)


def test_a_needle_that_turns_up_opens_the_count_and_stays_on_record():
    plan = report_missing(short_one())

    plan = reporting.found(plan=plan, version=plan.version, event=plan.events.get(), by=by(plan))

    assert plan.events.get().detail == "Not on the table\nFound: 1."
    assert shortfall(plan) == "2 in, 1 out. Legs are one short. Find it or report it missing."
    assert shortfall(count(plan, ST36=Counted(2, 2))) is None


def test_anything_else_that_went_wrong_is_reported_too():
    plan = making.begun("st36")

    plan = reporting.report(
        plan=plan, version=plan.version, code="syncope", severity="mild", detail="Lay down, recovered", by=by(plan)
    )

    assert plan.events.get().recorded_by == by(plan)


@pytest.mark.parametrize(
    "fields", [{"code": "nonsense"}, {"severity": "x"}, {"detail": "a\x00"}, {"detail": "x" * 5001}]
)
def test_an_incident_that_cannot_be_is_refused(fields):
    plan = making.begun("st36")
    arguments = {"code": "syncope", "severity": "mild", "detail": "Lay down", **fields}

    with pytest.raises(ClinicError) as refused:
        reporting.report(plan=plan, version=plan.version, by=by(plan), **arguments)

    assert refused.value.field in fields


def test_the_database_keeps_an_incident_in_its_plan():
    plan, other = making.a_plan("st36"), making.a_plan("li4")

    with pytest.raises(IntegrityError, match="its own plan"), transaction.atomic():
        AdverseEvent.objects.create(
            plan=plan,
            needle=needle(other, "LI4"),
            code="bleeding",
            severity="mild",
            detail="A drop",
            recorded_by=by(plan),
        )


# Notes


def note(plan, **fields):
    seen = fields.pop("seen", None)
    return charting.note(plan=plan, version=plan.version, fields=fields, by=by(plan), seen=seen)


def test_notes_are_kept_from_the_first_draft_on():
    plan = note(making.a_plan(), tongue="pale", pain_before=7)
    plan = note(plan, response="calm")

    assert Note.objects.values("tongue", "pain_before", "response").get() == {
        "tongue": "pale",
        "pain_before": 7,
        "response": "calm",
    }


def test_a_note_leaves_a_ready_plan_ready():
    plan = note(ready(), tongue="pale")

    assert plan.status == "ready"


@pytest.mark.parametrize(
    "fields", [{"pain_after": 11}, {"pain_after": -1}, {"response": "x" * 100_000}, {"pulse": "a\x00"}]
)
def test_hostile_notes_are_refused_on_their_field(fields):
    plan = making.a_plan()

    with pytest.raises(ClinicError) as refused:
        note(plan, **fields)

    assert refused.value.field in fields
    assert not Note.objects.exists()


def test_emoji_and_right_to_left_marks_are_kept_as_typed():
    plan = note(making.a_plan(), response="calm 🪡 \u200fשלום")

    assert plan.note.response == "calm 🪡 \u200fשלום"


def test_two_people_may_write_into_different_fields_at_once():
    plan = making.a_plan()
    note(plan, tongue="pale", seen={"tongue": ""})

    note(plan, response="calm", seen={"response": ""})

    assert Note.objects.values_list("tongue", "response").get() == ("pale", "calm")


def test_two_people_in_one_field_are_told():
    plan = making.a_plan()
    roy = UserFactory(first_name="Roy")
    charting.note(plan=plan, fields={"response": "restless"}, seen={"response": ""}, by=roy)

    with pytest.raises(FieldChanged, match=re.escape("Roy changed Response meanwhile. Choose one.")) as refused:
        note(plan, response="calm", seen={"response": ""})

    assert refused.value.field == "response"
    assert Note.objects.get().response == "restless"


def test_the_same_text_twice_is_no_clash():
    plan = making.a_plan()

    for _ in range(2):
        note(plan, response="calm", seen={"response": ""})

    assert Note.objects.get().response == "calm"


def test_a_signed_session_takes_no_note():
    plan = making.signed()

    with pytest.raises(SignedAlready):
        note(plan, response="later thought")


def test_autosaving_a_note_stays_within_its_budget(django_assert_max_num_queries):
    plan = note(making.a_plan("li4"), response="")

    with django_assert_max_num_queries(10):
        note(plan, response="calm", seen={"response": ""})


def test_counting_costs_the_same_whatever_the_outcome(django_assert_max_num_queries):
    plan = making.begun("li4")

    with django_assert_max_num_queries(20):
        count(plan, LI4=Counted(2, 2))


def test_a_session_of_hands_alone_is_signed_without_a_needle():
    plan = making.a_plan()
    plan = planning.add_tuina(plan=plan, version=plan.version, fields={"region": "neck"}, by=by(plan))
    plan = charting.mark_all_done(plan=(begun := making.begin(plan)), version=begun.version, by=by(plan))

    record = signing.sign(plan=plan, version=plan.version, by=by(plan))

    assert record.number == 1
