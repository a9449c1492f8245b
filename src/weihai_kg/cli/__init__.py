"""The command ``weihai-kg``: one module per command.

Exit codes: 0 done, 1 findings or a failure, 2 wrong usage.
"""

from __future__ import annotations

from importlib import import_module

import click

from weihai_kg import __version__

COMMANDS = {
    "build": "build",
    "check": "build",
    "cite": "cite",
    "diff": "diff",
    "dump": "dump",
    "link": "link",
    "query": "query",
    "serve": "serve",
    "why": "why",
}
"""Each command with the module that holds it, which is imported when the command is asked for:
`serve` must not wait for the libraries of `build`."""


class Commands(click.Group):
    """A group that imports a command when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, if there is one."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"weihai_kg.cli.{COMMANDS[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `weihai-kg build`, then `weihai-kg serve`.",
)
@click.version_option(__version__, prog_name="weihai-kg")
def main() -> None:
    """A knowledge graph that can be checked, at an address that stays up.

    \b
    weihai-kg build                        make a release from ontology/, data/ and queries/
    weihai-kg serve                        serve it at http://127.0.0.1:8000/
    weihai-kg query firsts-of-weihai       ask it a saved question
    weihai-kg why 威海 通达 日本             from a statement to the words that made it
    weihai-kg diff OLD NEW                 what changed between two releases
    weihai-kg link                         find candidates for links to Wikidata
    weihai-kg cite "27对国际友城"           find words in the article, print the block to paste
    """
