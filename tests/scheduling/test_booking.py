from datetime import timedelta
from uuid import uuid4

import pytest

from scheduling import booking
from scheduling.errors import SlotTaken
from scheduling.models import Appointment
from tests.factories import *

pytestmark = pytest.mark.django_db


def test_smoke():
    kim = PractitionerFactory()
    service = ServiceFactory(by=[kim])
    TableFactory(); 
    ana = PatientFactory(); user = UserFactory()
    visit = booking.book(patient=ana, service=service, practitioner=kim, starts_at=MONDAY_TEN, by=user, request_key=uuid4())
    assert visit.occupancies.count() == 3
    with pytest.raises(SlotTaken) as e:
        booking.book(patient=PatientFactory(), service=service, practitioner=kim, starts_at=MONDAY_TEN, by=user)
    print(e.value)
    booking.move(visit=visit, starts_at=MONDAY_TEN+timedelta(hours=1), by=user)
    booking.cancel(visit=visit, reason="x", by=user)
    v = booking.undo(visit=visit, by=user)
    print(v.status, v.revision, v.starts_at)
    assert 0
