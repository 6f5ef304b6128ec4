"""Labelled and unlabelled text, in and out of files."""
