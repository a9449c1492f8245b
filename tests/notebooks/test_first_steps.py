"""The example notebook is true: every cell runs against two real servers, on loopback alone."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import nbformat
import pyoxigraph as ox
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOK = DOCS / "notebooks" / "first-steps.ipynb"
SECOND = DOCS / "notebooks" / "second-endpoint.ttl"
CHINESE = re.compile("[\u4e00-\u9fff]")
COMMENT = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
LOOK = """
{
    "figures": len(figures),
    "jk": [figures.loc["obs-jk-enterprises", each] for each in ("qualifier", "printed", "words")],
    "bounds": [int(figures.loc["obs-jk-enterprises", "low"]),
               bool(pd.isna(figures.loc["obs-jk-enterprises", "high"]))],
    "unquoted": [key for key, row in figures.iterrows() if row["printed"] not in row["words"]],
    "at_least": float(at_least),
    "wholes": {row["name"]: [int(row["low"]), -1 if pd.isna(row["high"]) else int(row["high"])]
               for _, row in wholes.iterrows()},
    "charted": list(counts.index),
    "evidence": [[row["figure"], row["origin"], row["words"]] for _, row in evidence.iterrows()],
    "misplaced": [row["words"] for _, row in evidence.iterrows()
                  if len(row["words"]) != row["end"] - row["start"]],
    "interviews": [[row["city"], int(row["interviews"]), row["note"], row["words"]]
                   for _, row in interviews.iterrows()],
}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def served(log: Path, *flags: str) -> Iterator[str]:
    """The origin of a running ``weihai-kg serve``."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "weihai_kg", "serve", *flags,
             "--port", str(port), "--log-format", "none"],
            stdout=output, stderr=output,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while not ready(f"http://127.0.0.1:{port}/readyz"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def ready(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except HTTPError as error:
        error.close()
    except OSError:
        pass
    return False


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of the endpoint with the examples."""
    log = tmp_path_factory.mktemp("second") / "log"
    with served(log, "--dataset", str(SECOND)) as origin:
        yield origin


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Execute a copy of the notebook in a kernel that knows nothing of this machine's settings."""
    home = tmp_path_factory.mktemp("jupyter")
    strange = ("JUPYTER", "IPYTHON", "MPL", "PYTHONWARNINGS", "WEIHAI_KG_")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(strange)}
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    clean |= {name: str(home / name.lower()) for name in (*folders, "MPLCONFIGDIR")}
    # Whatever would leave this machine ends at a proxy that is not there.
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https")}
    clean |= nowhere | {"no_proxy": "127.0.0.1"}

    def run(main: str, second: str) -> nbformat.NotebookNode:
        book = nbformat.read(NOTEBOOK, as_version=4)
        book.cells.append(nbformat.v4.new_code_cell(LOOK, id="look"))
        with pytest.MonkeyPatch.context() as patch:
            for name in folders:
                patch.setenv(name, clean[name])
            client = NotebookClient(book, timeout=60, kernel_name="python3")
            client.execute(
                env=clean
                | {
                    "WEIHAI_KG_ENDPOINT": f"{main}/sparql",
                    "WEIHAI_KG_SECOND_ENDPOINT": f"{second}/sparql",
                }
            )
        return book

    return run


@pytest.fixture(scope="module")
def book(
    releases: Path, second: str, run: Any, tmp_path_factory: pytest.TempPathFactory
) -> nbformat.NotebookNode:
    """The notebook with its outputs."""
    log = tmp_path_factory.mktemp("main") / "log"
    with served(log, "--releases", str(releases), "--federation", second) as main:
        return run(main, second)


@pytest.fixture(scope="module")
def found(book: nbformat.NotebookNode) -> dict[str, Any]:
    """The variables that the notebook arrived at."""
    found = ast.literal_eval(shown(book, "look", "text/plain"))
    assert isinstance(found, dict)
    return found


def shown(book: nbformat.NotebookNode, cell: str, media_type: str) -> str:
    """What a cell shows in one form."""
    (outputs,) = [each.outputs for each in book.cells if each.id == cell]
    (text,) = [each.data[media_type] for each in outputs if media_type in each.get("data", {})]
    return str(text)


def test_every_cell_shows_something_and_warns_of_nothing(book: nbformat.NotebookNode) -> None:
    for cell in book.cells:
        if cell.cell_type == "code":
            kinds = {each.output_type for each in cell.outputs}
            assert kinds, cell.id
            assert kinds <= {"execute_result", "display_data"}, (cell.id, cell.outputs)


