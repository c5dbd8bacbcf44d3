import pytest

from sessions.models import SignedRecord

from . import making

pytestmark = pytest.mark.django_db


def test_a_session_is_signed_into_the_chain():
    plan = making.signed()

    record = SignedRecord.objects.get()

    assert plan.is_signed
    assert record.number == 1
    assert record.previous == "0" * 64
