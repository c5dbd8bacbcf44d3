"""Requests that a test holds back on their way to the server."""


def hold(page, address):
    """The first request to `address` waits in the list that this gives."""
    held = []
    page.route(address, lambda route: held.append(route), times=1)
    return held
