"""Benchmarks that compare measurements of one run, as ratios."""
