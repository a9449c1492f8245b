"""A mapping table as a release publishes it: SSSOM/TSV with a whole metadata header.

https://mapping-commons.github.io/sssom/spec-formats-tsv/; what the set says of itself stays, its
version becomes the release's, and its rows are sorted.
"""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import yaml

from weihai_kg.namespaces import Namespaces
from weihai_kg.publish import linkset
from weihai_kg.sources.mappings import MappingSet

# The order in which the SSSOM schema lists the columns that tables here may have.
_COLUMNS = (
    "subject_id", "subject_label", "subject_category", "predicate_id", "predicate_label",
    "predicate_modifier", "object_id", "object_label", "object_category", "mapping_justification",
    "author_id", "author_label", "reviewer_id", "reviewer_label", "creator_id", "creator_label",
    "license", "subject_type", "subject_source", "subject_source_version", "object_type",
    "object_source", "object_source_version", "mapping_provider", "mapping_source",
    "mapping_cardinality", "mapping_tool", "mapping_tool_id", "mapping_tool_version",
    "mapping_date", "publication_date", "confidence", "curation_rule", "curation_rule_text",
    "subject_match_field", "object_match_field", "match_string", "subject_preprocessing",
    "object_preprocessing", "similarity_score", "similarity_measure", "see_also",
    "issue_tracker_item", "other", "comment",
)  # fmt: skip


def write(
    mapping_set: MappingSet, version: str, published: datetime.date, ns: Namespaces, license: str
) -> str:
    """The table of a mapping set, with the release's version and day of publication."""
    header: dict[str, Any] = {"mapping_set_id": str(linkset.iri(mapping_set, ns))}
    header |= {key: value for key, value in mapping_set.metadata.items() if key != "curie_map"}
    header.setdefault("license", license)
    header["mapping_set_version"] = version
    header["publication_date"] = published.isoformat()
    header["curie_map"] = dict(sorted(mapping_set.metadata["curie_map"].items()))
    metadata = yaml.safe_dump(header, allow_unicode=True, sort_keys=False, width=10_000)
    text = io.StringIO()
    text.writelines(f"#{line}\n" for line in metadata.splitlines())
    used = {column for mapping in mapping_set.mappings for column, _ in mapping.row}
    columns = [each for each in _COLUMNS if each in used]
    columns += sorted(used - set(_COLUMNS))
    writer = csv.DictWriter(text, columns, delimiter="\t", lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(dict(mapping.row) for mapping in mapping_set.mappings)
    return text.getvalue()
