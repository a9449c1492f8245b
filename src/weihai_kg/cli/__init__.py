"""The command ``weihai-kg``: one module per command.

Exit codes: 0 done, 1 findings or a failure, 2 wrong usage.
"""

from __future__ import annotations

import click

from weihai_kg import __version__
from weihai_kg.cli.build import build, check
from weihai_kg.cli.cite import cite
from weihai_kg.cli.dump import dump
from weihai_kg.cli.query import query
from weihai_kg.cli.serve import serve


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `weihai-kg build`, then `weihai-kg serve`.",
)
@click.version_option(__version__, prog_name="weihai-kg")
def main() -> None:
    """A knowledge graph that can be checked, at an address that stays up.

    \b
    weihai-kg build                     make a release from ontology/, data/ and queries/
    weihai-kg serve                     serve it at http://127.0.0.1:8000/
    weihai-kg query partner-cities      ask it a saved question
    weihai-kg cite "27对国际友城"        find words in the article, print the block to paste
    """


for command in (build, check, cite, dump, query, serve):
    main.add_command(command)
