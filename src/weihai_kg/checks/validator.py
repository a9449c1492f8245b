"""SHACL in a process of its own, which starts while the sources are read.

``python -m weihai_kg.checks.validator`` takes the data and the shapes from its input and gives the
report; both are pickles, and both ends of the pipe are ours.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterable
from types import TracebackType

import rdflib
from rdflib import Graph

from weihai_kg.checks import shapes as shacl
from weihai_kg.sources.turtle import Triple


class Validator:
    """One validation; to be used in a ``with``, at whose end the process is gone."""

    def __init__(self) -> None:
        """Start the process; it loads what it needs and waits for the data."""
        command = [sys.executable, "-m", "weihai_kg.checks.validator"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False
        )

    def __enter__(self) -> Validator:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End the process, whether it is done or not."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
        self._process.wait()

    def report(self, data: Iterable[Triple], shapes: Graph) -> Graph:
        """The SHACL report on the data; raises ValueError if there is no shape.

        Raises RuntimeError if the process ends without one.
        """
        if not len(shapes):
            raise ValueError("no shapes to check against")
        sent = pickle.dumps((list(data), list(shapes)), pickle.HIGHEST_PROTOCOL)
        answer, _ = self._process.communicate(sent)
        if self._process.returncode or not answer:
            raise RuntimeError(f"the validation ended with {self._process.returncode}")
        report = Graph(bind_namespaces="none")
        for triple in pickle.loads(answer):  # noqa: S301 - from our own process
            report.add(triple)
        return report


def main() -> None:
    """Validate what comes in; the report goes out."""
    # A literal is compared by its value, but told as it is written.
    rdflib.NORMALIZE_LITERALS = False
    data, shapes = (
        _graph(triples)
        for triples in pickle.load(sys.stdin.buffer)  # noqa: S301 - from our parent
    )
    report = shacl.validate(data, shapes)
    sys.stdout.buffer.write(pickle.dumps(list(report), pickle.HIGHEST_PROTOCOL))


def _graph(triples: Iterable[Triple]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


if __name__ == "__main__":
    main()
