"""Who says it: names, roles, pronouns and continuing quotations of an article to one canonical source each."""

from stance.resolver.aliases import Aliases
from stance.resolver.resolver import Resolution, resolve

__all__ = ["Aliases", "Resolution", "resolve"]
