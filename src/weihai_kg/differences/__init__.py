"""What is different between two releases: statements by named graph, and answers row by row."""
