"""A signed-in client that keeps its connection, and tells how long each answer took and what it cost."""

import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from tests.bench.counting import HEADER

IDLE = 1  # second; gunicorn lets a connection go after two


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float
    statements: int
    headers: dict
    text: str


class Client:
    def __init__(self, site, cookies=None):
        """With the cookies of another client it is the same person in another tab."""
        self.site, self.cookies = urlsplit(site), dict(cookies or {})
        self.connection = HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        self.used = 0.0

    def sign_in(self, email, password):
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", login=email, password=password)
        if answer.status != 302:
            raise RuntimeError(f"signing in was answered with {answer.status}")
        return self

    def get(self, path, *, htmx=False, etag=None):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.ask("GET", path, headers=headers | ({"If-None-Match": etag} if etag else {}))

    def post(self, path, *, htmx=False, **fields):
        token = {"X-CSRFToken": self.cookies.get("csrftoken", "")}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(fields, doseq=True)
        return self.ask("POST", path, body, token | form | ({"HX-Request": "true"} if htmx else {}))

    def ask(self, method, path, body=None, headers=None):
        here = {"Host": self.site.netloc, "Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        if time.monotonic() - self.used > IDLE:
            self.connection.close()  # the server has, or is about to; the next request opens it again
        began = time.perf_counter()
        self.connection.request(method, path, body, {**here, **(headers or {})})
        response = self.connection.getresponse()
        text = response.read()
        seconds, self.used = time.perf_counter() - began, time.monotonic()
        for name, value in response.getheaders():
            if name == "Set-Cookie" and (found := re.match(r"([^=]+)=([^;]*)", value)):
                self.cookies[found[1]] = found[2]
        sent = dict(response.getheaders())
        return Answer(response.status, seconds, int(sent.get(HEADER, 0)), sent, text.decode(errors="replace"))
