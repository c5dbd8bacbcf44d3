"""Who works here: sign-ins, roles, licences and what they allow, as a manager edits them in Settings."""

import threading
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clinic.errors import NotAllowed
from clinic.models import Credential, Practitioner, ScopeRule, Technique, User
from clinic.practice import licensing, staff
from clinic.practice.errors import LastManager, NameTaken, SavedMeanwhile
from clinic.practice.licensing import EXPIRES_SOON, Rule
from clinic.practice.writing import digest
from tests.factories import PASSWORD, AppointmentFactory, PractitionerFactory, UserFactory

pytestmark = pytest.mark.django_db

KIM = {
    "first_name": "Kim",
    "last_name": "Lee",
    "email": "Kim@Example.com",
    "roles": ["Practitioner"],
    "name": "",
    "colour": "#34528c",
    "bio": "Needles.",
}
HOSTILE = ["<script>alert(1)</script>", "\u202eAna 🪡", "x" * 5000, "'; drop table clinic_user; --"]
EVERY = {"name": "", "colour": "#34528c", "bio": "", "is_active": True, "last_name": "Hart"}


@pytest.fixture
def manager(client):
    user = UserFactory(role="Manager", first_name="Robin")
    client.force_login(user)
    return user


def sent(client, url, **changes):
    """What the page at that address would send as it stands, with these changes."""
    form = client.get(url).context["form"]
    held = {field.html_name: field.value() for field in form}
    return {name: value for name, value in (held | changes).items() if value is not None and value is not False}


def person_url(user):
    return reverse("practice:person", args=[user.pk])


# Doors


@pytest.fixture
def rows(db):
    kim = PractitionerFactory()
    return {"user": kim.user, "licence": kim.credentials.get()}


PAGES = [
    ("staff", None),
    ("add_person", None),
    ("person", "user"),
    ("add_licence", "user"),
    ("licence", "licence"),
    ("scope", None),
]
POSTS = [("invite", "user"), ("remove_licence", "licence")]


def address(name, row):
    return reverse(f"practice:{name}", args=[row.pk] if row else [])


@pytest.mark.parametrize(("name", "row"), PAGES + POSTS)
def test_a_stranger_is_sent_to_sign_in(client, rows, name, row):
    answer = client.post(address(name, rows.get(row)))

    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("role", ["Front desk", "Practitioner"])
@pytest.mark.parametrize(("name", "row"), PAGES + POSTS)
def test_only_a_manager_sees_and_changes_staff(client, rows, name, row, role):
    client.force_login(UserFactory(role=role))

    method = client.post if (name, row) in POSTS else client.get

    assert method(address(name, rows.get(row))).status_code == 403


@pytest.mark.parametrize(("name", "row"), [page for page in PAGES if page[1]])
def test_an_unknown_number_is_not_found(client, manager, name, row):
    assert client.get(reverse(f"practice:{name}", args=[987654])).status_code == 404


@pytest.mark.parametrize(("name", "row"), POSTS)
def test_a_get_changes_nothing(client, manager, rows, name, row):
    assert client.get(address(name, rows[row])).status_code == 405


@pytest.mark.parametrize("where", ["co/lac", "CO/witch", "C_O/lac", "CALIFORNIANS/lac"])
def test_scope_of_nonsense_is_not_found(client, manager, where):
    assert client.get(f"/settings/scope/{where}/").status_code == 404


# Hiring


def test_a_practitioner_is_added_with_a_sign_in(client, manager):
    answer = client.post(reverse("practice:add_person"), KIM)

    kim = Practitioner.objects.get()
    assert answer["Location"] == person_url(kim.user)
    assert (kim.name, kim.colour, kim.active) == ("Kim Lee", "#34528c", True)
    assert kim.user.email == "kim@example.com"
    assert not kim.user.has_usable_password()
    assert EmailAddress.objects.filter(user=kim.user, email="kim@example.com", verified=True, primary=True).exists()


