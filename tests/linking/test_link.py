"""`weihai-kg link` as a curator uses it: a real service, its faults, reviews, a killed run."""

from __future__ import annotations

import csv
import json
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from requests_cache import CachedSession

from weihai_kg import __version__

NAMES = ("yeosu", "weihai", "gunsan", "south-korea", "topic-table-tennis", "rongcheng", "hong-kong",
         "incheon-port", "weihai-port", "weihai-airport", "mofcom", "jcea", "macao", "ube", "tokyo",
         "bucheon", "incheon", "pyeongtaek", "izumisano", "dzwww")  # fmt: skip


def rows(file: Path) -> list[dict[str, str]]:
    lines = file.read_text("utf-8").split("\n")
    return list(csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t"))


def asked(service) -> list[str]:
    """Every name that the service was asked for, in their order."""
    queries = [json.loads(each["queries"]) for each in service.requests if "queries" in each]
    return [query["query"] for each in queries for query in each.values()]


@pytest.fixture
def review(tmp_path: Path) -> Path:
    return tmp_path / "review.tsv"


def test_homonym_is_listed_with_what_speaks_against_it(service, run, review: Path) -> None:
    done = run("link", "yeosu", "--service", service.service, "--review", str(review))
    assert done.exit_code == 0, done.stderr
    found = {row["target"].rpartition("/")[2]: row for row in rows(review)}
    right, homonym = found["Q42125"], found["Q58294"]
    assert right["verdict"] == "strong"
    assert right["place"].startswith("1.00 ")
    assert right["country"] == "1.00 South Korea = South Korea"
    assert homonym["verdict"] == "weak"
    assert homonym["name_zh"].startswith("0.97 alias 丽水 : 丽水")
    assert re.match(r"0\.00 10\d\d\.\d km", homonym["place"])
    assert homonym["country"].startswith("0.00 ")
    assert float(homonym["score"]) < 0.5 < 0.9 < float(right["score"])
    assert right["retrieved"] == time.strftime("%Y-%m-%d", time.gmtime())
    for shown in ("Q42125 Yeosu", "strong", "Q58294 Lishui", "name_en 1.00", "1 of them strong"):
        assert shown in done.stdout


def test_only_what_has_no_link_is_asked_for(service, run, review: Path) -> None:
    done = run("link", "--service", service.service, "--review", str(review), "--limit", "3")
    assert done.exit_code == 0, done.stderr
    subjects = {row["subject"] for row in rows(review)}
    assert {"id:rongcheng", "id:weihai-port", "id:mofcom"} <= subjects
    assert not subjects & {"id:weihai", "id:yeosu", "id:topic-table-tennis"}
    assert not [row for row in rows(review) if row["verdict"] == "strong"]
    assert not {"威海", "丽水", "乒乓球"} & set(asked(service))
    assert {each["agent"] for each in service.requests} == {
        f"weihai-kg/{__version__} (https://w3id.org/weihai-kg/)"
    }


def test_killed_run_goes_on_where_it_was(service, command, run, review: Path) -> None:
    arguments = (*NAMES, "--service", service.service, "--review", str(review), "--cache-days", "0")
    line = [sys.executable, "-m", "weihai_kg", *command("link", *arguments)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
    while not review.exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = review.read_text("utf-8")
    before = {row["subject"] for row in rows(review)}
    assert before
    first = len(asked(service))
    done = run("link", *arguments)
    assert done.exit_code == 0, done.stderr
    assert f"20 entities ({len(before)} of them from before)" in done.stdout
    assert review.read_text("utf-8").startswith(kept)
    assert {row["subject"] for row in rows(review)} == {f"id:{name}" for name in NAMES}
    again = set(asked(service)[first:])
    for subject in before:
        labels = {row["subject_label"] for row in rows(review) if row["subject"] == subject}
        assert not labels & again, f"{subject} was asked for twice"


def test_what_was_fetched_is_not_asked_for_again(service, run, tmp_path: Path) -> None:
    for name in ("one.tsv", "two.tsv"):
        where = ("--service", service.service, "--review", str(tmp_path / name))
        done = run("link", "yeosu", "ube", *where)
        assert done.exit_code == 0, done.stderr
        if name == "one.tsv":
            requests = len(service.requests)
    assert len(service.requests) == requests
    assert rows(tmp_path / "one.tsv") == rows(tmp_path / "two.tsv")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with CachedSession(str(tmp_path / "build/cache/link"), backend="sqlite") as cached:
        for key, answer in list(cached.cache.responses.items()):
            answer.created_at = yesterday
            cached.cache.responses[key] = answer
    where = ("--service", service.service, "--review", str(tmp_path / "three.tsv"))
    assert run("link", "yeosu", "ube", *where).exit_code == 0
    days = {row["retrieved"] for row in rows(tmp_path / "three.tsv")}
    assert days == {yesterday.date().isoformat()}  # the day of the answer, not of the run


@pytest.mark.parametrize(
    "plan",
    ["429-2-1", "503-2-0", "500-1-0", "0-1-0"],
    ids=["too many requests", "unavailable", "error", "hangs up"],
)
def test_passing_fault_is_waited_for(service, run, review: Path, plan: str) -> None:
    address = service.faulty(plan)
    done = run("link", "ube", "--service", address, "--review", str(review))
    assert done.exit_code == 0, done.stderr
    assert rows(review)[0]["target"].endswith("/Q468765")
    if plan == "429-2-1":  # Retry-After: 1
        times = [each["time"] for each in service.requests][:3]
        assert all(later - earlier >= 1 for earlier, later in pairwise(times))


def test_slow_answer_is_asked_for_again(service, run, review: Path) -> None:
    address = service.faulty("1-1-0")
    done = run("link", "ube", "--service", address, "--review", str(review), "--timeout", "1")
    assert done.exit_code == 0, done.stderr
    assert rows(review)[0]["verdict"] == "strong"


def test_fault_that_stays_ends_the_run_with_a_reason(service, run, review: Path) -> None:
    where = ("--service", service.faulty("503-99-1"), "--review", str(review))
    done = run("link", "ube", *where)
    assert done.exit_code == 1
    assert "answered 503 Service Unavailable, 5 times: run the command again later" in done.stderr
    assert not review.exists()


def test_fault_in_the_middle_keeps_what_was_found(service, run, review: Path) -> None:
    first = run("link", "ube", "--service", service.service, "--review", str(review))
    assert first.exit_code == 0
    kept = review.read_text("utf-8")
    address = service.address + "/no/such/{lang}/api"
    done = run("link", "ube", "tokyo", "--service", address, "--review", str(review))
    assert done.exit_code == 1
    assert "404" in done.stderr
    assert review.read_text("utf-8") == kept


def test_service_without_data_extension_is_judged_by_names_and_types(
    service, run, review: Path
) -> None:
    where = ("--service", service.address + "/plain/api", "--review", str(review))
    done = run("link", "incheon", "yeosu", *where)
    assert done.exit_code == 0, done.stderr
    best = rows(review)[0]
    assert best["target"] == "https://example.org/Q20934"
    assert (best["verdict"], best["place"], best["type"][:4]) == ("possible", "", "1.00")
    text = review.read_text("utf-8").replace("\tid:incheon\t", "accepted\tid:incheon\t", 1)
    review.write_text(text, "utf-8")
    who = ("--author", "orcid:0000-0002-1825-0097")
    done = run("link", "--accept", str(review), *who)
    assert done.exit_code == 1
    assert "no mapping table holds links to 'https://example.org/Q20934'" in done.stderr
    other = run("link", "ube", "--service", service.service, "--review", str(review))
    assert other.exit_code == 1
    assert "give another one with --review" in other.stderr


def test_no_reconciliation_service_is_said_so(service, run) -> None:
    done = run("link", "ube", "--service", service.api + "?action=none")
    assert done.exit_code == 1
    assert "is not a Reconciliation Service" in done.stderr
    done = run("link", "ube", "--service", service.faulty("2-9-0"))
    assert done.exit_code == 1
    assert "something that is not JSON" in done.stderr


def test_offline_is_said_clearly(run, review: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/api"
        done = run("link", "ube", "--service", address, "--review", str(review))
    assert done.exit_code == 1
    assert "cannot be reached" in done.stderr
    assert "is this machine online?" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "no entity 'nowhere'"),
        (("--accept", "x", "--refresh"), "give one of them"),
        (("--accept", "x", "--author", "me"), "--author 'me'"),
        (("--accept", "x", "--author", "orcid:0000-0002-1825-0098"), "the last one a check"),
    ],
)
def test_wrong_usage(service, run, arguments: tuple[str, ...], message: str) -> None:
    done = run("link", *arguments, "--service", service.service)
    assert done.exit_code == 2
    assert message in done.stderr
