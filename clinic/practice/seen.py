"""What somebody saw, as a digest that their page sends back: whoever saves over a change they have not seen is told.

Told in words, {label: text}, so that the same words are compared, and shown when two people saved at once.
"""

import hashlib
import json


def digest(words):
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def differences(theirs, mine):
    """[(label, theirs, mine)] of what differs; what one of them does not have is empty."""
    labels = [*theirs, *(label for label in mine if label not in theirs)]
    both = [(label, theirs.get(label, ""), mine.get(label, "")) for label in labels]
    return [row for row in both if row[1] != row[2]]