def test_somebody_at_the_front_desk_is_no_practitioner(client, manager):
    client.post(reverse("practice:add_person"), KIM | {"roles": ["Front desk"]})

    user = User.objects.get(email="kim@example.com")
    assert staff.roles_of(user) == ["Front desk"]
    assert not Practitioner.objects.exists()


def test_one_person_may_have_two_roles(client, manager):
    client.post(reverse("practice:add_person"), KIM | {"roles": ["Practitioner", "Manager"]})

    user = User.objects.get(email="kim@example.com")
    assert staff.roles_of(user) == ["Manager", "Practitioner"]
    assert user.has_perm("clinic.change_location")
    assert user.practitioner.active


def test_a_person_sent_twice_is_there_once(client, manager):
    client.post(reverse("practice:add_person"), KIM)

    answer = client.post(reverse("practice:add_person"), KIM)

    assert answer.status_code == 409
    assert "Somebody signs in with this address already" in answer.context["form"].errors["email"][0]
    assert Practitioner.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("email", "kim"),
        ("email", f"{'k' * 300}@example.com"),
        ("roles", []),
        ("roles", ["Emperor"]),
        ("colour", "red"),
        ("colour", "#1d6b59\n"),
        ("bio", "x" * 3000),
    ],
)
def test_what_a_person_lacks_is_said_at_its_field(client, manager, field, value):
    answer = client.post(reverse("practice:add_person"), KIM | {field: value})

    if answer.status_code == 302:
        assert Practitioner.objects.get().colour == value.strip()
    else:
        assert field in answer.context["form"].errors
        assert not Practitioner.objects.exists()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["first_name", "last_name", "name", "bio"])
def test_hostile_text_is_kept_as_text_or_refused(client, manager, field, text):
    answer = client.post(reverse("practice:add_person"), KIM | {field: text}, follow=True)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text + client.get(reverse("practice:staff")).text


# The sign-in e-mail


def test_a_new_person_chooses_a_password_through_the_sign_in_e_mail_and_signs_in(client, manager):
    client.post(reverse("practice:add_person"), KIM)
    kim = User.objects.get(email="kim@example.com")

    client.post(reverse("practice:invite", args=[kim.pk]))
    client.logout()
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    answer = client.post(reverse("account_login"), {"login": "kim@example.com", "password": PASSWORD})

    assert mail.outbox[0].to == ["kim@example.com"]
    assert "has made a sign-in for you" in mail.outbox[0].body
    assert answer["Location"] == "/"


def test_whoever_has_a_password_reads_that_it_still_holds(client, manager):
    sam = UserFactory()

    client.post(reverse("practice:invite", args=[sam.pk]))

    assert "your present password still holds" in mail.outbox[0].body


