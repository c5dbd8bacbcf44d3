"""What the database refuses by itself: raw SQL on the application's own connection, bulk writes, races."""

import json
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from pghistory.models import Event

from sessions import charting, planning, signing
from sessions.charting import Counted
from sessions.models import (
    Amendment,
    CuppingSite,
    FindingResponse,
    FollowUp,
    LeftOut,
    NeedlePoint,
    Note,
    Point,
    Protocol,
    ProtocolVersion,
    SessionPlan,
    SignedRecord,
)
from sessions.verifying import verify

from . import making
from .making import by, needle
from .races import elsewhere, execute, wait_for_a_lock

pytestmark = pytest.mark.django_db
FROZEN = "a signed session never changes"
REFUSED = f"{FROZEN}|its own plan|continues the chain|Cannot (update|delete)"  # several triggers may come first


def models_of_a_plan():
    """Every model, history aside, that points at the plan."""
    return [
        model
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is SessionPlan and model is not SessionPlan and not issubclass(model, Event)
    ]


def test_the_walk_over_models_finds_every_kind_of_row():
    names = {model.__name__ for model in models_of_a_plan()}

    assert names == {
        "NeedlePoint",
        "EstimCircuit",
        "DryNeedlingTarget",
        "CuppingSite",
        "TuiNaStep",
        "MovementStep",
        "Note",
        "AdverseEvent",
        "FindingResponse",
        "Handover",
        "SignedRecord",
    }


def test_no_row_of_a_signed_plan_is_inserted_changed_or_deleted_by_raw_sql():
    making.sign(making.full())
    other = making.a_plan("st36")

    for model in models_of_a_plan():
        table, columns = model._meta.db_table, [f.column for f in model._meta.concrete_fields if not f.primary_key]
        names = ", ".join(f'"{column}"' for column in columns)
        assert execute(f"SELECT count(*) FROM {table}")[0][0] >= 1, f"no row of {table} to try"
        for sql in (
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} LIMIT 1",
            f"UPDATE {table} SET plan_id = plan_id WHERE plan_id <> {other.pk}",
            f"UPDATE {table} SET plan_id = {other.pk} WHERE plan_id <> {other.pk}",
            f"DELETE FROM {table} WHERE plan_id <> {other.pk}",
        ):
            with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
                execute(sql)


def test_no_row_of_another_plan_moves_into_a_signed_one():
    signed, other = making.signed(), making.full()

    for model in models_of_a_plan():
        if model is SignedRecord:
            continue
        with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
            execute(f"UPDATE {model._meta.db_table} SET plan_id={signed.pk} WHERE plan_id={other.pk}")


@pytest.mark.parametrize(
    "change", ["position='prone'", "version=99", "signed_at=NULL, signed_by_id=NULL, status='draft'", "signed_at=now()"]
)
def test_a_signed_plan_itself_never_changes(change):
    making.signed()

    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        execute(f"UPDATE clinic_sessions_sessionplan SET {change}")


def test_a_signed_plan_is_not_deleted():
    making.signed()

    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        execute("DELETE FROM clinic_sessions_sessionplan")


def test_bulk_writes_and_upserts_are_refused_as_well():
    plan = making.signed("li4")
    row = needle(plan, "LI4")
    row.length_mm = 30
    copy = NeedlePoint(plan=plan, point=Point.objects.get(code="ST36"), side="left")

    for write in (
        lambda: NeedlePoint.objects.bulk_create([copy]),
        lambda: NeedlePoint.objects.bulk_update([row], ["length_mm"]),
        lambda: NeedlePoint.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["id"], update_fields=["length_mm"]
        ),
        lambda: NeedlePoint.objects.filter(plan=plan).update(length_mm=30),
        lambda: NeedlePoint.objects.filter(plan=plan).delete(),
    ):
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
            write()


def test_no_table_is_truncated_once_anything_is_signed():
    making.signed()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET LOCAL deqi.allow_truncate = 'off'")

    for model in (SessionPlan, *models_of_a_plan(), Amendment, FollowUp, LeftOut):
        with pytest.raises(DatabaseError, match=FROZEN), transaction.atomic():
            execute(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_what_is_written_once_is_never_changed_or_taken_back():
    plan = making.full()
    event, user = plan.events.first(), by(plan)
    making.sign(plan)
    library = Protocol.objects.create(name="Neck")
    written = [
        Amendment.objects.get(pk=signing.amend(record=plan.record, text="Bruise", by=user).pk),
        FollowUp.objects.create(event=event, progress="better", by=user),
        LeftOut.objects.create(needle=plan.needles.first(), removed_on=timezone.localdate(), by=user),
        ProtocolVersion.objects.create(protocol=library, number=1, content={}, by=user),
        plan.handovers.first(),
        plan.record,
    ]

    for row in written:
        table = row._meta.db_table
        for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
                execute(sql)


def test_the_application_is_no_superuser_and_cannot_switch_triggers_off():
    making.signed()

    assert execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        execute("SET session_replication_role = replica")


# The signature itself


def sign_raw(plan):
    return execute(
        "UPDATE clinic_sessions_sessionplan SET status='signed', signed_at=now(), signed_by_id=%s WHERE id=%s",
        [by(plan).pk, plan.pk],
    )


def test_no_signature_by_raw_sql_over_an_open_count():
    plan = making.begun("st36")
    plan = charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))

    for counted in (Counted(), Counted(2, None), Counted(2, 1)):
        counts = {("needle", needle(plan, "ST36").pk): counted}
        plan = charting.count(plan=plan, version=plan.version, counts=counts, by=by(plan))
        with pytest.raises(IntegrityError, match="needles in and out differ"), transaction.atomic():
            sign_raw(plan)


