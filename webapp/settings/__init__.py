"""The settings: what the environment and ``.env`` give, checked all at once."""
