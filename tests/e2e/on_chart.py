"""What a hand does on the chart of a session."""


def count_needles(page, *, short=False):
    """Type what the planned number says, in and out; with `short`, one needle fewer out."""
    sites = page.locator("#count tbody tr:not(.region)")
    for number in range(sites.count()):
        row = sites.nth(number)
        planned = int(row.locator("th .soft").inner_text().split()[0])
        boxes = row.locator("input[inputmode=numeric]")
        boxes.nth(0).fill(str(planned))
        boxes.nth(1).fill(str(planned - 1 if short and number == 0 else planned))
