"""The pages: a route and what it shows, a module for each."""
