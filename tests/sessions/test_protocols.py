"""A plan is kept as a protocol, changed in versions, and used for other patients: verbs and pages."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from clinic.errors import ClinicError, NotAllowed
from sessions import library, protocols
from sessions.models import DryNeedlingTarget, Muscle, NeedlePoint, Point, Protocol, ProtocolVersion, SessionPlan
from sessions.protocols import ProtocolChanged
from sessions.refusals import PlanChanged, SignedAlready
from tests.factories import AppointmentFactory, DeviceFactory, PractitionerFactory, UserFactory
from tests.sessions import making
from tests.sessions.making import by
from tests.sessions.pages import HTMX, post, url, words
from tests.sessions.races import elsewhere, wait_for_a_lock

pytestmark = pytest.mark.django_db
NONSENSE = {"position": "prone", "rows": [{"kind": "needle", "values": {"point": "XX99", "side": "both"}}, "text", 7]}


@pytest.fixture
def plan():
    return making.a_plan("li4 lr3 b/l st36 gb34 l")


@pytest.fixture
def kim(plan):
    return by(plan)


def keep(plan, name="Knee", **more):
    return protocols.keep(plan=plan, **{"name": name, "by": by(plan), "own": False} | more)


def use(kept, plan, side=None, **more):
    given = {"version": plan.version, "side": side, "by": by(plan)}
    return protocols.use(plan=plan, protocol_version=kept, **given | more)


def labels(plan):
    return [row.label for row in plan.needles.all()]


def another(user=None):
    """A fresh plan of somebody else, with nothing in it."""
    return making.a_plan(practitioner=PractitionerFactory(user=user) if user else PractitionerFactory())


def said(response):
    return words(response)


# Keeping


def test_a_plan_is_kept_with_codes_and_sides_and_without_any_primary_key(plan):
    plan = making.circuit(plan, "ST36-left", "GB34-left", minutes=15)

    version = keep(plan, affected="left", comment="For the knee")

    rows = version.content["rows"]
    assert (version.number, version.comment, version.by) == (1, "For the knee", by(plan))
    assert [(row["kind"], row["values"].get("point"), row["values"].get("side")) for row in rows] == [
        ("needle", "LI4", "both"),
        ("needle", "LR3", "both"),
        ("needle", "ST36", "affected"),
        ("needle", "GB34", "affected"),
        ("circuit", None, None),
    ]
    assert (
        rows[-1]["values"] | {"needle_a": 2, "side_a": "affected", "needle_b": 3, "minutes": 15} == rows[-1]["values"]
    )


def test_the_same_plan_says_the_same_whatever_its_keys_are(plan):
    first = keep(plan)
    twin = another()
    twin = use(first, twin).plan

    assert keep(twin, "Twin").content == first.content


def test_an_empty_plan_and_a_name_that_is_taken_or_nothing_are_refused(plan, kim):
    keep(plan)

    with pytest.raises(ClinicError, match="nothing to keep"):
        keep(making.a_plan(), "Other")
    with pytest.raises(ClinicError, match="of this name already") as refusal:
        keep(plan, " Knee ")
    with pytest.raises(ClinicError):
        keep(plan, "  ")
    assert refusal.value.field == "name"
    assert keep(plan, own=True).protocol.owner == kim
    assert Protocol.objects.count() == 2


# Using


def test_the_side_that_hurts_decides_where_the_rows_go(plan):
    plan = making.circuit(plan, "ST36-left", "GB34-left")
    version, there = keep(plan, affected="left"), another()

    used = use(version, there, side="right")

    assert labels(used.plan) == ["LI4 L+R", "LR3 L+R", "ST36 R", "GB34 R"]
    assert [circuit.path for circuit in used.plan.circuits.all()] == ["ST36-R to GB34-R"]
    assert (used.told, used.plan.protocol, used.plan.version) == ([], version, there.version + 1)


def test_a_protocol_with_an_affected_side_asks_for_it(plan):
    version, there = keep(plan, affected="left"), another()

    with pytest.raises(ClinicError, match="side that hurts") as refusal:
        use(version, there)

    assert refusal.value.field == "side"
    assert not SessionPlan.objects.get(pk=there.pk).needles.exists()


def test_what_the_plan_has_already_stays_as_it_is_and_is_not_there_twice(plan):
    version = keep(making.circuit(plan, "ST36-left", "GB34-left"))
    there = making.a_plan("st36 l gb34 b/l")
    there = making.circuit(there, "ST36-left", "GB34-left", minutes=5)

    there = use(version, there).plan
    there = use(version, there).plan

    assert sorted(labels(there)) == ["GB34 L+R", "LI4 L+R", "LR3 L+R", "ST36 L"]
    assert [circuit.minutes for circuit in there.circuits.all()] == [5]


def test_a_channel_that_is_taken_makes_no_second_circuit_on_it(plan):
    plan = making.circuit(plan, "ST36-left", "GB34-left")
    version = keep(plan)
    there = making.a_plan("li4 li11", device=DeviceFactory(channels=2))
    there = making.circuit(there, "LI4-left", "LI11-left")

    there = use(version, there).plan

    channels = [circuit.channel for circuit in there.circuits.all() if circuit.channel]
    assert there.circuits.count() == 2
    assert len(set(channels)) == len(channels)


def test_an_empty_plan_takes_the_position_and_another_keeps_its_own(plan):
    plan.position = "prone"
    plan.save()
    version, empty, begun = keep(plan), another(), making.a_plan("gv20")

    assert use(version, empty).plan.position == "prone"
    used = use(version, begun)
    assert used.plan.position == "supine"
    assert "The position stays" in used.told[0]


def test_a_code_that_the_catalogue_lost_is_told_and_the_rest_is_put_in(plan):
    version = keep(making.circuit(plan, "ST36-left", "GB34-left"))
    Point.objects.filter(code="GB34").update(code="GB34-OLD")

    used = use(version, another())

    assert labels(used.plan) == ["LI4 L+R", "LR3 L+R", "ST36 L"]
    assert "GB34 L: GB34 is not in the catalogue." in used.told
    assert any("Circuit" in line for line in used.told)


def test_a_row_that_no_plan_takes_any_more_is_told(plan):
    version = keep(plan)
    Point.objects.filter(code="LI4").update(bilateral=False)

    used = use(version, another())

    assert "LI4 L+R: LI4 has no left and right. Choose midline." in used.told
    assert "LI4" not in " ".join(labels(used.plan))


def test_what_is_stored_wrongly_is_told_and_breaks_nothing(plan, kim):
    protocol = keep(plan).protocol
    odd = [
        {"kind": "needle", "values": {"point": "SP6", "side": "both", "moxa": "yes", "retention_min": 20}},
        {"kind": "needle", "values": {"point": "ST36", "side": "both", "retention_min": 9000}},
        {"kind": "tuina", "values": {"region": "neck", "technique": "rolling", "further": ["potion"]}},
        {"kind": "circuit", "values": {"needle_a": 0, "side_a": "left", "needle_b": 1, "side_b": "left"}},
    ]
    content = NONSENSE | {"rows": NONSENSE["rows"] + odd[:3]}
    version = ProtocolVersion.objects.create(protocol=protocol, number=2, content=content, by=kim)

    used = use(version, another())

    assert labels(used.plan) == ["SP6 L+R"]
    assert {line.split(":")[0] for line in used.told} == {
        "XX99 L+R",
        "SP6 L+R",
        "ST36 L+R",
        "Tui Na neck",
        "2 of its rows cannot be read.",
    }


def test_every_kind_of_row_comes_back_as_it_was_kept(plan, kim):
    muscle = Muscle.objects.get(code="trapezius_upper")
    DryNeedlingTarget.objects.create(plan=plan, muscle=muscle, side="left", site="middle", length_mm=30)
    plan.cups.create(region="upper back", site="between the blades")
    plan.tuina.create(region="neck", further=["kneading"])
    plan.movements.create(instruction="Slow breathing.", home="Before bed.")
    version = keep(plan, affected="left")

    there = use(version, another(), side="left").plan

    assert keep(there, "Twin", affected="left").content == version.content


def test_too_many_needles_are_refused_and_nothing_is_put_in(plan):
    version, there = keep(plan), making.a_plan("sp6")
    point = Point.objects.get(code="EX-ASHI")
    NeedlePoint.objects.bulk_create(
        NeedlePoint(plan=there, point=point, side="left", site=f"site {n}") for n in range(58)
    )

    with pytest.raises(ClinicError, match="60 rows"):
        use(version, there)

    assert there.needles.count() == 59


def test_a_begun_a_signed_and_a_cancelled_session_take_no_protocol(plan):
    version = keep(plan)

    with pytest.raises(ClinicError, match="has begun"):
        use(version, making.begun("sp6"))
    with pytest.raises(SignedAlready):
        use(version, making.signed("sp6"))
    gone = making.a_plan()
    gone.appointment.status = "cancelled"
    gone.appointment.save()
    with pytest.raises(ClinicError, match="cancelled"):
        use(version, gone)


def test_a_stale_plan_a_private_and_an_archived_protocol_are_refused(plan):
    version, there = keep(plan), another()
    private = keep(plan, "Mine", own=True)

    with pytest.raises(PlanChanged):
        use(version, there, version=there.version + 1)
    with pytest.raises(NotAllowed):
        use(private, there)
    protocols.archive(protocol=version.protocol, by=by(plan))
    version.protocol.refresh_from_db()
    with pytest.raises(ClinicError, match="archived"):
        use(version, there)


def test_a_ready_plan_is_a_draft_again(plan):
    version = keep(plan)
    there = making.a_plan("sp6")
    SessionPlan.objects.filter(pk=there.pk).update(status="ready")

    assert use(version, there).plan.status == "draft"


# Versions


def test_the_next_version_is_made_from_a_plan_and_the_old_one_comes_back(plan, kim):
    first = keep(plan)
    second = protocols.revise(protocol=first.protocol, plan=making.add(plan, "sp6"), by=kim, seen=1, comment="SP6 too")

    third = protocols.restore(version=first, by=kim, seen=2)

    assert [version.number for version in first.protocol.versions.all()] == [1, 2, 3]
    assert third.content == first.content != second.content
    assert third.comment == "As version 1"


def test_a_version_that_says_nothing_new_is_not_made(plan, kim):
    version = keep(plan)

    with pytest.raises(ClinicError, match="nothing to save"):
        protocols.revise(protocol=version.protocol, plan=plan, by=kim, seen=1)
    with pytest.raises(ClinicError, match="nothing to do"):
        protocols.restore(version=version, by=kim, seen=1)


def test_who_did_not_see_the_last_version_is_told_who_made_it(plan, kim):
    version, roy = keep(plan), UserFactory(role="Practitioner", first_name="Roy")
    protocols.revise(protocol=version.protocol, plan=making.a_plan("sp6"), by=roy, seen=1)

    with pytest.raises(ProtocolChanged, match="Roy changed this protocol at"):
        protocols.revise(protocol=version.protocol, plan=making.a_plan("sp9"), by=kim, seen=1)
    with pytest.raises(ProtocolChanged, match="You changed this protocol in another window"):
        protocols.restore(version=version, by=roy, seen=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_revise_at_once_one_is_told():
    plan, other = making.a_plan("li4"), making.a_plan("sp6")
    version = keep(plan)

    def rival():
        protocols.revise(protocol=version.protocol, plan=other, by=by(other), seen=1)

    thread = elsewhere(rival)
    with transaction.atomic():
        protocols.revise(protocol=version.protocol, plan=making.add(plan, "lr3"), by=by(plan), seen=1)
        thread.start()
        wait_for_a_lock()
    thread.join()

    assert isinstance(thread.error, ProtocolChanged)
    assert version.protocol.versions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_keep_under_one_name_at_once_one_is_told():
    plan, other = making.a_plan("li4"), making.a_plan("sp6")
    thread = elsewhere(lambda: keep(other))

    with transaction.atomic():
        keep(plan)
        thread.start()
        wait_for_a_lock()
    thread.join()

    assert str(thread.error) == protocols.TAKEN
    assert Protocol.objects.count() == 1


@pytest.mark.parametrize("statement", ["UPDATE {} SET comment = 'x'", "DELETE FROM {}"])
def test_a_version_is_never_changed_by_raw_sql_either(plan, statement):
    keep(plan)

    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("clinic_sessions_protocolversion"))

    assert ProtocolVersion.objects.get().comment == ""


def test_only_the_owner_changes_an_own_protocol_and_only_who_may_the_clinics(plan, kim):
    own, clinics = keep(plan, own=True), keep(plan, "Clinic's")
    roy, desk = UserFactory(role="Practitioner"), UserFactory(role="Front desk")

    with pytest.raises(NotAllowed):
        protocols.rename(protocol=own.protocol, name="Roy's", by=roy)
    with pytest.raises(NotAllowed):
        protocols.archive(protocol=clinics.protocol, by=desk)
    assert protocols.rename(protocol=clinics.protocol, name="Roy's", by=roy).name == "Roy's"


def test_renamed_archived_and_brought_back_is_on_record_with_who_did_it(plan, kim):
    protocol = keep(plan).protocol
    protocols.rename(protocol=protocol, name="Knee, gently", by=kim)
    protocols.archive(protocol=protocol, by=kim)
    protocols.unarchive(protocol=protocol, by=kim)

    deeds = library.deeds(protocol)

    assert [deed.words for deed in deeds] == ["Brought back", "Archived", "Renamed from Knee to Knee, gently"]
    assert {deed.by for deed in deeds} == {kim}


def test_twice_is_refused_and_a_name_taken_meanwhile_keeps_it_archived(plan, kim):
    protocol = keep(plan).protocol
    protocols.archive(protocol=protocol, by=kim)
    again = keep(plan).protocol

    with pytest.raises(ClinicError, match="archived already"):
        protocols.archive(protocol=protocol, by=kim)
    with pytest.raises(ClinicError, match="of this name already"):
        protocols.unarchive(protocol=protocol, by=kim)
    with pytest.raises(ClinicError, match="back already"):
        protocols.unarchive(protocol=again, by=kim)


# The pages of the library


@pytest.fixture
def signed_in(client, kim):
    client.force_login(kim)
    return client


def page(client, where, *args, **query):
    return client.get(reverse(f"sessions:{where}", args=args), query)


def send(client, where, *args, **data):
    return client.post(reverse(f"sessions:{where}", args=args), data)


def press(client, where, plan, **data):
    """A press in the panel beside a plan."""
    return client.post(url(where, plan.appointment), data, headers=HTMX)


def test_an_empty_library_says_how_to_fill_it(signed_in):
    assert "press Keep this plan" in said(page(signed_in, "library"))


def test_the_list_shows_the_clinics_and_the_own_ones_and_nobody_elses(signed_in, plan):
    keep(plan, "Clinic knee", affected="left")
    keep(plan, "My knee", own=True)
    other = making.a_plan("sp6")
    keep(other, "Private", own=True)

    shown = said(page(signed_in, "library"))

    assert "Clinic knee The clinic’s 6 needles" in shown
    assert "Asks for the side" in shown
    assert "My knee Your own 6 needles" in shown
    assert "Private" not in shown
    assert "My knee" not in said(page(signed_in, "library", q="clinic"))
    assert "No protocol of that name." in said(page(signed_in, "library", q="%_\\\u202e😀"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(signed_in, plan, rows, django_assert_num_queries):
    for number in range(rows):
        use(keep(plan, f"Knee {number}"), another())
    page(signed_in, "library")

    with django_assert_num_queries(8):  # session, user, two of permissions; the count, page, their versions, the points
        page(signed_in, "library")


def test_the_page_of_a_protocol_says_what_changed_and_who_did_it(signed_in, plan, kim):
    version = keep(plan, affected="left")
    changed = making.add(plan, "sp6")
    row = making.needle(changed, "LI4")
    row.retention_min = 25
    row.save()
    protocols.revise(protocol=version.protocol, plan=changed, by=kim, seen=1, affected="left", comment="Longer")

    shown = said(page(signed_in, "protocol", version.protocol_id))

    assert "Changed since version 1" in shown
    assert "Changed: LI4 L+R retention: 20 min → 25 min" in shown
    assert "Added: SP6 L+R" in shown
    assert "Version 2 " in shown
    assert "Longer" in shown
    old = said(page(signed_in, "version", version.protocol_id, 1))
    assert "This is version 1. Plans get version 2" in old
    assert "Make it the newest" in old


@pytest.mark.parametrize("versions", [1, 3])
def test_a_protocol_takes_the_same_queries_for_few_and_for_many_versions(
    signed_in, plan, kim, versions, django_assert_num_queries
):
    protocol = keep(plan).protocol
    for number in range(1, versions + 2):
        plan = making.add(plan, f"ki{number + 2}")
        protocols.revise(protocol=protocol, plan=plan, by=kim, seen=number)
    page(signed_in, "protocol", protocol.pk)

    with django_assert_num_queries(10):
        page(signed_in, "protocol", protocol.pk)


def test_a_page_of_nonsense_opens_and_says_so(signed_in, plan, kim):
    protocol = keep(plan).protocol
    ProtocolVersion.objects.create(protocol=protocol, number=2, content=NONSENSE, by=kim)
    ProtocolVersion.objects.create(protocol=protocol, number=3, content=[], by=kim)

    assert "XX99 is not in the catalogue." in said(page(signed_in, "version", protocol.pk, 2))
    assert "This version holds nothing." in said(page(signed_in, "protocol", protocol.pk))
    assert page(signed_in, "library").status_code == 200


def test_a_protocol_is_renamed_archived_and_brought_back_on_its_page(signed_in, plan):
    pk = keep(plan).protocol_id

    assert send(signed_in, "rename_protocol", pk, name="Shin").status_code == 302
    assert send(signed_in, "archive", pk).status_code == 302
    assert "Shin" in said(page(signed_in, "library", archived=""))
    assert send(signed_in, "archive", pk).status_code == 409
    assert send(signed_in, "unarchive", pk).status_code == 302
    assert send(signed_in, "unarchive", pk).status_code == 409
    assert Protocol.objects.living().get().name == "Shin"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "😀" * 100_000])
def test_a_name_that_is_none_is_told_at_its_field(signed_in, plan, name):
    pk = keep(plan).protocol_id

    answer = send(signed_in, "rename_protocol", pk, name=name)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Protocol.objects.get().name == "Knee"


def test_hostile_names_are_shown_as_text(signed_in, plan):
    keep(plan, "<script>alert(1)</script> \u202e{{ 7 }}", comment="<b>x</b>")

    html = page(signed_in, "library").content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_an_old_version_is_made_the_newest_once(signed_in, plan, kim):
    version = keep(plan)
    protocols.revise(protocol=version.protocol, plan=making.add(plan, "sp6"), by=kim, seen=1)

    first = send(signed_in, "restore", version.protocol_id, 1, seen=2)
    second = send(signed_in, "restore", version.protocol_id, 1, seen=2)

    assert first.status_code == 302
    assert second.status_code == 409
    assert "You changed this protocol in another window" in said(second)
    assert send(signed_in, "restore", version.protocol_id, 1, seen="x").status_code == 422
    assert version.protocol.versions.count() == 3


def test_what_is_not_there_or_not_ones_own_is_not_found(client, plan):
    version = keep(plan, own=True)
    client.force_login(UserFactory(role="Practitioner"))

    assert page(client, "protocol", version.protocol_id).status_code == 404
    assert send(client, "rename_protocol", version.protocol_id, name="x").status_code == 404
    assert send(client, "restore", version.protocol_id, 1, seen=1).status_code == 404
    assert page(client, "protocol", 10**30).status_code == 404
    client.force_login(by(plan))
    assert page(client, "version", version.protocol_id, 9).status_code == 404
    assert send(client, "restore", version.protocol_id, 9, seen=1).status_code == 404


# Beside the plan


def test_the_panel_lists_what_can_be_used_and_asks_for_a_side_only_where_there_is_one(signed_in, plan):
    keep(plan, "Both sides")
    keep(plan, "One side", affected="left")

    answer = signed_in.get(url("offers", plan.appointment), headers=HTMX)

    html = answer.content.decode()
    assert "<html" not in html
    assert html.count('name="side" value="left"') == 1
    assert "Both sides The clinic’s · 6 needles" in said(answer)
    assert "One side" not in said(signed_in.get(url("offers", plan.appointment), {"q": "both"}))


def test_the_empty_panel_says_how_to_fill_the_library(signed_in, plan):
    assert "press Keep this plan" in said(signed_in.get(url("offers", plan.appointment), headers=HTMX))


def test_a_protocol_is_put_into_a_visit_that_has_no_plan_yet(signed_in, plan, kim):
    version = keep(plan)
    visit = AppointmentFactory(status="arrived")

    answer = post(signed_in, "use_protocol", visit, version.protocol_id, number=1)

    assert answer.status_code == 200
    assert labels(visit.plan) == ["LI4 L+R", "LR3 L+R", "ST36 L", "GB34 L"]
    assert "is in the plan" in answer["HX-Trigger-After-Settle"]


def test_what_did_not_come_along_stays_in_sight(signed_in, plan):
    version, visit = keep(plan), AppointmentFactory(status="arrived")
    Point.objects.filter(code="GB34").update(code="GB34-OLD")

    answer = post(signed_in, "use_protocol", visit, version.protocol_id, number=1)

    assert "but not all of it" in said(answer)
    assert "GB34 is not in the catalogue." in said(answer)
    plain = post(signed_in, "use_protocol", visit, version.protocol_id, number=1, version=1, htmx=False)
    assert "GB34 is not in the catalogue." in said(signed_in.get(plain["Location"]))


def test_a_second_press_and_a_missing_side_are_told(signed_in, plan):
    version, visit = keep(plan, affected="left"), AppointmentFactory(status="arrived")

    asked = post(signed_in, "use_protocol", visit, version.protocol_id, number=1)
    first = post(signed_in, "use_protocol", visit, version.protocol_id, number=1, side="right")
    second = post(signed_in, "use_protocol", visit, version.protocol_id, number=1, side="right")
    hostile = post(signed_in, "use_protocol", visit, version.protocol_id, number=1, side="up", version=1)

    assert (asked.status_code, first.status_code, second.status_code, hostile.status_code) == (422, 200, 409, 422)
    assert "Choose the side that hurts." in said(asked)
    assert visit.plan.needles.count() == 4


@pytest.mark.parametrize("number", ["", "x", "-1", "9", "9" * 40, "²"])
def test_a_version_that_is_not_there_is_not_found(signed_in, plan, number):
    version = keep(plan)

    assert post(signed_in, "use_protocol", plan.appointment, version.protocol_id, number=number).status_code == 404


def test_somebody_elses_own_protocol_is_not_found(client, plan):
    version, visit = keep(plan, own=True), AppointmentFactory(status="arrived")
    client.force_login(visit.practitioner.user)

    assert post(client, "use_protocol", visit, version.protocol_id, number=1).status_code == 404


def test_a_plan_is_kept_from_its_panel_once(signed_in, plan, kim):
    typed = {"name": "Knee", "whose": "own", "affected": "left", "comment": "For runners"}

    form = signed_in.get(url("keep_form", plan.appointment), headers=HTMX)
    first = press(signed_in, "keep", plan, **typed)
    second = press(signed_in, "keep", plan, **typed)

    assert "Keep as a protocol" in said(form)
    assert first.status_code == 200
    assert second.status_code == 422
    assert "of this name already" in said(second)
    assert second["HX-Retarget"] == "#protocols-panel"
    assert Protocol.objects.get().owner == kim


@pytest.mark.parametrize(
    "typed",
    [{"name": ""}, {"whose": "everybody"}, {"affected": "up"}, {"comment": "x" * 100_000}, {"name": "\u202e" * 81}],
)
def test_mistakes_in_the_form_are_told_at_their_field(signed_in, plan, typed):
    answer = press(signed_in, "keep", plan, **{"name": "Knee", "whose": "own"} | typed)

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert not Protocol.objects.exists()


def test_a_plan_without_rows_or_a_visit_without_a_plan_is_not_kept(signed_in, plan):
    empty = making.a_plan()

    assert press(signed_in, "keep", empty, name="Knee", whose="own").status_code == 409
    assert signed_in.post(url("keep", AppointmentFactory()), {"name": "Knee", "whose": "own"}).status_code == 404
    assert post(signed_in, "revise", empty.appointment, seen=1).status_code == 404


def test_the_panel_shows_what_the_next_version_would_change_with_the_side_found_by_itself(signed_in, plan):
    version = keep(plan, affected="left")
    there = use(version, making.a_plan(), side="right").plan
    there = making.add(there, "sp6")

    form = signed_in.get(url("keep_form", there.appointment), headers=HTMX)
    saved = post(signed_in, "revise", there.appointment, seen=1, affected="right", comment="SP6 too")
    again = post(signed_in, "revise", there.appointment, seen=1, affected="right")

    assert "Knee , changes since version 1 + Added: SP6 L+R Sides" in said(form)
    assert '<option value="right" selected' in form.content.decode()
    assert saved.status_code == 200
    assert again.status_code == 409
    assert "You changed this protocol in another window" in said(again)
    assert version.protocol.versions.latest("number").content["rows"][-1]["values"]["point"] == "SP6"


def test_a_plan_from_somebody_elses_own_protocol_offers_no_next_version(client, plan, kim):
    version = keep(plan, own=True)
    there = use(version, making.again(plan)).plan
    client.force_login(UserFactory(role="Practitioner"))

    form = client.get(url("keep_form", there.appointment), headers=HTMX)
    answer = post(client, "revise", there.appointment, seen=1)

    assert "next version" not in said(form)
    assert answer.status_code == 409
    assert version.protocol.versions.count() == 1


def test_the_plan_offers_the_library_and_a_signed_one_can_still_be_kept(signed_in, plan):
    signed = making.signed("sp6")

    assert "Use a protocol" in said(signed_in.get(url("plan", plan.appointment)))
    shown = said(signed_in.get(url("plan", signed.appointment)))
    assert "Use a protocol" not in shown
    assert "Keep this plan" in shown
    assert press(signed_in, "keep", signed, name="Knee", whose="clinic").status_code == 200
