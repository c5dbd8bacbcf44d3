"""What may be logged of an error."""

import traceback
from pathlib import Path


def mishap(error):
    """Its type and the way to where it happened, without its own words: a database quotes the row that it refuses, and
    that is somebody's letter."""
    way = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {' > '.join(f'{Path(step.filename).name}:{step.lineno}' for step in way)}"
