"""From the sources to a release: read, check, infer, validate, link, describe, dump.

Nothing here knows how any step is done; it says in which order they are done, what each one gets,
and that nothing is written as long as anything is wrong.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from weihai_kg import release as releases
from weihai_kg.checks import vocabulary
from weihai_kg.checks.examination import Candidate, Examination
from weihai_kg.checks.validator import Validator
from weihai_kg.differences import history
from weihai_kg.errors import Finding, FindingsError
from weihai_kg.namespaces import Namespaces
from weihai_kg.ntriples import statement
from weihai_kg.publish import assembly, files
from weihai_kg.publish.files import Draft
from weihai_kg.reasoning import implied_totals
from weihai_kg.reasoning.closure import Clash, entail
from weihai_kg.reasoning.proofs import justify, premises
from weihai_kg.reasoning.referee import REASONERS, Differences, differences
from weihai_kg.reasoning.rules import compile_rules
from weihai_kg.release import Release
from weihai_kg.saved_queries.catalogue import catalogue
from weihai_kg.saved_queries.header import parse_all
from weihai_kg.settings import Settings
from weihai_kg.sources import corpus as sources
from weihai_kg.sources import evidence
from weihai_kg.sources.corpus import Corpus
from weihai_kg.sources.mappings import MappingSet
from weihai_kg.sources.named_graphs import NamedGraphs, Places

Progress = Callable[[str], None]

# The code that decides what the bytes of a release are.
PARTS = (
    "sources", "reasoning", "saved_queries", "checks", "publish", "build.py", "formats.py",
    "namespaces.py", "ntriples.py", "release.py",
)  # fmt: skip


def build(settings: Settings, progress: Progress = lambda step: None) -> tuple[Release, bool]:
    """Build the release of the sources and make it the current one.

    Gives the release and whether it was built now: a release of these very sources that is there
    and intact is not built again. Raises FindingsError with everything that is wrong; then no
    release is written and the current one stays.
    """
    namespaces = Namespaces(settings.base)
    progress("reading the sources")
    corpus, findings = sources.read(settings.project, namespaces)
    version = version_of(corpus)
    known = releases.find(settings.releases, version)
    if known and not findings and known.intact():
        releases.make_current(settings.releases, known)
        return known, False
    with Validator() as validator:
        draft, candidate = _draft(corpus, version, findings, progress)
        progress("validating, and asking the saved queries")
        with Examination(candidate, validator, settings) as examination:
            return _write(draft, examination, settings, progress), True


def check(settings: Settings, progress: Progress = lambda step: None) -> Draft:
    """Do everything that ``build`` does but write a release.

    Raises FindingsError with everything that is wrong.
    """
    progress("reading the sources")
    corpus, findings = sources.read(settings.project, Namespaces(settings.base))
    with Validator() as validator:
        draft, candidate = _draft(corpus, version_of(corpus), findings, progress)
        progress("validating, and asking the saved queries")
        with Examination(candidate, validator, settings) as examination:
            examination.passed()
    return draft


def referee(checked: Draft, name: str) -> Differences:
    """What another reasoner (a name of ``REASONERS``) concludes and ours does not, and vice versa.

    Each difference has its reason, where it is known.
    """
    corpus = checked.corpus
    statements = premises(checked.read, corpus.ontology, corpus.namespaces)
    ours = entail(statements, compile_rules(corpus.ontology))
    return differences(ours, REASONERS[name](statements, corpus.ontology))


def version_of(corpus: Corpus) -> str:
    """``<semver>+<hash>`` of the sources and of the code that turns them into a release."""
    code = hashlib.sha256()
    package = Path(__file__).parent
    for part in PARTS:
        files = sorted((package / part).rglob("*.py")) or [package / part]
        for file in files:
            code.update(file.read_bytes())
    digest = hashlib.sha256(f"{corpus.digest} {code.hexdigest()}".encode()).hexdigest()
    return f"{corpus.dataset.get('version', '0.0.0')}+{digest[:12]}"


def _draft(
    corpus: Corpus, version: str, findings: list[Finding], progress: Progress
) -> tuple[Draft, Candidate]:
    progress("finding the quotations")
    read, found = evidence.weave(corpus)
    queries, unreadable = parse_all(corpus.queries)
    findings = findings + unreadable
    terms = vocabulary.check(read, corpus.ontology, corpus.namespaces)
    if not corpus.readable:
        # What an unreadable file declares is not known: what is missing elsewhere is no finding.
        consequences = (vocabulary.DANGLING, evidence.EMPTY)
        raise FindingsError(
            findings
            + [
                each
                for each in found + terms
                if not any(mark in each.what for mark in consequences)
            ]
        )
    findings = findings + found + terms
    for mapping_set in corpus.mapping_sets:
        findings += _unknown_subjects(mapping_set, read)
        read.update(assembly.links(mapping_set, corpus.namespaces))
    read.update(implied_totals.derive(read, corpus.namespaces))

    progress("inferring")
    places = Places(read)
    inferred, clashes = justify(read, corpus.ontology, corpus.namespaces)
    findings += [_clash(clash, read, corpus, places) for clash in clashes]

    described = catalogue(queries, corpus.namespaces, f"{corpus.namespaces.base}sparql")
    assembled = assembly.assemble(read, inferred, corpus.ontology, described, corpus.namespaces)
    statements = {triple for part in (read, inferred) for _, triple in part}
    candidate = Candidate(
        assembled.quads, statements, corpus.shapes, corpus.checks, queries, places, findings
    )
    return Draft(corpus, version, read, inferred, assembled), candidate


def _unknown_subjects(mapping_set: MappingSet, read: NamedGraphs) -> list[Finding]:
    """Links from things that the graph does not know."""
    known = {subject for _, (subject, _, _) in read}
    return [
        Finding(
            mapping_set.file,
            mapping.line,
            f"dangling reference: nothing is said about <{mapping.subject}>",
            "correct subject_id, or drop the row",
        )
        for mapping in mapping_set.mappings
        if mapping.subject not in known
    ]


def _clash(clash: Clash, read: NamedGraphs, corpus: Corpus, places: Places) -> Finding:
    """An inconsistency, with the statements that clash and the words each was read from."""
    holders = read.holders()
    words = evidence.words(read, corpus.namespaces)
    told = []
    for premise in clash.leaves:
        said = [text for graph in holders.get(premise, ()) for text in words.get(graph, ())]
        place = places.of(*premise)
        quoted = f"“{said[0]}”, " if said else ""
        told.append(f"{statement(premise)} ({quoted}{place.file}:{place.line})")
    place = places.of(*clash.leaves[0])
    return place.finding(
        f"inconsistent by {clash.rule.name}: " + "; ".join(told),
        "one of these statements, or the axiom, is wrong",
    )


def _write(
    draft: Draft, examination: Examination, settings: Settings, progress: Progress
) -> Release:
    """Write the dumps while the examination goes on, and the rest once it is passed."""
    if examination.failing:
        examination.passed()
    folder = settings.releases / f".building-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        files.write_dumps(folder, draft, progress)
        progress("waiting for the verdict of the checks")
        files.complete(folder, draft, examination.passed(), progress)
        target = settings.releases / "releases" / draft.version
        target.parent.mkdir(exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)  # only an incomplete or damaged one can be there
        folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    release = Release(target)
    progress("comparing with the release before")
    history.keep(release, settings)
    releases.make_current(settings.releases, release)
    return release
