"""The benchmark runs from end to end and tells what it measured."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PEER = "oxigraph"
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def has(program: str) -> bool:
    return Path(sys.executable).with_name(program).is_file() or shutil.which(program) is not None


def python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, program, *arguments], cwd=BENCHMARKS, capture_output=True, text=True
    )


@pytest.mark.skipif(not has(PEER), reason="oxigraph's program is not installed: --group bench")
def test_a_quick_run_compares_both_servers(releases: Path, tmp_path: Path) -> None:
    done = python(
        "run.py", "--quick", "--seconds", "0.3", "--servers", f"weihai-kg,{PEER}",
        "--triples", "20000", "--releases", str(releases), "--out", str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for title in ("(a)", "(b)", "(c)", "(d)"):
        assert f"## {title}" in done.stdout
    assert done.stdout == (tmp_path / "bench.md").read_text(encoding="utf-8")
    told = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert [each["workload"] for each in told["workloads"]] == ["a", "b", "c"]
    for workload in told["workloads"]:
        assert workload["by_round"][PEER][0] > 0
        for reading in workload["readings"]:
            assert reading["trouble"] == ""
            assert sum(burst["errors"] for burst in reading["bursts"]) == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bench.json", "bench.md"]


def test_the_generated_graph_is_the_same_each_time(tmp_path: Path) -> None:
    program = "from generate import generate; from pathlib import Path; import sys\n"
    program += "print(generate(Path(sys.argv[1]), 5000).bundles)"
    bundles = [python("-c", program, str(tmp_path / name)).stdout for name in ("one", "two")]
    assert bundles[0] == bundles[1] != ""
    one, two = ((tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two
    assert one.count(b"\n") == 5000