def test_figures_keep_their_bounds_and_their_words(
    book: nbformat.NotebookNode, found: dict[str, Any], store: ox.Store
) -> None:
    count = """PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>
        SELECT (COUNT(DISTINCT ?figure) AS ?n) { ?figure wkg:valueText ?text ; wkg:value ?value }"""
    (row,) = store.query(count)  # type: ignore[misc]
    assert found["figures"] == int(row["n"].value) > 40
    assert found["jk"][:2] == ["moreThan", "1100余家"]
    assert "1100余家" in found["jk"][2]
    assert found["bounds"] == [1100, True]
    assert found["unquoted"] == []
    assert "72,950,000,000" in shown(book, "figures-table", "text/html")
    assert "&lt;NA&gt;" in shown(book, "figures-table", "text/html")


def test_comparison_rests_on_bounds(book: nbformat.NotebookNode, found: dict[str, Any]) -> None:
    assert found["at_least"] == pytest.approx(1100 / 99)
    assert "more than 11.1 times" in shown(book, "compare-bounds", "text/plain")


def test_computed_totals_come_with_their_interval(found: dict[str, Any]) -> None:
    assert found["wholes"] == {
        "Enterprises (institutions) set up abroad by the whole city": [374, 388],
        "Enterprises of the whole city with actual imports or exports of goods": [5039, 5046],
        "Foreign-invested enterprises of the whole city": [1753, -1],
        "Newly set up foreign-invested enterprises of the whole city": [219, 219],
        "Number of international sister cities of the whole city": [53, 53],
        "Total imports and exports of the whole city": [203_472_000_000, 204_070_000_000],
    }


def test_chart_is_drawn_without_plans(book: nbformat.NotebookNode, found: dict[str, Any]) -> None:
    assert shown(book, "chart-counts", "image/png").startswith("iVBORw0KGgo")
    assert {"obs-traders", "obs-jk-enterprises", "obs-settled"} <= set(found["charted"])
    assert "obs-entries-planned" not in found["charted"]


def test_evidence_leads_from_numbers_to_words(found: dict[str, Any]) -> None:
    evidence = [tuple(each) for each in found["evidence"]]
    assert ("obs-jk-enterprises", "read", "目前在威投资的日韩企业1100余家") in evidence
    share = "目前在威投资的日韩企业1100余家,占全市外资企业总数的62.7%"
    assert ("obs-jk-share-implied-whole", "computed", share) in evidence
    article = (DOCS.parent / "data/articles/weihai-japan-korea/article.txt").read_text("utf-8")
    assert all(words in article for _, _, words in evidence)
    assert found["misplaced"] == []


def test_federated_query_joins_both_endpoints(found: dict[str, Any]) -> None:
    interviews = found["interviews"]
    assert {(city, number) for city, number, _, _ in interviews} == {
        ("Incheon", 3), ("Tokyo", 2), ("Pyeongtaek", 1)
    }  # fmt: skip
    assert all("Example, not a fact" in note for _, _, note, _ in interviews)
    words = {city: words for city, _, _, words in interviews}
    assert words["Pyeongtaek"] == "威海—平泽集装箱班轮航线周班稳定运行"


def test_second_endpoint_that_was_not_allowed_is_named(
    releases: Path, second: str, run: Any, tmp_path: Path
) -> None:
    with (
        served(tmp_path / "log", "--releases", str(releases)) as main,
        pytest.raises(CellExecutionError, match="not allowed") as error,
    ):
        run(main, second)
    assert f"SERVICE <{second}/sparql>" in str(error.value)


def test_notebook_is_stored_without_outputs_and_in_two_languages() -> None:
    book = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        if cell.cell_type == "markdown":
            assert CHINESE.search(cell.source), cell.id
        else:
            assert (cell.outputs, cell.execution_count) == ([], None), cell.id


def test_every_thing_of_the_second_endpoint_says_that_it_is_an_example() -> None:
    statements = list(ox.parse(path=str(SECOND), format=ox.RdfFormat.TURTLE))
    things = {each.subject for each in statements}
    assert things
    for thing in things:
        comments = [
            each.object.value
            for each in statements
            if each.subject == thing and each.predicate == COMMENT
        ]
        assert any(each.startswith("Example, not a fact") for each in comments)
        assert any(each.startswith("示例,不是事实") for each in comments)


def test_index_of_the_documents_lists_guides_and_notebooks() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    links = set(re.findall(r"\]\((?!https?:)([^)#]+)", index))
    assert all((DOCS / link).exists() for link in links)
    things = [*DOCS.glob("guides/*.md"), *DOCS.glob("notebooks/*.ipynb")]
    assert {str(each.relative_to(DOCS)) for each in things} <= links
