"""Weeks as working hours know them. Pure: no ORM, no clock."""

from datetime import date, timedelta


def week_of(day):
    """1 or 2: which of the two alternate weeks (A and B) a day is in. Counted from the first Monday of the calendar, so
    that the turns go on across the years, as the numbers of ISO weeks would not."""
    return 1 + (day.toordinal() - 1) // 7 % 2


def days_of(monday):
    """The seven days from a Monday on."""
    return [monday + timedelta(days=number) for number in range(7)]


def monday_of(day):
    return day - timedelta(days=day.weekday())


def held(hours, day):
    """Are these hours (of a weekday, in some weeks, from one day until another, both included) worked on that day?"""
    its_week = hours.weeks in (0, week_of(day))
    until = hours.valid_until or date.max
    return hours.weekday == day.weekday() and its_week and hours.valid_from <= day <= until
