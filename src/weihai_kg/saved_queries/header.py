"""The header of a saved query: ``#+`` lines at the top of the file, together one YAML document.

The form is grlc's (https://github.com/CLARIAH/grlc), the keys are our own and fixed: an unknown one
is an error. What is wrong is told as findings with file and line, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any

import yaml

from weihai_kg.engine.request import Form
from weihai_kg.errors import Finding
from weihai_kg.saved_queries import consistency
from weihai_kg.saved_queries.parameters import (
    NUMBERS,
    OWN,
    Parameter,
    Type,
)
from weihai_kg.saved_queries.saved_query import (
    GROUPS,
    Expectation,
    SavedQuery,
    View,
    header_lines,
)

KEYS = {
    "title", "description", "group", "tags", "parameters", "view", "expect", "answers", "note",
    "remote",
}  # fmt: skip
PARAMETER_KEYS = {
    "type", "class", "default", "required", "minimum", "maximum", "choices", "label",
}  # fmt: skip
_LANGUAGES = {"zh", "en"}
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[a-z][A-Za-z0-9]*")
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_ENDPOINT = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_PREFIX = re.compile(r"^\s*PREFIX\s+([A-Za-z][\w-]*)?:\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)


def parse(text: str, file: str) -> tuple[SavedQuery | None, list[Finding]]:
    """The saved query of a file, and what is wrong with it; None when anything is."""
    reader = _Reader(text, file)
    query = reader.read()
    return (None, sorted(set(reader.findings))) if reader.findings else (query, [])


def parse_all(files: Mapping[str, str]) -> tuple[list[SavedQuery], list[Finding]]:
    """The saved queries of many files (name of the file to its text), sorted by name."""
    queries, findings = [], []
    for file, text in sorted(files.items()):
        query, found = parse(text, file)
        findings += found
        if query:
            queries.append(query)
    return sorted(queries, key=lambda each: each.name), findings


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.findings: list[Finding] = []
        self.lines: dict[tuple[str, ...], int] = {}
        self.prefixes = {prefix or "": iri for prefix, iri in _PREFIX.findall(text)}

    def wrong(self, what: str, todo: str, *path: str) -> None:
        """Note a finding at the line of a key, or of the nearest key above it."""
        while path and path not in self.lines:
            path = path[:-1]
        self.findings.append(Finding(self.file, self.lines.get(path, 1), what, todo))

    def read(self) -> SavedQuery | None:
        name = PurePosixPath(self.file).stem
        if not _NAME.fullmatch(name):
            self.wrong(f"file name {name!r}", "use lower-case-kebab: it becomes the address")
        data = self._yaml()
        if data is None:
            return None
        self._keys(data, KEYS)
        form = self._form()
        group = self._one_of(data, "group", list(GROUPS))
        view = self._one_of(data, "view", [each.value for each in View]) or "table"
        expect = self._one_of(data, "expect", [each.value for each in Expectation]) or "rows"
        query = SavedQuery(
            name=name,
            file=self.file,
            text=self.text,
            form=form,
            title=self._bilingual(data, "title"),
            description=self._bilingual(data, "description"),
            group=group or "",
            tags=self._names(data, "tags", _TAG),
            view=View(view),
            expect=Expectation(expect),
            parameters=tuple(self._parameters(data.get("parameters"))),
            answers=self._names(data, "answers", _TAG),
            remote=self._names(data, "remote", _ENDPOINT),
            note=self._bilingual(data, "note") if "note" in data else None,
            prefixes=self.prefixes,
        )
        top = len(header_lines(self.text))
        for number, line in enumerate(self.text.splitlines(), 1):
            if line.startswith("#+") and number > top:
                todo = "move it up, or drop the + of a comment"
                what = "a header line below the header"
                self.findings.append(Finding(self.file, number, what, todo))
        for problem in consistency.check(query):
            self.wrong(problem.what, problem.todo, *problem.path)
        return query

    def _yaml(self) -> dict[str, Any] | None:
        header = [line[2:].strip("\r\n").removeprefix(" ") for line in header_lines(self.text)]
        if not header:
            self.wrong("no header", "begin the file with `#+ title: {zh: …, en: …}`")
            return None
        source = "\n".join(header)
        try:
            node = yaml.compose(source, Loader=yaml.SafeLoader)
            data = yaml.safe_load(source)
        except RecursionError:
            self.wrong("the header nests too deep", "write it as the other queries do")
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            at = int(mark.line) + 1 if mark else 1
            what = f"the header is not YAML: {getattr(error, 'problem', error)}"
            self.findings.append(Finding(self.file, at, what, "quote values that hold : or #"))
            return None
        if not isinstance(data, dict) or node is None:
            self.wrong("the header is not a mapping", "write `key: value` lines")
            return None
        self._mark(node, ())
        return data

    def _mark(self, node: yaml.Node, path: tuple[str, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                here = (*path, str(key.value))
                if here in self.lines:
                    line = key.start_mark.line + 1
                    what = f"key {key.value!r} is there twice"
                    self.findings.append(Finding(self.file, line, what, "keep one of the two"))
                self.lines[here] = key.start_mark.line + 1
                self._mark(value, here)

    def _keys(self, data: Mapping[str, Any], known: set[str], *path: str) -> None:
        for key in data:
            if key not in known:
                todo = f"use one of {', '.join(sorted(known))}"
                self.wrong(f"unknown key {key!r}", todo, *path, str(key))

    def _bilingual(self, data: Mapping[str, Any], key: str, *path: str) -> dict[str, str]:
        given = data.get(key)
        if (
            not isinstance(given, dict)
            or set(given) != _LANGUAGES
            or not all(isinstance(text, str) and text.strip() for text in given.values())
        ):
            self.wrong(f"{key} is not in both languages", "give zh: … and en: …", *path, key)
            return dict.fromkeys(_LANGUAGES, "")
        return {language: str(given[language]) for language in sorted(given)}

    def _one_of(self, data: Mapping[str, Any], key: str, known: list[str]) -> str | None:
        given = data.get(key)
        if given not in known:
            self.wrong(f"{key} {given!r} is not known", f"use one of {', '.join(known)}", key)
            return None
        return str(given)

    def _names(
        self, data: Mapping[str, Any], key: str, pattern: re.Pattern[str]
    ) -> tuple[str, ...]:
        given = data.get(key, [])
        if not isinstance(given, list) or not all(
            isinstance(each, str) and pattern.fullmatch(each) for each in given
        ):
            self.wrong(f"{key} is not a list of names", f"write {key}: [one, two]", key)
            return ()
        return tuple(given)

    def _form(self) -> Form:
        word = re.match(r"\w+", consistency.after_prologue(self.text))
        try:
            return Form((word[0] if word else "").upper())
        except ValueError:
            self.wrong("not a query", "write SELECT, ASK, CONSTRUCT or DESCRIBE after the prefixes")
            return Form.SELECT

    def _parameters(self, given: object) -> Iterator[Parameter]:
        if given is None:
            return
        if not isinstance(given, dict):
            self.wrong("parameters is not a mapping", "write `name: {type: …}`", "parameters")
            return
        for name, spec in given.items():
            path = ("parameters", str(name))
            if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
                self.wrong(f"parameter {name!r}", "name it as a variable, such as minYear", *path)
            elif name in OWN:
                todo = f"choose another name; the pages' own are {', '.join(OWN)}"
                self.wrong(f"parameter {name}: the page has one of this name", todo, *path)
            elif not isinstance(spec, dict):
                self.wrong(f"parameter {name} is not a mapping", "write {type: …}", *path)
            else:
                self._keys(spec, PARAMETER_KEYS, *path)
                parameter = self._parameter(name, spec, path)
                if parameter:
                    yield parameter

    def _parameter(
        self, name: str, spec: Mapping[str, Any], path: tuple[str, ...]
    ) -> Parameter | None:
        try:
            type_ = Type(spec.get("type", ""))
        except ValueError:
            self.wrong(f"type {spec.get('type')!r} of {name} is not known",
                       f"use one of {', '.join(Type)}", *path, "type")  # fmt: skip
            return None
        if ("minimum" in spec or "maximum" in spec) and type_ not in NUMBERS:
            todo = f"use them with {', '.join(sorted(NUMBERS))} only"
            self.wrong(f"minimum or maximum of {name}, which is no number", todo, *path)
        if "class" in spec and type_ is not Type.IRI:
            self.wrong(f"class of {name}, which is no iri", "drop it", *path, "class")
        if not isinstance(spec.get("required", False), bool):
            self.wrong(f"required of {name}", "write true or false", *path, "required")
        choices, choices_query = self._choices(name, spec.get("choices", []), path)
        default = spec.get("default")
        return Parameter(
            name=name,
            type=type_,
            label=self._bilingual(spec, "label", *path),
            default=None if default is None else str(default),
            required=spec.get("required") is True,
            class_=self._class(name, spec.get("class"), path),
            minimum=self._bound(name, spec, "minimum", path),
            maximum=self._bound(name, spec, "maximum", path),
            choices=choices,
            choices_query=choices_query,
        )

    def _class(self, name: str, given: object, path: tuple[str, ...]) -> str | None:
        if given is None:
            return None
        prefix, _, local = str(given).partition(":")
        if prefix not in self.prefixes:
            todo = f"declare PREFIX {prefix}: in the file"
            self.wrong(f"class {given!r} of {name} has no known prefix", todo, *path, "class")
            return None
        return f"{self.prefixes[prefix]}{local}"

    def _bound(
        self, name: str, spec: Mapping[str, Any], key: str, path: tuple[str, ...]
    ) -> Decimal | None:
        if key not in spec:
            return None
        try:
            bound = Decimal(str(spec[key]))
        except InvalidOperation:
            bound = Decimal("NaN")
        if bound.is_finite():
            return bound
        self.wrong(f"{key} of {name} is no number", "give a number", *path, key)
        return None

    def _choices(
        self, name: str, given: object, path: tuple[str, ...]
    ) -> tuple[tuple[str, ...], str | None]:
        if isinstance(given, dict) and set(given) == {"query"} and isinstance(given["query"], str):
            return (), str(given["query"])
        if isinstance(given, list) and all(isinstance(each, (str, int, float)) for each in given):
            return tuple(str(each) for each in given), None
        self.wrong(f"choices of {name}", "give a list, or {query: SELECT …}", *path, "choices")
        return (), None
