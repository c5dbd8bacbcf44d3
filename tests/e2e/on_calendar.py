"""What a hand does on the drawn calendar, and where it finds things there."""

from playwright.sync_api import expect

PIXELS = 28 / 15  # of a minute
AWAY = {"timezone_id": "Asia/Tokyo", "viewport": {"width": 1440, "height": 1200}}  # a browser far from the clinic


def visit(page, one):
    return page.locator(f"[data-visit='{one.pk}']")


def column(page, name):
    """The left edge and the width of a column."""
    return page.locator(".ec-col-head", has_text=name).bounding_box()


def distance(page, from_column, to_column):
    """How far it is from one column to another."""
    return column(page, to_column)["x"] - column(page, from_column)["x"]


def drag(page, element, *, across=0, minutes=0, from_bottom=False):
    """Press, move in steps as a hand does. Gives the mouse, which is still to be let go."""
    box = element.bounding_box()
    x, y = box["x"] + 40, box["y"] + (box["height"] - 3 if from_bottom else 12)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(x + across * step / 10, y + minutes * PIXELS * step / 10)
    return page.mouse


def click_cell(page, name, near, *, minutes):
    """Click the cell so many minutes after the start of the visit `near`, in the column of that name."""
    y = visit(page, near).bounding_box()["y"] + minutes * PIXELS + 4
    page.mouse.click(column(page, name)["x"] + 30, y)


def open_day(page, day, shown):
    """The day's calendar, as soon as the visit `shown` is drawn on it."""
    page.goto(f"/schedule/calendar/?day={day}")
    expect(visit(page, shown)).to_be_visible()
