"""Fixtures that more than one folder of tests uses. The engines and the environment come earlier: tests/engines.py."""
