from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.models import Credential, ScopeRule, TimeOff, WorkingHours
from scheduling import checks
from scheduling.errors import NotLicensed, OutOfHours
from tests.factories import LocationFactory, PractitionerFactory, ServiceFactory

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2030, 5, 13)

pytestmark = pytest.mark.django_db


def at(hour, minute=0, day=MONDAY, zone=NEW_YORK):
    return datetime.combine(day, time(hour, minute), tzinfo=zone)


def works(starts, ends, *, location=None, weekdays=(0,), **valid):
    kim = PractitionerFactory(name="Kim", hours=False)
    for weekday in weekdays:
        WorkingHours.objects.create(
            practitioner=kim,
            location=location or LocationFactory(),
            weekday=weekday,
            starts=starts,
            ends=ends,
            **{"valid_from": date(2020, 1, 1), **valid},
        )
    return kim


def ask(practitioner, starts_at, length=60, location=None):
    checks.works_then(
        practitioner=practitioner,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=length),
        location=location or LocationFactory(),
    )


def test_a_visit_lies_in_the_hours_to_the_minute():
    kim = works(time(9), time(17))

    ask(kim, at(9))
    ask(kim, at(16))
    with pytest.raises(OutOfHours, match=r"^Kim works at Riverside 09:00 to 17:00 on Mon 13 May\. The visit would be"):
        ask(kim, at(16, 1))
    with pytest.raises(OutOfHours):
        ask(kim, at(8, 59))


def test_a_day_without_hours_is_named():
    kim = works(time(9), time(17))

    with pytest.raises(OutOfHours, match=r"^Kim does not work at Riverside on Tue 14 May\.$"):
        ask(kim, at(10, day=date(2030, 5, 14)))


def test_hours_end_with_their_last_day():
    kim = works(time(9), time(17), valid_until=date(2030, 5, 12))

    with pytest.raises(OutOfHours):
        ask(kim, at(10))


def test_hours_are_those_of_the_location_asked_for():
    kim = works(time(9), time(17))

    with pytest.raises(OutOfHours, match="does not work at Far"):
        ask(kim, at(10), location=LocationFactory(name="Far"))


def test_lunch_parts_the_day():
    kim = works(time(9), time(12))
    WorkingHours.objects.create(
        practitioner=kim,
        location=LocationFactory(),
        weekday=0,
        starts=time(13),
        ends=time(17),
        valid_from=date(2020, 1, 1),
    )

    with pytest.raises(OutOfHours, match=r"09:00 to 12:00 and 13:00 to 17:00"):
        ask(kim, at(11, 30))


def test_time_off_refuses_what_it_touches_and_nothing_else():
    kim = works(time(9), time(17))
    TimeOff.objects.create(resource=kim, span=(at(11), at(12)))

    ask(kim, at(10))
    ask(kim, at(12))
    with pytest.raises(OutOfHours, match=r"^Kim is away until 12:00\.$"):
        ask(kim, at(10, 30))


def test_a_closed_location_refuses_everybody_there():
    kim = works(time(9), time(17))
    TimeOff.objects.create(location=LocationFactory(), span=(at(0), at(0, day=date(2030, 5, 15))))

    with pytest.raises(OutOfHours, match=r"^Riverside is closed until the end of Tue 14 May\.$"):
        ask(kim, at(10))


def test_time_off_of_others_and_other_places_refuses_nobody():
    kim = works(time(9), time(17))
    TimeOff.objects.create(resource=PractitionerFactory(), span=(at(9), at(17)))
    TimeOff.objects.create(location=LocationFactory(name="Far"), span=(at(9), at(17)))

    ask(kim, at(10))


@pytest.mark.parametrize(
    ("zone", "day", "nine"),
    [
        ("America/New_York", date(2031, 3, 9), datetime(2031, 3, 9, 13, tzinfo=UTC)),
        ("America/New_York", date(2031, 11, 2), datetime(2031, 11, 2, 14, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2031, 10, 5), datetime(2031, 10, 4, 22, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2031, 4, 6), datetime(2031, 4, 5, 22, 30, tzinfo=UTC)),
    ],
)
def test_nine_stays_nine_on_the_day_the_clocks_change(zone, day, nine):
    place = LocationFactory(name=zone, zone_name=zone)
    kim = works(time(9), time(17), location=place, weekdays=[6])

    ask(kim, nine, location=place)
    with pytest.raises(OutOfHours):
        ask(kim, nine - timedelta(minutes=5), location=place)


def treat(practitioner, service, starts_at=None):
    checks.may_treat(
        service=service, practitioner=practitioner, starts_at=starts_at or at(10), location=LocationFactory()
    )


def test_a_licence_holds_on_its_last_day_and_is_named_afterwards_with_somebody_else():
    roy, kim = PractitionerFactory(name="Roy"), PractitionerFactory(name="Kim")
    Credential.objects.filter(practitioner=roy).update(expires=date(2030, 5, 12))
    service = ServiceFactory(by=[roy, kim], techniques=["dry_needling"])

    treat(roy, service, at(23, day=date(2030, 5, 12)))
    with pytest.raises(NotLicensed, match=r"^Roy's dry-needling licence ends 12 May 2030\. Choose Kim\.$"):
        treat(roy, service)


def test_nobody_is_suggested_who_is_not_licensed_either():
    roy, lee = PractitionerFactory(name="Roy"), PractitionerFactory(name="Lee", licensed=False)
    Credential.objects.filter(practitioner=roy).update(expires=date(2030, 5, 12))
    service = ServiceFactory(by=[roy, lee], techniques=["dry_needling"])

    with pytest.raises(NotLicensed, match=r"licence ends 12 May 2030\.$"):
        treat(roy, service)


def test_every_technique_of_a_service_needs_its_licence():
    kim = PractitionerFactory(name="Kim")
    ScopeRule.objects.filter(technique="dry_needling").update(allowed=False)

    with pytest.raises(NotLicensed, match=r"^Kim is not licensed for dry needling in CO\.$"):
        treat(kim, ServiceFactory(by=[kim], techniques=["needling", "dry_needling"]))


def test_a_technique_without_a_rule_is_not_allowed():
    kim = PractitionerFactory()
    ScopeRule.objects.filter(technique="cupping").delete()

    with pytest.raises(NotLicensed):
        treat(kim, ServiceFactory(by=[kim], techniques=["cupping"]))


def test_a_licence_of_another_state_does_not_count():
    kim = PractitionerFactory()
    Credential.objects.update(jurisdiction="NY")

    with pytest.raises(NotLicensed):
        treat(kim, ServiceFactory(by=[kim]))


def test_who_does_not_offer_a_service_is_not_booked_for_it():
    kim, roy = PractitionerFactory(name="Kim"), PractitionerFactory(name="Roy")

    with pytest.raises(NotLicensed, match=r"^Kim does not offer Cupping\. Choose Roy\.$"):
        treat(kim, ServiceFactory(by=[roy], name="Cupping"))


def test_the_day_of_a_licence_is_read_at_the_location():
    kim = PractitionerFactory()
    Credential.objects.update(expires=date(2030, 5, 12))
    service = ServiceFactory(by=[kim])

    treat(kim, service, datetime(2030, 5, 13, 3, 59, tzinfo=UTC))  # still Sunday evening in New York
    with pytest.raises(NotLicensed):
        treat(kim, service, datetime(2030, 5, 13, 4, tzinfo=UTC))
