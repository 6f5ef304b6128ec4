"""Pages for people: articles with their claims, and evaluations, each as one HTML file that needs no network."""

from stance.report.articles import fragment, report
from stance.report.evaluation import evaluation_fragment, evaluation_report

__all__ = ["evaluation_fragment", "evaluation_report", "fragment", "report"]
