"""Topics, styles and varieties as writers named them, put together into the few rows of a table."""

from __future__ import annotations

AREAS = {
    "politics": "politic politics party election elections electoral campaign congress senate house parliament "
    "devolved scotland wales ireland mayoral minister ministers premier presidential president governor governors "
    "vote voter voters voting poll polls debate debates primary caucus caucuses nomination nominations convention "
    "endorsement endorsements un-endorsements ballot recall running surrogates ethics lobbying expenses scandal "
    "impeachment supreme statehouse state turnout fund-raising fund-raisers attack un european europe brexit "
    "civil id identity fact e-mails foundation rallies third editorials temperament national-security advisers "
    "ground allegations fbi crossovers redistricting constitution referendum coalition cabinet abortion government "
    "hearing lobby veterans activism corporate-government",
    "conflict and diplomacy": "conflict war wars peace truce diplomacy diplomatic border sanctions coup nuclear "
    "terrorism terror espionage spy piracy refugees military defence army united iraq foreign talks treaty hostage "
    "insurgency ceasefire missile shoal militia howitzer cease-fires",
    "law and crime": "law crime court courts trial police policing prison prisons fraud drugs extradition inquest "
    "corruption guns gun class appeals murder theft justice judge judges lawsuit smuggling cybercrime kidnapping "
    "patents patent privacy arrest",
    "human rights and migration": "human rights immigration asylum migration migrants protest protests unrest press "
    "religion discrimination crackdown migrant slum detained",
    "economy and labour": "economy economies economic labour labor strike strikes jobs unemployment wage wages "
    "pension pensions interest central currencies currency inflation trade tariff tariffs taxes tax budget budgets "
    "employment outsourcing redundancies benefits farms fisheries farming lockout minimum prices deficits union "
    "unions welfare",
    "business": "business company companies bank banks banking retail retailers supermarkets takeover takeovers "
    "merger mergers antitrust profit airlines airline car cars accounting telecoms broadband start-ups regulators "
    "consumer oil gas energy utilities mining insurance product video housing property cartel regulators'",
    "health": "health hospital hospitals doctors nurses cancer dementia care vaccines vaccine gp medical mental "
    "obesity smoking alcohol diet fertility screening genetics epidemic waiting drug medicine disease surgery "
    "maternity nurse cholera bird",
    "science and climate": "science space climate environment environmental pollution water dams wildlife emissions "
    "conservation research archaeology fossil astronomy nature river aquifer rocket",
    "technology": "technology internet data search mobile software security artificial online cyber computer robots "
    "facial spyware algorithm",
    "sport": "sport football doping governing transfers cricket athletics olympic rugby tennis cycling boxing swimming "
    "transfer sports stadium",
    "culture": "culture film heritage museums museum libraries music art books theatre television literature festival "
    "gallery fashion food",
    "local news": "local council councils councillors city county planning transport schools education universities "
    "child school bus road roads parish community library town university ballpark",
    "disasters and accidents": "disaster disasters accident accidents aviation shipping flood floods earthquake fire "
    "workplace natural storm crash mine collapse ferry wildfire hurricane",
}
"""Area to the words of a topic that speak for it; the first such word of a topic decides."""

STYLES = {
    "wire": "wire agency",
    "broadcaster": "broadcaster",
    "tabloid": "tabloid",
    "local": "local regional",
    "trade": "trade science",
    "online": "online politics liberal conservative site",
    "volunteer news": "volunteer",
    "reports and interviews": "parliamentary court interview speech",
    "opinion": "op-ed opinion editorial column",
    "broadsheet": "broadsheet daily newspaper",
}
"""Style to the words that name it; the first in ``_ORDER`` with such a word takes it."""

_ORDER = (
    "opinion",
    "reports and interviews",
    "volunteer news",
    "tabloid",
    "broadcaster",
    "online",
    "wire",
    "trade",
    "local",
)


def area_of(topic: str | None) -> str:
    """The area of a topic; ``other`` where no word of it is known."""
    for word in (topic or "").lower().replace(",", " ").replace(";", " ").split():
        for area, words in AREAS.items():
            if word in words.split():
                return area
    return "other"


def style_of(style: str | None) -> str:
    """The style in the words of the table; ``other`` for an unknown one."""
    words = (style or "").lower().split()
    for name in (*_ORDER, "broadsheet"):
        if any(word in STYLES[name].split() for word in words):
            return name
    return "other"


def decade_of(date: str | None) -> str:
    """The decade of a date (``2010s``); ``undated`` without one."""
    return f"{date[:3]}0s" if date and date[:4].isdigit() else "undated"
