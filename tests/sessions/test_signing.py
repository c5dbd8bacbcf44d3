import json
import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.errors import ClinicError, NotAllowed
from patients.models import Patient
from sessions import answering, charting, findings, planning, reporting, signing
from sessions.charting import Counted
from sessions.models import Amendment, Handover, Muscle, SessionPlan, SignedRecord
from sessions.refusals import PlanChanged, Shortfall, SignedAlready, Unanswered, in_words
from tests.factories import HealthFactFactory, PatientFactory, PractitionerFactory, UserFactory

from . import making
from .making import by, needle

pytestmark = pytest.mark.django_db


def test_signing_writes_the_record_and_completes_the_visit():
    plan = making.charted()

    record = making.sign(plan)

    plan.refresh_from_db()
    plan.appointment.refresh_from_db()
    assert (plan.status, plan.signed_by, plan.signed_at) == ("signed", by(plan), record.signed_at)
    assert plan.appointment.status == "completed"
    assert (record.number, record.previous) == (1, "0" * 64)


def test_records_are_chained_without_gaps():
    first, second = making.sign(making.charted()), making.sign(making.charted())

    assert (second.number, second.previous) == (2, first.sha256)
    assert second.sha256 == signing.digest(first.sha256, second.snapshot)


def test_only_the_person_in_charge_signs():
    plan = making.charted()

    with pytest.raises(NotAllowed, match=re.escape("Only Kim can sign this. Hand over first.")) as refused:
        signing.sign(plan=plan, version=plan.version, by=UserFactory(role="Practitioner"))

    assert refused.value.status == 403


def test_who_took_the_session_over_signs_it_with_their_own_credentials():
    plan, taker = making.charted(), PractitionerFactory()
    Handover.objects.create(plan=plan, given_by=by(plan), taken_by=taker.user)
    taker.credentials.update(number="TAKER-1")

    with pytest.raises(NotAllowed, match="can sign this"):
        making.sign(plan)
    record = signing.sign(plan=plan, version=plan.version, by=taker.user)

    assert record.signed_by == taker.user
    assert json.loads(record.snapshot)["signed"]["credentials"] == ["L.Ac. CO TAKER-1"]
    assert json.loads(record.snapshot)["handovers"][0]["taken_by_id"] == taker.user_id


def test_a_session_that_has_not_begun_is_not_signed():
    plan = making.a_plan("li4")

    with pytest.raises(ClinicError, match="Press Start at the first needle"):
        making.sign(plan)


def test_a_row_without_an_outcome_is_named():
    plan = making.begun("li4 st36")

    with pytest.raises(ClinicError, match=re.escape("Say what was done: LI4 L+R, ST36 L+R.")):
        making.sign(plan)


def test_a_count_that_differs_is_said():
    plan = making.begun("st36")
    plan = charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))
    counts = {("needle", needle(plan, "ST36").pk): Counted(2, 1)}
    plan = charting.count(plan=plan, version=plan.version, counts=counts, by=by(plan))

    with pytest.raises(Shortfall, match=re.escape("2 in, 1 out. Legs are one short. Find it or report it missing.")):
        making.sign(plan)

    assert not SignedRecord.objects.exists()


def test_a_finding_that_came_up_meanwhile_is_answered_first():
    plan = making.charted("li4")
    HealthFactFactory(patient=plan.appointment.patient, code="pregnancy")

    with pytest.raises(Unanswered, match="1 block to answer: S012"):
        making.sign(plan)


def test_a_missing_needle_is_no_matter_of_words():
    plan = making.begun("st36")
    counts = {("needle", needle(plan, "ST36").pk): Counted(2, 1)}
    plan = charting.count(plan=plan, version=plan.version, counts=counts, by=by(plan))
    (finding,) = [each.finding for each in findings.of_plan(SessionPlan.objects.laid_out().get(pk=plan.pk))]

    with pytest.raises(ClinicError, match="found or reported missing"):
        answering.override(plan=plan, fingerprint=finding.fingerprint, reason="It is surely somewhere", by=by(plan))


def test_signing_compares_the_version():
    plan = making.charted()
    charting.note(plan=plan, version=plan.version, fields={"response": "calm"}, by=by(plan))

    with pytest.raises(PlanChanged):
        making.sign(plan)


def test_signing_twice_signs_once():
    plan = making.charted()
    making.sign(plan)

    with pytest.raises(SignedAlready):
        making.sign(plan)

    assert SignedRecord.objects.count() == 1


def test_a_session_with_a_missing_needle_is_signed_once_it_is_named():
    plan = making.begun("st36")
    plan = charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))
    row = needle(plan, "ST36")
    plan = charting.count(plan=plan, version=plan.version, counts={("needle", row.pk): Counted(2, 1)}, by=by(plan))
    plan = reporting.report_missing(
        plan=plan, version=plan.version, item=row, missing=1, detail="Not on the table", by=by(plan)
    )

    snapshot = json.loads(making.sign(plan).snapshot)

    assert snapshot["incidents"][0]["words"] == "Needle not found"
    assert snapshot["incidents"][0]["missing"] == 1


# The snapshot


