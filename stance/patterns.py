"""Every regular expression over news text, in one place, each linear in the length of what it reads."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[\"“”‘’—–:;?!$£€%]")
"""A word with its apostrophe, or a mark that tells something about a claim."""

WORD_OR_PAUSE = re.compile(WORD.pattern + r"|[,.()]")
"""The same, or a mark where the sentence pauses or ends: "said ," and "to end ." tell how its parts hang together."""

# --- sentences: paragraphs, and what on a page is not prose

LINE = re.compile(r"[^\r\n]+")
"""A line; a newline of any kind ends a paragraph."""

_NOTICE = r"(?:Advertisement|ADVERTISEMENT|\[Advertisement\])(?!\S)"
ADVERTISEMENT = re.compile(rf"(?<!\S){_NOTICE}(?:\s+{_NOTICE})*+")
"""The word that a page leaves where an advertisement stood, once or several times."""

OPENS = re.compile(r"(?<!\s)\s++[\"“‘(\[]?[A-Z\d]")
"""What follows opens a sentence: ``Advertisement The minister``, but not ``Advertisement revenue fell``."""

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2})?\s?(?:[ap]\.?m\.?|[AP]\.?M\.?)?\s?(?:GMT|UTC|BST|EST|EDT|ET|PT|CET|IST|AEST)?"
_DAY = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}|(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH}(?: \d{{1,2}})?,? \d{{4}})"
DATE_LINE = re.compile(
    rf"^\s*+(?:date|Date|Published|Updated|Posted|Last updated)?:?\s*+(?:on )?(?:{_WEEKDAY},? )?{_DAY}"
    rf"(?:,?\s?(?:at )?{_CLOCK})?\s*$"
)
"""A line that holds a date and nothing else."""

DATE_OPENING = re.compile(rf"^\s*+(?:date|Date|Published|Updated|Posted):?\s++{_DAY}(?=\s)")
"""A date label glued before other text."""

CREDIT_LINE = re.compile(
    r"^\s*+[(\[]?(?:(?:File )?(?:Photo|Photograph|Picture|Image|Illustration|Video|Graphic)s?(?: credit)?(?:\s?:| by | courtesy )"
    r"|(?:Photo|Image|Picture) (?:courtesy|credit)|Credit:|Getty Images|AFP via |License Photo|File:|Image source,)"
)
"""A photo credit at the start of a line."""

CREDIT_INSIDE = re.compile(
    r"(?<=[.!?\"”)])\s+(?:File )?(?:Photo(?:graph)?|Image|Picture|Illustration)s? (?:by|courtesy(?: of)?|credit:?) [^.]{2,80}$"
    r"|[|/] ?(?:License Photo|Getty Images|AFP|EPA|Reuters)\s*$"
)
"""A photo credit that ends the caption before it."""

NOTICE_LINE = re.compile(
    r"^\s*+(?:\[?(?:Advertisement|ADVERTISEMENT)\]?\s*$|(?:Read (?:more|also|next)|Related|See also|More from|Watch|Listen|Also read)\s?:"
    r"|Share this (?:article|story|page)|Click here\b|Sign up (?:for|to) (?:our|the) \w{0,20} ?newsletter"
    r"|Subscribe (?:now|to our)|(?:Copyright )?©|All rights reserved|(?:We|This (?:web)?site) uses? cookies|Follow us on"
    r"|Skip to (?:main )?content|Story continues below|Continue reading|Article continues below|Most read\b|Comments? \(\d+\)|Loading\.{3})"
)
"""A line that speaks to the visitor of the page, not to the reader of the article."""

# --- sentences: repairs of the splitter

CONTINUES = re.compile(r"^[\"”’')\]]*+\s*+(?:[—–-]{1,3}\s+)?[a-z]")
"""A piece that begins in lower case, or with a dash before it, goes on with the sentence before it."""

RANK_END = re.compile(
    r"(?:^|[\s(\"“‘'])(?:Maj|Lt|Col|Gen|Capt|Cmdr|Sgt|Cpl|Pfc|Spc|Adm|Brig|Amb|Sen|Rep|Gov|Rev|Hon|Dr|Mr|Mrs|Ms|Prof|St|Supt|Insp|Det|Sens|Reps|Gens|Messrs|Fr|Sr|No|Nos|Art|Sec)\.$"
)
"""A piece that ends in a title or rank before a name."""

LONE_NUMBER = re.compile(r"^\(?\d{1,2}[.)]$")
"""A piece that is nothing but the number of an item: ``2.`` in a list."""

LONE_MARK = re.compile(r"^[\"“”‘’'»)\]]+$")
"""A piece that is nothing but closing marks."""

_STARTER = (
    r"(?:And|But|Or|So|Yet|The|This|That|These|Those|There|They|He|She|It|Its|His|Her|Their|We|Our|I|You|My|A|An|Both|All|Some"
    r"|Many|Most|Few|Each|No|Not|None|One|Two|Three|Other|Another|If|When|While|As|After|Before|Since|Until|Because|Although"
    r"|Though|However|Meanwhile|Instead|Even|Just|In|On|At|By|For|From|With|To|Under|What|Who|Why|How|Where|Now|Then|Later"
    r"|Asked|Speaking|Police|Officials|Critics)\b"
)
_TIME_ZONE = (
    r"(?:[A-Z]{1,4}T|UTC|Eastern|Central|Mountain|Pacific|Greenwich|Local|[A-Z]\w{0,20} [Tt]ime"
    rf"|{_WEEKDAY}s?|{_MONTH}|Today|Tonight|Tomorrow)\b"
)
ABBREVIATION_ENDS = re.compile(
    r"(?:(?<=[\s,-])(?:Inc|Corp|Co|Ltd|Bros|Jr|Sr|U\.S|U\.K|U\.N|D\.C|N\.Y|[ap]\.m|No|etc|Ph\.D|M\.D|Calif|Conn|Ariz|Colo|Fla|Ill|Ind"
    rf"|Kan|La|Ky|Mass|Md|Me|Mich|Minn|Miss|Mo|Mont|N\.C|N\.H|N\.J|Neb|Nev|Okla|Ore|Pa|R\.I|S\.C|Tenn|Tex|Va|Vt|Wash|Wis|Wyo)"
    rf"\.[\"”’)]*(?=\s+[\"“‘']?{_STARTER})"
    rf"|(?<=[\s\d])[ap]\.m\.[\"”’)]*(?=\s+[\"“‘']?(?!{_TIME_ZONE})[A-Z])"
    r"|(?<=\s)no\.[\"”’)]*(?=\s+[\"“‘']?[A-Z]))(\s+)"
)
"""An abbreviation, a time of day or a "no" that also ends its sentence: what follows opens one (``Racine, Wis. And``)."""

STARTS = re.compile(rf"[\"“‘']?{_STARTER}")
"""A word that opens a sentence and no name."""

CUE_AFTER_QUOTE = re.compile(
    r"^(?:[A-Z][\w.’'-]{0,30},? |\d{1,2}, |(?:of|the|de|la|du|da|di|dos|van|von|den|der|al|el|bin|ibn|and|for) ){1,8}"
    r"(?:(?:of|for|at|from) (?:[\w’'-]{1,30} ){1,4})?"
    r"(?:said|says|asked|asks|told|tells|added|adds|replied|wrote|writes|shouted|cried|joked|wondered|demanded|warned|tweeted|posted)\b"
    r"(?! (?:that|there|it|its|he|his|she|her|they|their|we|our|I|this|no|nothing|so)\b)"
)
"""Who asked or shouted the quotation before (``"Will you stay?" Moreau asked.``), and nothing else that they said."""

QUESTION_QUOTED = re.compile(r"[?!][\"”’']+$")
"""A quotation that ends in a question or exclamation mark."""

# --- labels, and how names and spans are compared

LABEL_MARK = re.compile(r"[,;/+&\n]")
"""What people write between the labels of one cell, where a bar belongs."""

NAME_WORD = re.compile(r"[^\W_]+")
"""A word of a name: letters and digits of any script."""

WORD_OR_MARK = re.compile(r"[^\W_]+|[^\w\s]|_")
"""A word or a single mark: what overlaps of spans are counted in."""

# --- names and quotations

_ACCENT = r"[\u0300-\u036f]"
TOKEN = re.compile(rf"(?:\[[^\W\d_]\])?[^\W_]+(?:[.'’&/-][^\W_]+|{_ACCENT}[^\W_]*)*[.]?|[^\w\s]|_")
"""A word with what is glued inside it and a full stop after it (``[T]he`` is one), or a mark."""

_HIDDEN = r"\u00ad\u200b\u2060\ufeff"  # soft hyphen, and what takes no room
TYPOGRAPHY = re.compile(
    rf"[^\S ]\s*+| \s++|(?<![{_HIDDEN}])[{_HIDDEN}]++(?=[^\s{_HIDDEN}])|(?<=[^\s{_HIDDEN}])[{_HIDDEN}]++"
    rf"|[\u2010\u2011]|[\ufb00-\ufb06]|[^\W_]{_ACCENT}++"
)
"""What a keyboard writes otherwise: white space that is not one space, hidden characters beside others, other hyphens,
glued letters (``ﬁ``), an accent that is a character of its own."""

DATELINE = re.compile(
    r"^\s*+[A-Z][A-Z.’'-]++(?:[ ,]++[A-Z][\w.’'-]*+|[ ,]++\d{1,2}|[ ]*+\([^()]{1,40}\)){0,8}+[ ]*+(?:—|–|―|--|-)\s"
)
"""The place and day that an agency's report begins with: ``ACCRA, Oct 9 (Reuters) -``."""

