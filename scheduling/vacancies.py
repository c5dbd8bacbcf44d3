"""What several visits could have instead of their present times: read once, in seven queries, for all of them.

A visit does not stand in its own way, neither where it is nor where it may go; the others of the list do.
"""

from collections import defaultdict
from datetime import date, timedelta

from clinic.models import Device, Practitioner, Service, Spot, Table
from scheduling import availability, hours, loading, ranking, sheets, staging
from scheduling.availability import Grid, Person, Place, Shape, Why
from scheduling.models import Appointment

EARLIER, LATER = timedelta(days=7), timedelta(days=28)  # how far from its own time a new one is looked for
NOTICE = timedelta(hours=24)  # nobody is asked to come sooner than that, unless the visit is as soon itself


class Vacancies:
    def __init__(self, visits, now):
        self.now = now
        begin = max(min(visit.starts_at for visit in visits) - EARLIER, now) - sheets.BEFORE
        finish = max(visit.ends_at for visit in visits) + LATER + timedelta(days=1)
        self.grid = Grid.over(*sheets.epoch(begin, finish))
        self.people = list(Practitioner.objects.active().with_timetable())
        self.hours = {one.pk: loading.hours_of(one) for one in self.people}
        self.offered = offered({visit.service_id for visit in visits})
        self.places = loading.locations(Spot.EITHER)
        self.tables = list(Table.objects.active().order_by("chair", "pk"))
        self.devices = list(Device.objects.usable().order_by("pk"))
        self.read(visits, begin, finish)

    def read(self, visits, begin, finish):
        """What is taken: (start, end, visit of the list or None) by resource, or by ("patient", key)."""
        spans = loading.spans(people=self.people, places=self.places, start=begin, end=finish, now=self.now)
        of = {(claim.resource, *spell(claim)): visit for visit in visits for claim in claims_of(visit)}
        self.taken = defaultdict(list)
        for key, listed in spans.taken.items():
            self.taken[key] = [(start, end, of.get((key, start, end))) for start, end in listed]
        for key, start, end, visit in elsewhere(visits, begin, finish):
            self.taken[key].append((*sheets.epoch(start, end), visit))
        self.off = {key: self.grid.touched(listed) for key, listed in spans.off.items()}
        self.closed = {key: self.grid.touched(listed) for key, listed in spans.closed.items()}
        self.masks = {}

    def mask(self, key, visit):
        """The cells in which somebody else than `visit` has that resource or patient."""
        rivals = [span for span in self.taken[key] if span[2] != visit]
        if len(rivals) < len(self.taken[key]):
            return self.grid.touched(span[:2] for span in rivals)
        if key not in self.masks:
            self.masks[key] = self.grid.touched(span[:2] for span in rivals)
        return self.masks[key]

    def keep(self, visit, new):
        """From now on the others of the list do without what `visit` may take."""
        changed = [(claim.resource, spell(claim)) for claim in claims_of(visit, new)]
        for key, span in [*changed, (("patient", visit.patient_id), sheets.epoch(new.starts_at, new.ends_at))]:
            self.taken[key].append((*span, visit))
            self.masks.pop(key, None)

    def possible(self, visit):
        """Yield (practitioner, location, mask of starts)."""
        shape = shape_of(visit)
        for place in self.places:
            shared = self.shared(visit, shape, place)
            for one in self.people:
                there = self.hours[one.pk].get(place.pk)
                if there and (visit.service_id, one.pk) in self.offered:
                    person = self.person(visit, one, there, place)
                    layers = shared | availability.person_layers(shape, self.grid, person)
                    yield one, place, availability.possible(self.grid, layers)

    def shared(self, visit, shape, place):
        """The layers that do not depend on who treats."""
        tables = tuple(self.masks_of(one, visit) for one in self.tables_for(visit, place))
        devices = tuple(self.masks_of(one, visit) for one in self.devices_for(visit, place))
        busy = self.mask(("patient", visit.patient_id), visit)
        window = self.grid.covered([sheets.epoch(self.earliest(visit), visit.starts_at + LATER)])
        return {
            **availability.place_layers(shape, self.grid, Place(self.closed.get(place.pk, 0), tables, devices)),
            Why.PATIENT: availability.runs(self.grid.all & ~busy, shape.total),
            Why.LATE: window,
        }

    def earliest(self, visit):
        return max(self.now, visit.starts_at - EARLIER, min(visit.starts_at, self.now + NOTICE))

    def masks_of(self, one, visit):
        return self.mask(one.pk, visit), self.off.get(one.pk, 0)

    def person(self, visit, one, there, place):
        grid, zone = self.grid, place.zone
        licences, techniques = tuple(loading.licences_of(one)), tuple(visit.service.techniques)
        return Person(
            working=sheets.working(there, grid, zone),
            licensed=sheets.licensed(licences, techniques, place.jurisdiction, grid, zone),
            away=self.off.get(one.pk, 0),
            taken=self.mask(one.pk, visit),
        )

    def tables_for(self, visit, place):
        """Where the service is given; the visit's own first."""
        spot = visit.service.spot
        there = [one for one in self.tables if one.location_id == place.pk]
        fit = [one for one in there if spot == Spot.EITHER or one.chair == (spot == Spot.CHAIR)]
        return sorted(fit, key=lambda one: one.pk != visit.table_id)

    def devices_for(self, visit, place):
        there = [one for one in self.devices if one.location_id == place.pk]
        return sorted(there, key=lambda one: one.pk != visit.device_id)

    def table_at(self, visit, place, cell):
        """The first that is free if the visit starts in that cell, which has to be possible."""
        shape = shape_of(visit)
        return next(
            one
            for one in self.tables_for(visit, place)
            if availability.table_starts(shape, self.grid, *self.masks_of(one, visit)) >> cell & 1
        )

    def device_at(self, visit, place, cell):
        """None if no stage needs one."""
        shape = shape_of(visit)
        for one in self.devices_for(visit, place) if shape.device else ():
            if availability.device_starts(shape, self.grid, *self.masks_of(one, visit)) >> cell & 1:
                return one
        return None

    def nearest_of_each_day(self, mask, visit, zone):
        """Yield (day, cell): of each day the starts nearest to the visit's time of day, before and after it."""
        wall = visit.starts_at.astimezone(zone).time()
        for day in ranking.days_of(self.grid, zone):
            if open_ := mask & ((1 << day.length) - 1) << day.first:
                usual = self.grid.cell(hours.moment(date.fromordinal(day.ordinal), wall, zone).timestamp())
                for cell in ranking.close(open_, self.grid, usual, enough=1):
                    yield day, cell


