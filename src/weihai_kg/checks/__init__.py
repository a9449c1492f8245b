"""What a release must fulfil, beyond being readable. Each module gives findings."""
