"""The articles in a release: each text as it was given, for the page that shows it as evidence.

The text is in no dump and no download: it stays its publisher's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from weihai_kg.release import ARTICLES, article_file
from weihai_kg.sources.article import Article


def write(folder: Path, articles: Mapping[str, Article]) -> None:
    """Write the text of each article into ``folder``, and ``articles.json`` about all of them."""
    about = {}
    for slug, article in sorted(articles.items()):
        content = article.text.encode()
        (folder / article_file(slug)).write_bytes(content)
        about[slug] = {
            "language": article.language,
            "sha256": hashlib.sha256(content).hexdigest(),
            "excluded": {str(line): reason for line, reason in sorted(article.excluded.items())},
        }
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    (folder / ARTICLES).write_text(text, encoding="utf-8")