def offered(services):
    """{(service, practitioner)}"""
    pairs = Service.practitioners.through.objects.filter(service__in=services)
    return set(pairs.values_list("service_id", "practitioner_id"))


def elsewhere(visits, begin, finish):
    """Where the patients are meanwhile, by their visits: of the list, or others."""
    known = {visit.pk: visit for visit in visits}
    theirs = Appointment.objects.overlapping(begin, finish).filter(patient__in={visit.patient_id for visit in visits})
    for pk, patient, start, end in theirs.values_list("pk", "patient", "starts_at", "ends_at"):
        yield ("patient", patient), start, end, known.get(pk)


def shape_of(visit):
    return Shape.of(visit.stages, visit.turnover_minutes, visit.buffer_minutes)


def claims_of(visit, new=None):
    """What a visit takes where it is, or what it would take."""
    if new is None:
        return staging.claims_of(visit, visit.starts_at)
    return staging.claims(
        visit.stages,
        new.starts_at,
        practitioner=new.practitioner.pk,
        table=new.table.pk,
        device=new.device and new.device.pk,
        turnover=timedelta(minutes=visit.turnover_minutes),
        buffer=timedelta(minutes=visit.buffer_minutes),
    )


def spell(claim):
    """Of a claim, its rest included, in epoch seconds."""
    return sheets.epoch(claim.start, claim.end + claim.rest)
