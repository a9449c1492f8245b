"""Words to places in an article, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from weihai_kg.sources import article as articles
from weihai_kg.sources.article import Article
from weihai_kg.sources.quotations import Quotation, QuotationError, Words, locate, places

TEXT = "第一行:威海港。\n第二行:仁川港,威海港,𠀀字。\n转载提示:威海港。"
FOOTER = {3: {"zh": "页脚", "en": "footer"}}
ARTICLE = Article("a", "data/articles/a/article.txt", TEXT, excluded=FOOTER)


def test_locate_unique_words_counts_code_points_from_zero() -> None:
    found = locate(ARTICLE, Words("仁川港"))
    assert TEXT[found.start : found.end] == "仁川港"
    assert locate(ARTICLE, Words("字")).start == TEXT.index("字")
    assert found.name == f"a-{found.start}-{found.end}"


def test_locate_repeated_words_is_refused_with_their_lines() -> None:
    with pytest.raises(QuotationError, match=r"stands 2 times .*lines 1, 2"):
        locate(ARTICLE, Words("威海港"))


def test_locate_repeated_words_with_context_is_unique() -> None:
    assert locate(ARTICLE, Words("威海港", prefix="行:")).start == TEXT.index("威海港")
    second = TEXT.index("威海港", 10)
    assert locate(ARTICLE, Words("威海港", suffix=",𠀀")) == Quotation("a", second, second + 3)


def test_locate_words_of_an_excluded_line_is_refused() -> None:
    with pytest.raises(QuotationError, match="not the article's own"):
        locate(ARTICLE, Words("转载提示"))


def test_locate_missing_words_says_what_is_there_instead() -> None:
    with pytest.raises(QuotationError, match=r"the article has “仁川港,威"):
        locate(ARTICLE, Words("仁川港,威海市"))


@pytest.mark.parametrize(("start", "end"), [(5, 8), (5, None), (None, 8), (-3, 0), (99, 102)])
def test_locate_wrong_offset_is_refused(start: int | None, end: int | None) -> None:
    with pytest.raises(QuotationError, match="wrong offset"):
        locate(ARTICLE, Words("威海港", start=start, end=end))


def test_locate_right_offset_chooses_among_repeated_words() -> None:
    first = TEXT.index("威海港")
    assert locate(ARTICLE, Words("威海港", start=first)).start == first


@given(st.text(alphabet="威海港仁川,。\n", min_size=1, max_size=60), st.data())
def test_locate_any_run_with_its_offsets_finds_that_run(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    article = Article("a", "a", text)
    exact = text[start:end]
    assert locate(article, Words(exact, start=start)) == Quotation("a", start, end)
    assume(len(places(article, Words(exact))) == 1)
    assert locate(article, Words(exact)) == Quotation("a", start, end)


def test_read_changed_article_is_a_finding(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data/articles/x"
    folder.mkdir(parents=True)
    for name in ("article.txt", "article.toml"):
        source = project / "data/articles/weihai-japan-korea" / name
        (folder / name).write_bytes(source.read_bytes())
    article, findings = articles.read(folder, tmp_path)
    assert article is not None
    assert not findings
    (folder / "article.txt").write_bytes((folder / "article.txt").read_bytes() + b" ")
    article, findings = articles.read(folder, tmp_path)
    assert article is None
    assert "bytes changed" in findings[0].what
    assert findings[0].file == "data/articles/x/article.txt"