TURN_LABEL = re.compile(r"^\s*+(?:\(\(([^()]{1,30})\)\)\s*+:?|([A-Z][\w.’'-]*+(?: [A-Z][\w.’'-]*+){0,3}+):)\s*+(?=\S)")
"""The label before a turn of an interview: ``Q:``, ``Ann Poole:``, ``((WN))``."""

INTERVIEW = re.compile(
    r"\b(?:[Ii]nterview(?:s|ed|er|ing)?|(?:spoke|talked|talks|speaks|sat down|caught up|chatted|chats) (?:with|to)"
    r"|discuss(?:es|ed)|question(?:s|ed)|Q&A)\b"
)
"""Words that tell that an interview follows."""

TITLE_PART = re.compile(r"(?<!\s)\s*+[|:–—]\s|(?<!\s)\s++-\s|, by ")
"""What parts a title from the name of its author."""

BYLINE = re.compile(r"^\s*+(?:[Oo]pinion |[Cc]omment )?(?:By|by|BY) ([^,|]{3,50})(?:[,|].{0,80})?$")
"""A line that tells nothing but who wrote the article: ``By Ann Poole, political editor``."""

SIGNED = re.compile(r"^\s*+[—–-]{1,2}\s*+")
"""The dash before the name of whoever is quoted."""

