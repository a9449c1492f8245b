"""From subjects to a review file, batch by batch, so that a break loses one batch at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from weihai_kg import __version__
from weihai_kg.linking import review, scoring
from weihai_kg.linking.candidates import Gatherer
from weihai_kg.linking.profile import Profile
from weihai_kg.linking.reconciliation import Manifest, batches
from weihai_kg.linking.review import Review, ReviewError

SUBJECTS_AT_ONCE = 5
BEST = 5
TOOL = "weihai-kg link"


def begin(file: Path, address: str, manifest: Manifest) -> Review:
    """The review to go on with, or a new one.

    Raises ReviewError when the file holds candidates of another service.
    """
    if not file.exists():
        return Review(
            {
                "review": "candidates for links: write accepted or rejected into decision",
                "service": address,
                "service_name": manifest.name,
                "identifiers": manifest.identifiers,
                "tool": TOOL,
                "tool_version": __version__,
                "begun": datetime.now(UTC).date().isoformat(),
            }
        )
    found = review.read(file)
    if found.metadata.get("identifiers") != manifest.identifiers:
        other = found.metadata.get("service")
        raise ReviewError(
            f"{file} holds candidates of {other}; finish it, or give another one with --review."
        )
    return found


def propose(
    subjects: Sequence[Profile],
    gatherer: Gatherer,
    into: Review,
    file: Path,
    target: str,
    *,
    name: Callable[[Profile], str],
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Ask for the subjects that are not in the review yet, judge the candidates, save each batch.

    ``name`` gives what a subject is called in the file; ``progress`` hears of each batch's size.
    """
    known = into.subjects
    waiting = [each for each in subjects if name(each) not in known]
    progress(len(subjects) - len(waiting))
    for part in batches(waiting, SUBJECTS_AT_ONCE):
        for found in gatherer.gather(part):
            judged = scoring.judge(found.subject, found.profiles)[:BEST]
            into.add(name(found.subject), found, judged, target)
        into.save(file)
        progress(len(part))