def test_a_mail_server_that_is_down_is_said(client, manager, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = client.post(reverse("practice:invite", args=[UserFactory().pk]))

    assert answer.status_code == 503
    assert "Nothing was sent" in answer.text


def test_who_works_here_no_more_gets_no_sign_in_e_mail(client, manager):
    answer = client.post(reverse("practice:invite", args=[UserFactory(is_active=False).pk]))

    assert answer.status_code == 503
    assert mail.outbox == []


def test_an_administrator_with_a_capital_in_the_address_can_sign_in(client):
    User.objects.create_superuser("Robin@Example.com", PASSWORD)

    answer = client.post(reverse("account_login"), {"login": "robin@example.com", "password": PASSWORD})

    assert answer["Location"] == "/"


# Changing


def test_a_role_is_taken_away_and_the_column_in_the_calendar_with_it(client, manager):
    kim = PractitionerFactory()

    client.post(person_url(kim.user), sent(client, person_url(kim.user), roles=["Front desk"]))

    kim.refresh_from_db()
    assert not kim.active
    assert staff.roles_of(kim.user) == ["Front desk"]


def test_who_leaves_can_not_sign_in_and_coming_visits_are_told(client, manager):
    visit = AppointmentFactory(start=soon())
    kim = visit.practitioner

    answer = client.post(person_url(kim.user), sent(client, person_url(kim.user), is_active=None), follow=True)

    kim.refresh_from_db()
    kim.user.refresh_from_db()
    assert (kim.active, kim.user.is_active) == (False, False)
    assert "1 coming visit no longer fits" in answer.text


def soon():
    """Ten or eleven in New York, in a week."""
    return (timezone.now() + timedelta(days=7)).replace(hour=16, minute=0, second=0, microsecond=0)


def test_a_new_address_is_the_new_sign_in(client, manager):
    sam = UserFactory(role="Front desk")

    client.post(person_url(sam), sent(client, person_url(sam), email="Other@example.com"))
    client.logout()

    answer = client.post(reverse("account_login"), {"login": "other@example.com", "password": PASSWORD})
    assert answer["Location"] == "/"
    assert EmailAddress.objects.filter(user=sam).count() == 1


def test_the_last_manager_can_not_leave_or_step_down(client, manager):
    for change in ({"is_active": None}, {"roles": ["Front desk"]}):
        answer = client.post(person_url(manager), sent(client, person_url(manager), **change))

        assert answer.status_code == 409
        assert "is the last manager" in answer.context["form"].errors["roles"][0]
    manager.refresh_from_db()
    assert manager.is_active
    assert staff.roles_of(manager) == ["Manager"]


def test_one_of_two_managers_may_step_down(client, manager):
    UserFactory(role="Manager")

    answer = client.post(person_url(manager), sent(client, person_url(manager), roles=["Front desk"]))

    assert answer.status_code == 302
    assert staff.roles_of(manager) == ["Front desk"]


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_take_each_other_out_leave_one():
    robin, alex = UserFactory(role="Manager"), UserFactory(role="Manager")
    ready, refused = threading.Barrier(2), []

    def take_out(user, by):
        try:
            details = EVERY | {"email": user.email, "first_name": "A", "is_active": False}
            seen = digest(staff.told_of(user))
            ready.wait()
            staff.change(user=user, seen=seen, details=details, roles=["Manager"], by=by)
        except LastManager as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    rivals = [threading.Thread(target=take_out, args=pair) for pair in ((robin, alex), (alex, robin))]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert len(refused) == 1
    assert User.objects.filter(is_active=True).count() == 1


def test_a_manager_does_not_change_an_administrators_sign_in(client, manager):
    admin = User.objects.create_superuser("admin@example.com", PASSWORD)
    named = {"first_name": "Robin", "last_name": "Hart"}

    answer = client.post(person_url(admin), sent(client, person_url(admin), email="mine@example.com", **named))

    admin.refresh_from_db()
    assert answer.status_code == 403
    assert admin.email == "admin@example.com"


def test_the_verb_refuses_it_too(manager):
    admin = User.objects.create_superuser("admin@example.com", PASSWORD)

    with pytest.raises(NotAllowed):
        staff.change(user=admin, seen="", details={}, roles=[], by=manager)


def test_an_administrator_may_become_a_practitioner(client):
    admin = User.objects.create_superuser("admin@example.com", PASSWORD)
    client.force_login(admin)
    wanted = sent(client, person_url(admin), first_name="Kim", last_name="Lee", roles=["Practitioner"])

    client.post(person_url(admin), wanted)

    assert Practitioner.objects.get().name == "Kim Lee"


def test_the_second_of_two_managers_is_shown_both_versions(client, manager):
    kim = PractitionerFactory()
    mine = sent(client, person_url(kim.user), bio="Mine")
    Practitioner.objects.update(bio="Theirs")

    answer = client.post(person_url(kim.user), mine)

    kim.refresh_from_db()
    assert answer.status_code == 409
    assert answer.context["form"].clashes == [("About", "Theirs", "Mine")]
    assert kim.bio == "Theirs"


def test_what_was_not_seen_is_not_overwritten_by_the_verb():
    sam = UserFactory(role="Front desk")
    seen = digest(staff.told_of(sam))
    sam.groups.set(Group.objects.filter(name="Manager"))

    with pytest.raises(SavedMeanwhile) as refusal:
        staff.change(user=sam, seen=seen, details={}, roles=["Front desk"], by=sam)

    assert refusal.value.theirs["Roles"] == "Manager"


def test_the_list_costs_the_same_with_one_row_and_with_three(client, manager, django_assert_num_queries):
    PractitionerFactory()
    client.get(reverse("practice:staff"))
    with django_assert_num_queries(8):
        client.get(reverse("practice:staff"))

    PractitionerFactory.create_batch(2)
    with django_assert_num_queries(8):
        client.get(reverse("practice:staff"))


# Licences

LICENCE = {"kind": "lac", "number": "CO-77", "jurisdiction": "co", "issued": "2020-02-01", "expires": ""}


def test_a_licence_is_added(client, manager):
    kim = PractitionerFactory(licensed=False)

    client.post(reverse("practice:add_licence", args=[kim.user_id]), LICENCE)

    licence = kim.credentials.get()
    assert (licence.kind, licence.jurisdiction, licence.expires) == ("lac", "CO", None)


def test_a_licence_sent_twice_is_there_once(client, manager):
    kim = PractitionerFactory(licensed=False)
    url = reverse("practice:add_licence", args=[kim.user_id])
    client.post(url, LICENCE)

    answer = client.post(url, LICENCE)

    assert answer.status_code == 409
    assert "on record already" in answer.context["form"].errors["number"][0]
    assert kim.credentials.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "witch"),
        ("number", ""),
        ("jurisdiction", "<b>"),
        ("issued", "yesterday"),
        ("issued", "20200-01-01"),
        ("expires", "2019-01-01"),
    ],
)
def test_a_licence_is_checked(client, manager, field, value):
    kim = PractitionerFactory(licensed=False)

    answer = client.post(reverse("practice:add_licence", args=[kim.user_id]), LICENCE | {field: value})

    assert list(answer.context["form"].errors) == [field]
    assert not kim.credentials.exists()


