"""Making the files of a release: dumps, descriptions, checksums. The same input, the same bytes."""