POSSESSIVE = re.compile(r"['’]s?$|['’]$")
"""The end of a possessive: ``Brandt's``; the apostrophe of ``Lines'`` is a token of its own."""

ACRONYM = re.compile(r"^[A-Z](?:[A-Z&]|[a-z](?=[A-Z])){1,7}s?$|^(?:[A-Z]\.){2,6}$")
"""``IDF``, ``U.N.``, ``MoD``."""

QUOTE_MARK = re.compile(r"[\"“”„«»]|''|``")
"""A quotation mark; a single one is too like an apostrophe to count."""

ACCORDING = re.compile(r"\b[Aa]ccording to (?:[\w’'.-]{1,30} ){0,4}$")
"""What leads to a source at the end of a text."""

BRACKETED = re.compile(r"\([^()]{0,40}\)")
"""A short note in brackets behind a name: ``(R-Ohio)``."""

# --- reported speech without a tagger

REPORTS = re.compile(
    r"\b(?:said|says|say|told|tells|added|adds|announced|claimed|claims|argued|argues|warned|warns|stated|states|insisted"
    r"|insists|accused|accuses|alleged|alleges|denied|denies|believes|believe|believed|hopes|hoped|wrote|writes|replied"
    r"|explained|explains|acknowledged|conceded|noted|suggested|suggests|reported|reports|declared|vowed|promised|pledged"
    r"|responded|confirmed|contended|criticised|criticized|blamed|blames|urged|[Aa]ccording to)\b"
)
"""A verb of saying in a form that reports, or ``according to``."""

CLAUSE_END = re.compile(r"[,;:—–\"“”]")
"""Where the words for a source can end."""

WANTS = re.compile(
    r"\b(?:want(?:s|ed|ing)?|hop(?:e|es|ed|ing)|wish(?:es|ed)?|expect(?:s|ed|ing)?|prefer(?:s|red)?|need(?:s|ed)?|would like)"
    r" (?:that )?(?:(?:the|an?|its|his|her|their|our|my) )?(?:[\w’'-]{1,30} ){0,2}$"
)
"""What leads to somebody who is wanted to act at the end of a text: ``They want the old``."""

YOU_AIM = re.compile(r"\b[Yy]ou (?:want|plan|hope|intend|aim|wish|expect|going)\b")
"""An aim of whoever is spoken to."""

# --- pages

HTML = re.compile(
    r"</?(?:p|br|div|span|a|b|i|em|strong|h[1-6]|ul|ol|li|img|blockquote|figure|figcaption|table|t[rdh])\b[^<>]{0,300}>"
    r"|&(?:quot|amp|lt|gt|nbsp|apos|[lr][sd]quo|[mn]dash|hellip|#\d{2,6}|#x[\da-f]{2,5});",
    re.IGNORECASE,
)
"""A tag or an entity, which a page shows as something else."""

# --- spans

OPEN_END = re.compile(r"(?:^|\s)(?:the|an?|its|his|her|their|our|my|your|this|that|these|those|of|for)$", re.IGNORECASE)
"""A phrase that cannot end here: its noun is still to come."""

DANGLING = re.compile(
    r"(?<=[^\s,;:])[\s,;:]++"
    r"(?:from|to|at|in|on|by|with|into|until|because|and|or|as|is|are|was|were|be|has|have|had|would|should)?$",
    re.IGNORECASE,
)
"""A last word that belongs to what comes after the phrase, and a comma before it or at the end."""

NEXT_WORD = re.compile(
    r"\s(?!(?:of|for|to|from|with|by|in|on|at|as|into|over|through|before|after|and|or|while)\b)[\w’'-]+"
)
"""The word after a phrase that it may need: none of those that begin another: ``accused her of theft``."""

HYPHENATED = re.compile(r"(?<![^\W_])(?:[^\W_]{1,20}-){1,2}$")
"""The part of a word before its last hyphen: ``al-``."""

HYPHEN_ENDS = re.compile(r"(?:-[^\W_]{1,20}){1,3}(?![^\W_])")
"""The part of a word from a hyphen on: ``-gathering``."""

ARTICLE = re.compile(r"(?:the|an?)\s+(?=\S)", re.IGNORECASE)
"""A leading article, which names are given without."""
