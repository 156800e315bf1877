"""News agencies: the names they sign with, and the one name we use for each."""

from __future__ import annotations

import re

AGENCIES = {
    "AAP": "AAP", "AFP": "AFP", "AGENCE FRANCE PRESSE": "AFP", "AGENCE FRANCE-PRESSE": "AFP",
    "ANI": "ANI", "ANSA": "ANSA", "ANTARA": "Antara", "AP": "AP", "AP NEWS": "AP",
    "ASSOCIATED PRESS": "AP", "THE ASSOCIATED PRESS": "AP", "APA": "APA", "BELGA": "Belga",
    "BERNAMA": "Bernama", "BLOOMBERG": "Bloomberg", "BLOOMBERG NEWS": "Bloomberg", "CNA": "CNA",
    "DEUTSCHE PRESSE-AGENTUR": "dpa", "DPA": "dpa", "AGENCIA EFE": "EFE", "EFE": "EFE",
    "EUROPA PRESS": "Europa Press", "IANS": "IANS", "JIJI PRESS": "Jiji Press",
    "KEYSTONE-SDA": "Keystone-SDA", "KYODO": "Kyodo News", "KYODO NEWS": "Kyodo News",
    "LUSA": "Lusa", "NTB": "NTB", "PA": "PA Media", "PA MEDIA": "PA Media", "PAP": "PAP",
    "PRESS TRUST OF INDIA": "PTI", "PTI": "PTI", "REUTERS": "Reuters",
    "THOMSON REUTERS": "Reuters", "RITZAU": "Ritzau", "SDA": "SDA", "SID": "SID", "STT": "STT",
    "TASS": "TASS", "CANADIAN PRESS": "The Canadian Press",
    "THE CANADIAN PRESS": "The Canadian Press", "TT": "TT", "UPI": "UPI", "XINHUA": "Xinhua",
    "YONHAP": "Yonhap",
}  # fmt: skip
AGENCY = "|".join(sorted(map(re.escape, AGENCIES), key=len, reverse=True))
"""A pattern for any of their names, in capitals."""


def agency_of(name: str) -> str:
    """Return the agency of this name, in any case and with its brackets; else ""."""
    return AGENCIES.get(name.strip(" .()-–").upper(), "")
