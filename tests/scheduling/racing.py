"""Rivals: calls at the same moment, each in a thread with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from threading import Barrier

from django.db import connection

from scheduling import booking
from scheduling.errors import SlotTaken
from scheduling.models import Appointment, Occupancy

RIVALS = 8


@contextmanager
def racers():
    """Yields `race(calls)`: what each of the calls returned or raised."""
    pool = ThreadPoolExecutor(RIVALS)

    def run(call, ready):
        connection.ensure_connection()
        ready.wait()
        try:
            return call()
        except Exception as error:
            return error

    def race(calls):
        ready = Barrier(len(calls))
        return [future.result() for future in [pool.submit(run, call, ready) for call in calls]]

    yield race
    everybody = Barrier(RIVALS)
    wait([pool.submit(lambda: (everybody.wait(), connection.close())) for _ in range(RIVALS)])
    pool.shutdown()


def booker(**wanted):
    return partial(booking.book, by=None, **wanted)


def winners(results):
    return [result for result in results if isinstance(result, Appointment)]


def losers(results):
    return [result for result in results if not isinstance(result, Appointment)]


def assert_all_told_when_else(results):
    assert {type(result) for result in results} == {SlotTaken}, results
    assert {len(result.alternatives) for result in results} == {3}


def assert_nothing_is_in_two_places():
    last = {}
    for resource, span in Occupancy.objects.order_by("span").values_list("resource_id", "span"):
        assert resource not in last or last[resource] <= span.lower
        last[resource] = span.upper
