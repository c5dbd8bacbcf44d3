"""Finding a patient by what somebody says on the telephone: a few letters of a name, a number, a misspelt name.

A stored generated column (`Patient.search`: names and phone digits, lower case, without accents) carries a trigram
index. Fragments come first, because they are exact; misspellings are looked for only when nothing holds the fragments.

What is typed travels in a query string, because the search is read-only and must answer while somebody types. It is a
name, nothing about health, and no log of ours holds it: Django's loggers name the path alone, and the web server's
access log has to do the same.
"""

import re
from functools import reduce
from operator import or_

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connections, models, transaction
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat

SHORTEST_FRAGMENT = 3  # letters: the index knows nothing shorter, except whole words
SHORTEST_WORD = 2  # Li, Ng, Wu and Xu are whole names
SHORTEST_MISSPELT = 5  # letters: with fewer, everything resembles everything
LIKENESS = 0.4  # on 100,000 patients 0.3 finds a tenth more and takes ten times as long
LONGEST = 100  # letters that are looked at
MOST_WORDS = 6
MOST_NUMBERED = 1_000  # patients who are looked at for a number
LONGEST_NUMBER = 10  # digits: whoever says the country code still finds the number without it
NUMBER = re.compile(r"[#+(]?[0-9][-0-9 ()./]*")


def folded(text):
    """Lower case without accents. `im_unaccent` is made in the first migration, immutable so that it can be indexed."""
    return Func(Func(text, function="im_unaccent"), function="lower", output_field=models.TextField())


def replaced(text, expression, by):
    return Func(
        text, Value(expression), Value(by), Value("g"), function="regexp_replace", output_field=models.TextField()
    )


def digits(text):
    """The digits of a text: telephone numbers are typed in every way there is."""
    return replaced(text, "[^0-9]", "")


def literal(text):
    """A text as LIKE finds it, where its wildcards stand for themselves. After folding, which can make a wildcard."""
    return replaced(text, r"([\\%_])", r"\\\1")


class Like(Func):
    arg_joiner = " LIKE "
    template = "(%(expressions)s)"
    output_field = models.BooleanField()


def holds(before, word, after):
    """Does the search column match the word between two pieces of a pattern?"""
    pattern = Concat(Value(before), literal(folded(Value(word))), Value(after), output_field=models.TextField())
    return Q(Like(F("search"), pattern))


def whole_word(word):
    """Names have a blank behind them in the column, because the digits stand last."""
    return holds("", word, " %") | holds("% ", word, " %")


def word_start(word):
    return holds("", word, "%") | holds("% ", word, "%")


def anywhere(word):
    found = holds("%", word, "%") if len(word) >= SHORTEST_FRAGMENT else whole_word(word)
    return found | chart(word) if is_chart(word) else found


def nearly(word):
    """The word, or the word with two neighbours swapped: in a short name that leaves too few trigrams to be alike."""
    if len(word) <= SHORTEST_FRAGMENT:
        return anywhere(word)
    swaps = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    return reduce(or_, (holds("%", swap, "%") for swap in sorted({word, *swaps})))


def is_number(found):
    return len(found) == 1 and found[0].isdecimal()


def is_chart(word):
    return re.fullmatch(r"[0-9]{1,9}", word) is not None


def chart(word):
    """A chart number is found whole or not at all."""
    return Q(chart_number=int(word))


def typed(query):
    """What a query string carries as `q`, as far as it is looked at."""
    return query.get("q", "").strip()[:LONGEST]


def words(text):
    """What was typed as the words that must all be found. A telephone or chart number is one word."""
    text = " ".join(text.replace("\0", " ")[:LONGEST].split())
    if NUMBER.fullmatch(text):
        return [re.sub(r"[^0-9]", "", text)[-LONGEST_NUMBER:]]
    return [word for word in re.split(r"[\s,;#]+", text) if len(word) >= SHORTEST_WORD or is_chart(word)][:MOST_WORDS]


def rank(found):
    """0 for the chart number, 1 when every word is a whole one, 2 when every word begins one, 3 otherwise."""
    numbers = [When(chart(found[0]), then=0)] if len(found) == 1 and is_chart(found[0]) else []
    whole = When(Q(*map(whole_word, found)), then=1)
    begun = When(Q(*map(word_start, found)), then=2)
    return Case(*numbers, whole, begun, default=3, output_field=models.IntegerField())


class SearchQuerySet(models.QuerySet):
    def matching(self, text):
        """Those whose names, phone or chart number hold every word of the text, the best matches first."""
        found = words(text)
        if not found:
            return self.none()
        wanted = Q(pk__in=self.numbered(found[0])) if is_number(found) else Q(*map(anywhere, found))
        return self.filter(wanted).order_by(rank(found), "family_name", "given_name", "pk")

    def numbered(self, digits):
        """The keys of those with this chart number, and of some whose telephone number holds these digits. A few digits
        may be in everybody's, and tell nobody from anybody."""
        some, none = self.order_by().values("pk"), self.none().values("pk")
        charted = some.filter(chart(digits)) if is_chart(digits) else none
        return some.filter(anywhere(digits))[:MOST_NUMBERED].union(charted)

    def resembling(self, text):
        """Those whose names resemble the text: swapped letters first, then the most alike; `find` says how much."""
        found = words(text)
        wanted = folded(Value(" ".join(found)))
        swapped = Q(*map(nearly, found))
        first = Case(When(swapped, then=0), default=1, output_field=models.IntegerField())
        alike = self.filter(Q(search__trigram_word_similar=wanted) | swapped)
        return alike.order_by(first, TrigramWordSimilarity(wanted, "search").desc(), "family_name", "pk")

    def find(self, text, *, limit=20):
        """A list of at most `limit` patients for what was typed: by fragments, else by likeness from five letters."""
        exact = list(self.matching(text)[:limit])
        if exact or sum(map(str.isalpha, "".join(words(text)))) < SHORTEST_MISSPELT:
            return exact
        with transaction.atomic(using=self.db), connections[self.db].cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
            return list(self.resembling(text)[:limit])
