"""The query doctor: says what is likely wrong with a query, before and after it runs."""