def rich_plan():
    patient = PatientFactory(given_name="Zoë", family_name="Ünal")
    HealthFactFactory(patient=patient, code="pregnancy", due_date="2030-09-01")
    plan = making.a_plan("li4; li11 l; gv20", patient=patient)
    plan = making.circuit(plan, "LI4-left", "LI11-left", low_hz=2)
    muscle = {"muscle": Muscle.objects.get(code="gastrocnemius"), "side": "left"}
    plan = planning.add_target(plan=plan, version=plan.version, fields=muscle, by=by(plan))
    plan = planning.add_cups(plan=plan, version=plan.version, fields={"region": "upper back"}, by=by(plan))
    for each in findings.of_plan(SessionPlan.objects.laid_out().get(pk=plan.pk)):
        fingerprint = each.finding.fingerprint
        answering.override(plan=plan, fingerprint=fingerprint, reason="Midwife agreed by letter", by=by(plan))
    plan = making.chart(making.begin(plan))
    return charting.note(plan=plan, version=plan.version, fields={"response": "calm 🪡"}, by=by(plan))


def test_the_snapshot_says_everything_a_reader_needs():
    plan = rich_plan()

    said = json.loads(making.sign(plan).snapshot)

    assert said["patient"]["given_name"] == "Zoë"
    assert said["patient"]["chart_number"] == plan.appointment.patient.chart_number
    assert said["visit"]["starts_at"] == "2030-05-13T14:00:00+00:00"
    assert [row["label"] for row in said["rows"]] == [
        "LI4 L+R",
        "LI11 L",
        "GV20",
        "Circuit A",
        "Gastrocnemius L",
        "Cups upper back L+R",
    ]
    assert said["rows"][0]["name"] == "Hégǔ 合谷"
    assert said["rows"][3]["name"] == "LI4-L to LI11-L"
    assert said["rows"][0]["values"]["needles_out"] == 2
    assert said["rows"][0]["display"]["outcome"] == "Done as planned"
    assert {finding["rule"] for finding in said["findings"]} == {"S011", "S012"}
    assert said["findings"][0]["answer"]["reason"] == "Midwife agreed by letter"
    assert said["health_facts"][0]["words"] == "Pregnant"
    assert said["notes"]["response"] == "calm 🪡"
    assert said["signed"]["credentials"] == ["L.Ac. CO TEST-1"]
    assert set(said["rules"]) >= {"S001", "S053"}


def test_a_snapshot_is_canonical():
    text = making.sign(rich_plan()).snapshot

    assert json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":")) == text


def test_signing_costs_the_same_for_one_row_and_for_many(django_assert_max_num_queries):
    costs = []
    for text in ("li4", "li4 lr3 st36 sp6 gb34 gv20"):
        plan = making.charted(text)
        with django_assert_max_num_queries(40) as asked:
            making.sign(plan)
        costs.append(len(asked))

    assert costs[0] == costs[1]


def test_sample_data_may_sign_in_the_past():
    plan = making.charted()
    then = datetime(2030, 5, 13, 15, tzinfo=UTC)

    record = signing.sign(plan=plan, version=plan.version, by=by(plan), now=then)

    assert record.signed_at == then


def test_a_renamed_patient_leaves_the_record_as_it_was():
    plan = making.signed()

    Patient.objects.update(family_name="Renamed")

    assert json.loads(plan.record.snapshot)["patient"]["family_name"] != "Renamed"


# Amendments


def amend(record, text="Bruise at LI4 seen on day two"):
    return signing.amend(record=record, text=text, by=record.signed_by)


def test_what_is_learnt_later_is_added():
    record = making.signed().record

    amendment = amend(record)

    assert list(record.amendments.all()) == [amendment]


def test_pressing_twice_adds_one_amendment_and_another_text_a_second():
    record = making.signed().record

    amend(record)
    amend(record)
    amend(record, "Gone by day five")

    assert record.amendments.count() == 2


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 20_001])
def test_an_amendment_that_cannot_be_is_refused(text):
    with pytest.raises(ClinicError) as refused:
        amend(making.signed().record, text)

    assert refused.value.field == "text"


@pytest.mark.parametrize(
    "sql", ["UPDATE clinic_sessions_amendment SET text='x'", "DELETE FROM clinic_sessions_amendment"]
)
def test_an_amendment_is_never_changed(sql):
    amend(making.signed().record)

    with pytest.raises(Exception, match=r"Cannot (update|delete)"), transaction.atomic():
        connection.cursor().execute(sql)

    assert Amendment.objects.get().text == "Bruise at LI4 seen on day two"


def test_a_refusal_of_the_database_is_a_sentence():
    plan = making.signed()

    with pytest.raises(ClinicError, match="This session is signed and never changes"), in_words():
        connection.cursor().execute("UPDATE clinic_sessions_needlepoint SET length_mm=30 WHERE plan_id=%s", [plan.pk])


def test_an_unknown_refusal_of_the_database_stays_loud():
    with pytest.raises(IntegrityError), in_words():
        connection.cursor().execute("INSERT INTO clinic_sessions_note (plan_id) VALUES (NULL)")
