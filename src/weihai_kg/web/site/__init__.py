"""The pages of the web site, one module each."""
