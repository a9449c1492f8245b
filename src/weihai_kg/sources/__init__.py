"""Reading what people write: articles, TriG files, mapping tables. Every finding names its line."""