def test_a_licence_that_never_ends_on_paper_may_end_in_the_year_9999(client, manager):
    kim = PractitionerFactory(licensed=False)

    client.post(reverse("practice:add_licence", args=[kim.user_id]), LICENCE | {"expires": "9999-12-31"})

    assert client.get(person_url(kim.user)).status_code == 200
    assert client.get(reverse("practice:staff")).status_code == 200


@pytest.mark.parametrize(
    ("expires", "said"),
    [(-1, "ended"), (0, "soon"), (EXPIRES_SOON.days, "soon"), (EXPIRES_SOON.days + 1, "valid"), (None, "valid")],
)
def test_a_licence_that_ends_soon_is_flagged(expires, said):
    today = date(2030, 5, 13)
    last = today + timedelta(days=expires) if expires is not None else None

    assert licensing.standing(Credential(issued=date(2020, 1, 1), expires=last), today) == said


def test_a_licence_from_tomorrow_is_not_in_force_yet():
    today = date(2030, 5, 13)

    assert licensing.standing(Credential(issued=today + timedelta(days=1)), today) == "later"


def test_two_managers_who_renew_a_licence_do_not_overwrite_each_other(client, manager):
    licence = PractitionerFactory().credentials.get()
    url = reverse("practice:licence", args=[licence.pk])
    mine = sent(client, url, expires="2031-01-01")
    Credential.objects.update(expires=date(2032, 1, 1))

    answer = client.post(url, mine)

    licence.refresh_from_db()
    assert answer.status_code == 409
    assert answer.context["form"].clashes == [("Expires", "2032-01-01", "2031-01-01")]
    assert licence.expires == date(2032, 1, 1)


def test_a_licence_put_in_by_mistake_is_removed_and_coming_visits_are_told(client, manager):
    visit = AppointmentFactory(start=soon())
    licence = visit.practitioner.credentials.get()

    answer = client.post(reverse("practice:remove_licence", args=[licence.pk]), follow=True)

    assert "1 coming visit no longer fits" in answer.text
    assert not Credential.objects.exists()


