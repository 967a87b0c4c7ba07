"""A venue's forms: what each asks, and the opportunity that it makes of the answers."""
