"""What the fields of the plan suggest: the whole catalogue, kept by the browser."""

import pytest
from django.urls import reverse

from sessions import entry, suggesting
from tests.factories import PractitionerFactory, UserFactory

pytestmark = pytest.mark.django_db
BOTH = ["points", "muscles"]


@pytest.fixture
def kim(client):
    client.force_login(PractitionerFactory().user)
    return client


def get(client, what, **query):
    return client.get(reverse(f"sessions:{what}"), query)


def options(client, what):
    return {row["value"]: row for row in get(client, what).json()["options"]}


def test_points_come_with_every_name_that_may_be_typed_for_them(kim):
    found = options(kim, "points")["ST36"]

    assert (found["name"], found["han"], found["where"]) == ("Zúsānlǐ", "足三里", "leg")
    for name in ("|st36|", "|zusanli|", "|足三里|", "|stomach 36|"):
        assert name in found["search"]


def test_groups_come_with_their_members_before_the_points(kim):
    answer = get(kim, "points").json()

    assert answer["options"][0]["value"] == "four gates"
    assert answer["options"][0]["name"] == "LI4 LR3 b/l"
    assert "|si guan|" in answer["options"][0]["search"]
    assert len(answer["options"]) == 484 + 10


def test_sides_are_named_because_nothing_is_suggested_for_them(kim):
    assert get(kim, "points").json()["sides"] == list(entry.SIDES)


def test_muscles_come_with_what_lies_near_them(kim):
    found = options(kim, "muscles")["Infraspinatus"]

    assert found["more"].startswith("Refers to ")
    assert "Near: " in found["more"]
    assert "Over the lung." in options(kim, "muscles")["Trapezius, upper"]["more"]


@pytest.mark.parametrize("what", BOTH)
def test_this_edition_is_kept_by_the_browser_and_by_nobody_between(kim, what):
    answer = get(kim, what, edition=suggesting.edition())

    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("edition", ["", "0" * 12, "x" * 5000, "💉", "\u202e", "' OR 1=1 --", "<script>"])
@pytest.mark.parametrize("what", BOTH)
def test_an_edition_that_is_not_this_one_is_answered_and_not_kept(kim, what, edition):
    answer = get(kim, what, edition=edition)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_a_zero_byte_is_refused(kim):
    assert get(kim, "points", edition="\x00").status_code == 400


@pytest.mark.parametrize("what", BOTH)
def test_both_are_closed_to_who_is_not_signed_in_and_to_who_does_not_treat(client, what):
    assert get(client, what).status_code == 302

    for role in ("Front desk", "Manager"):
        client.force_login(UserFactory(role=role))
        assert get(client, what).status_code == 403


@pytest.mark.parametrize("what", BOTH)
def test_both_only_answer(kim, what):
    assert kim.post(reverse(f"sessions:{what}")).status_code == 405


def test_the_answers_are_small_and_cost_one_query(kim, django_assert_max_num_queries):
    for what in BOTH:
        with django_assert_max_num_queries(5):  # session, user, two of permissions, the catalogue
            answer = kim.get(reverse(f"sessions:{what}"), headers={"Accept-Encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert len(answer.content) < 30_000