def test_no_signature_by_raw_sql_over_a_row_left_out_whose_needles_were_counted():
    plan = making.charted("st36")
    NeedlePoint.objects.update(outcome="omitted", needles_out=1)

    with pytest.raises(IntegrityError, match="needles in and out differ"), transaction.atomic():
        sign_raw(plan)


def test_no_signature_by_raw_sql_over_a_row_without_an_outcome():
    plan = making.charted("st36")
    CuppingSite.objects.create(plan=plan, region="neck")

    with pytest.raises(IntegrityError, match="has no outcome"), transaction.atomic():
        sign_raw(plan)


def test_no_signature_by_raw_sql_without_its_record():
    plan = making.charted("st36")

    with pytest.raises(IntegrityError, match="together with its record"), transaction.atomic():
        sign_raw(plan)


def test_no_plan_is_born_signed():
    visit = making.a_plan().appointment
    SessionPlan.objects.all().delete()

    with pytest.raises(IntegrityError, match="signed after it was written"), transaction.atomic():
        SessionPlan.objects.create(
            appointment=visit, status="signed", signed_at=timezone.now(), signed_by=making.hand(visit)
        )


def record_of(plan, **changes):
    last = SignedRecord.objects.order_by("number").last()
    values = {"number": last.number + 1, "previous": last.sha256, "snapshot": "{}", **changes}
    values.setdefault("sha256", signing.digest(values["previous"], values["snapshot"]))
    return SignedRecord.objects.create(plan=plan, signed_by=by(plan), signed_at=timezone.now(), **values)


@pytest.mark.parametrize("changes", [{"number": 3}, {"number": 1}, {"previous": "1" * 64}, {"sha256": "2" * 64}])
def test_a_record_that_does_not_continue_the_chain_is_refused(changes):
    making.signed()

    with pytest.raises(IntegrityError, match="continues the chain"), transaction.atomic():
        record_of(making.charted(), **changes)


def test_a_record_of_a_session_that_stays_unsigned_is_refused_in_the_end():
    making.signed()
    plan = making.charted()

    def leave_it_at_the_record():
        record_of(plan)
        execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the end of the transaction

    with pytest.raises(IntegrityError, match="belongs to a signed session"), transaction.atomic():
        leave_it_at_the_record()


# Races, on two connections


@pytest.mark.django_db(transaction=True)
def test_a_row_written_while_the_session_is_being_signed_is_refused():
    plan = making.charted("li4")
    writer = elsewhere(lambda: CuppingSite.objects.create(plan_id=plan.pk, region="neck", outcome="done"))

    with transaction.atomic():
        making.sign(plan)
        writer.start()
        wait_for_a_lock()
    writer.join()

    assert FROZEN in str(writer.error)
    assert not CuppingSite.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_signature_waits_for_a_row_being_written_and_sees_it():
    plan = making.charted("li4")
    signer = elsewhere(lambda: making.sign(plan))

    with transaction.atomic():
        CuppingSite.objects.create(plan_id=plan.pk, region="neck")
        signer.start()
        wait_for_a_lock()
    signer.join()

    assert "Say what was done: Cups neck L+R." in str(signer.error)
    assert not SessionPlan.objects.signed().exists()


@pytest.mark.django_db(transaction=True)
def test_two_sessions_signed_at_once_stand_one_after_the_other_in_the_chain():
    first, second = making.charted("li4"), making.charted("st36")
    other = elsewhere(lambda: making.sign(second))

    with transaction.atomic():
        making.sign(first)
        other.start()
        wait_for_a_lock()
    other.join()

    assert other.error is None
    assert [record.number for record in SignedRecord.objects.all()] == [1, 2]
    assert not verify().breaks


@pytest.mark.django_db(transaction=True)
def test_two_who_open_the_plan_at_once_get_the_same_one():
    visit = making.a_plan().appointment
    SessionPlan.objects.all().delete()
    user = making.hand(visit)
    other = elsewhere(lambda: planning.open_plan(visit=visit, by=user))

    with transaction.atomic():
        planning.open_plan(visit=visit, by=user)
        other.start()
        wait_for_a_lock()
    other.join()

    assert other.error is None
    assert SessionPlan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_the_second_is_told():
    plan = making.a_plan("li4")
    other = elsewhere(lambda: making.add(plan, "st36"))

    with transaction.atomic():
        making.add(plan, "lr3")
        other.start()
        wait_for_a_lock()
    other.join()

    assert "Your change was not saved" in str(other.error) or "This change was not saved" in str(other.error)
    assert [row.point.code for row in plan.needles.all()] == ["LI4", "LR3"]


def test_decimals_are_compared_as_they_are_stored():
    plan = making.signed("li4")

    assert json.loads(plan.record.snapshot)["rows"][0]["values"]["gauge_mm"] == "0.22"
    assert needle(plan, "LI4").gauge_mm == Decimal("0.22")


def test_notes_and_answers_are_among_the_frozen():
    plan = making.full()
    making.sign(plan)

    for model in (Note, FindingResponse):
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
            model.objects.filter(plan=plan).delete()
