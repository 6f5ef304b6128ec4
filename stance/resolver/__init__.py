"""Who says it: names, roles, pronouns and continuing quotations of an article to one canonical source each."""

from stance.resolver.aliases import Aliases
from stance.resolver.resolution import CONFIDENCE, Resolution
from stance.resolver.resolver import resolve

__all__ = ["CONFIDENCE", "Aliases", "Resolution", "resolve"]