def test_the_verb_refuses_a_second_licence_of_one_number():
    licence = PractitionerFactory().credentials.get()
    again = {"kind": "lac", "number": licence.number, "jurisdiction": "CO", "issued": licence.issued}

    with pytest.raises(NameTaken):
        licensing.save_licence(row=Credential(practitioner=licence.practitioner), details=again, by=UserFactory())


# Scope

RULES = "/settings/scope/CO/lac/"


def test_choosing_a_state_and_a_licence_opens_its_rules(client, manager):
    answer = client.get(reverse("practice:scope"), {"jurisdiction": "co", "kind": "lac"})

    assert answer["Location"] == RULES


def test_nothing_is_allowed_until_somebody_says_so(client, manager):
    rows = list(client.get(RULES).context["form"].rows())

    assert len(rows) == len(Technique.values)
    assert not any(allowed.value() for _, allowed, _, _ in rows)


def test_what_is_allowed_is_saved_with_its_source(client, manager):
    wanted = {"needling-allowed": "on", "needling-source": "Board rule 4.1", "tuina-source": "Board rule 5"}

    client.post(RULES, sent(client, RULES, **wanted))

    rules = {rule.technique: rule for rule in ScopeRule.objects.all()}
    assert rules["needling"].allowed
    assert rules["needling"].source == "Board rule 4.1"
    assert not rules["tuina"].allowed
    assert set(rules) == {"needling", "tuina"}


def test_a_rule_without_a_source_is_refused_at_its_field(client, manager):
    answer = client.post(RULES, sent(client, RULES, **{"needling-allowed": "on"}))

    assert "Write where this is written" in answer.context["form"].errors["needling-source"][0]
    assert not ScopeRule.objects.exists()


def test_a_rule_that_is_emptied_is_no_rule_any_more(client, manager):
    PractitionerFactory()
    emptied = {"needling-allowed": None, "needling-source": ""}

    client.post(RULES, sent(client, RULES, **emptied))

    assert not ScopeRule.objects.filter(technique="needling").exists()
    assert ScopeRule.objects.count() == len(Technique.values) - 1


def test_two_managers_who_set_one_scope_do_not_overwrite_each_other(client, manager):
    mine = sent(client, RULES, **{"needling-allowed": "on", "needling-source": "Mine"})
    ScopeRule.objects.create(jurisdiction="CO", credential_kind="lac", technique="needling", allowed=False, source="x")

    answer = client.post(RULES, mine)

    assert answer.status_code == 409
    assert answer.context["form"].clashes == [("Acupuncture", "not allowed. x", "allowed. Mine")]
    assert not ScopeRule.objects.get().allowed


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_sources_are_kept_as_text_or_refused(client, manager, text):
    wanted = {"needling-source": text, "needling-note": text}

    answer = client.post(RULES, sent(client, RULES, **wanted), follow=True)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text + client.get(RULES).text


def test_only_what_changed_is_written():
    robin = UserFactory()
    rules = [Rule(technique, True, "", "test") for technique in Technique.values]
    empty = digest(licensing.told(licensing.scope_of("CO", "lac")))
    licensing.set_scope(jurisdiction="CO", kind="lac", rules=rules, seen=empty, by=robin)
    before = digest(licensing.told(rules))

    licensing.set_scope(jurisdiction="CO", kind="lac", rules=[Rule("needling"), *rules[1:]], seen=before, by=robin)

    history = ScopeRule.objects.first().scoperule_history.count()
    assert history == 1
    assert ScopeRule.objects.count() == len(rules) - 1


def test_the_list_of_scope_costs_the_same_with_one_row_and_with_three(client, manager, django_assert_num_queries):
    PractitionerFactory()
    url = reverse("practice:scope")
    client.get(url)
    with django_assert_num_queries(7):
        client.get(url)

    for kind in ("pt", "lmt"):
        ScopeRule.objects.create(
            jurisdiction="NM", credential_kind=kind, technique="movement", allowed=True, source="test"
        )
    with django_assert_num_queries(7):
        client.get(url)
