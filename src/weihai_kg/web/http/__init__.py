"""What any HTTP service needs, without a web framework."""
