"""What Schemathesis is told: a SPARQL query is sent as text."""

import schemathesis

schemathesis.serializer.alias("application/sparql-query", "text/plain")
