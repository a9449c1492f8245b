"""Things of the graph: asked for, named, written as pages and documents."""
