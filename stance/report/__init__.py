"""Pages for people: articles with their claims, and evaluations, each as one HTML file that needs no network."""

from stance.report.articles import fragment, report

__all__ = ["fragment", "report"]
