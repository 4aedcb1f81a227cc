"""What a value says about who somebody is (semantics, section 8; D21 a and b)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

import phonenumbers

TITLES = {
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lady", "lord", "rev", "reverend", "hon",
    "capt", "herr", "frau", "fraulein", "mme", "mlle", "madame", "monsieur", "senor", "senora", "srta", "sra", "signor",
    "signora", "dott", "ing", "dipl", "mag", "mevr",
}  # fmt: skip
DEGREES = {"phd", "md", "esq", "cpa", "mba", "bsc", "msc", "csc", "dds", "obe", "mbe", "cbe"}
SUBJECTS = {"med", "dent", "vet", "univ", "jur", "iur", "theol", "oec", "habil", "mult", "hc", "fh"}
PARTICLES = {
    "van", "von", "vom", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "do", "du", "la", "le", "al",
    "el", "bin", "ibn", "ter", "ten", "zu", "zum", "zur", "af", "av", "st", "san", "santa",
}  # fmt: skip
GENERATIONS = {
    "sr": "1", "snr": "1", "senior": "1", "jr": "2", "jnr": "2", "junior": "2", "ii": "2", "iii": "3", "iv": "4",
    "2nd": "2", "3rd": "3", "4th": "4",
}  # fmt: skip
ROLES = {
    "info", "noreply", "no-reply", "donotreply", "do-not-reply", "admin", "sales", "support", "contact", "office",
    "postmaster", "webmaster", "hostmaster", "abuse", "test", "none", "null", "unknown", "na", "hello", "marketing",
    "billing", "accounts", "mailer-daemon", "nobody", "noemail", "no-email", "no_email", "no.reply", "no_reply",
    "do_not_reply", "contacto", "contato", "contatto", "kontakt", "customerservice", "kundenservice", "service",
    "helpdesk", "enquiries", "noc", "security",
}  # fmt: skip
NOWHERE = {"invalid", "localhost", "test", "local", "onion", "arpa"}
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
NOBODY_KNEW = {
    "1582-10-15", "1601-01-01", "1753-01-01", "1858-11-17", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01",
    "1970-01-01",
}  # fmt: skip
DATE_FORMS = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y",
    "%d%m%Y", "%m%d%Y",
]  # fmt: skip


def plain_letters(text: str) -> str:
    """Letters without their accents; a Chinese character has a number, so that no other is a slip of it."""
    text = "".join(f"{one}{ord(one)}" if is_eastern(one) else one for one in text)
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).lower()


def is_eastern(letter: str) -> bool:
    """A Chinese character; the generator draws no other script of East Asia."""
    return "\u3400" <= letter <= "\u9fff"


def name_words(text: str) -> list[str]:
    """Lower-case words of a name without punctuation, titles and degrees; hyphens stay (D21 a)."""
    text = re.sub(r"\bm\.\s", "mr ", plain_letters(text))
    for mark in '.,;/_()"':
        text = text.replace(mark, " ")
    words = ["".join(one for one in word if one.isalnum() or one == "-").strip("-") for word in text.split()]
    words = [word for word in words if word]
    while len(words) > 1 and words[0] in TITLES:
        is_taught = words[0] in ("dr", "prof")
        words = words[1:]
        while is_taught and len(words) > 1 and words[0] in SUBJECTS:
            words = words[1:]
    while len(words) > 1 and words[-1] in DEGREES:
        words = words[:-1]
    return words


def turned_round(text: str) -> str:
    """'Family, Given, rest' as 'Given Family rest' (D21 a)."""
    words = text.split()
    if len(words) == 2 and all(is_eastern(one) for one in "".join(words)):
        return f"{words[1]} {words[0]}"
    parts = [part.strip() for part in text.split(",")]
    last = parts[-1].split()
    if len(parts) == 2 and len(last) > 1 and last[-1].rstrip(".").lower() in GENERATIONS:
        parts = [parts[0], " ".join(last[:-1]), last[-1]]
    if len(parts) == 3 and parts[1].rstrip(".").lower() in GENERATIONS:
        parts = [parts[0], parts[2], parts[1]]
    if len(parts) > 1 and parts[-1].rstrip(".").lower() in {*GENERATIONS, *DEGREES}:
        return f"{turned_round(', '.join(parts[:-1]))} {parts[-1]}"
    return " ".join([*parts[1:2], parts[0], *parts[2:]])


def split_generation(words: list[str], others: int = 2) -> tuple[list[str], str | None]:
    """The words without Jr or III at their end, and which generation that is; only after enough other words."""
    if len(words) > others and words[-1] in GENERATIONS:
        return words[:-1], GENERATIONS[words[-1]]
    return words, None


def joined(words: list[str]) -> str | None:
    return " ".join(words).replace("-", " ").strip() or None


def given_family_generation(full: str, first: str, last: str) -> tuple[str | None, str | None, str | None]:
    """First word given, last word with its particles family; explicit columns win (D21 a).

    Of who is only addressed by the family's name the form of address tells apart what Jr and Sr tell of others.
    """
    words, generation = split_generation(name_words(turned_round(full)))
    address = form_of_address(turned_round(full), words)
    start = len(words) - 1
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    given = joined(split_generation(name_words(first), 1)[0]) or (None if address else joined(words[:1]))
    own, own_generation = split_generation(name_words(last), 1)
    family = joined(own) or (joined(words[start:]) if len(words) >= 2 or address else None)
    return given, family, own_generation or address or generation


def form_of_address(text: str, words: list[str]) -> str | None:
    """Man or woman, where a form of address and one word are all there is."""
    spoken = text.lower().replace(".", " ").split()
    if len(words) != 1 or len(spoken) != 2:
        return None
    return "mr" if spoken[0] in {"mr", "herr"} else "ms" if spoken[0] in {"mrs", "ms", "frau"} else None


def given_and_family(full: str, first: str, last: str) -> tuple[str | None, str | None]:
    """The two parts alone."""
    return given_family_generation(full, first, last)[:2]


def fold_postcode(text: str) -> str | None:
    """Lower case, no spaces."""
    return "".join(text.lower().split()) or None


def fold_city(text: str) -> str | None:
    """Plain letters and digits."""
    return "".join(one for one in plain_letters(text) if one.isalnum()) or None


def fold_address(text: str) -> str | None:
    """Letters and digits of a place that has both, streets spelled the short way."""
    bare = re.sub(r"[^a-z0-9]+", "", plain_letters(text))
    short = {"street": "st", "road": "rd", "avenue": "ave", "drive": "dr", "lane": "ln", "place": "pl", "court": "ct"}
    for word, shorter in short.items():
        bare = bare.replace(word, shorter)
    return bare if re.search(r"\d", bare) and re.search(r"[a-z]{3}", bare) else None


def fold_number(text: str) -> str | None:
    """Letters and digits of a number somebody gave out; None if too short, or one digit over and over."""
    bare = "".join(one for one in text.lower() if one.isalnum())
    is_varied = len(set(bare)) > 1 or bare[:1] not in "0123456789x"
    is_masked = any(mask in text.lower() for mask in ("*", "•", "●", "xxxx"))
    return bare if len(bare) >= 3 and is_varied and not is_masked else None


def read_birth_date(text: str) -> str | None:
    """A date, the day first where that is open; nothing for what systems write when nobody knew."""
    text = re.sub(r"[T ]\d{2}:.*$", "", text.strip())
    text = short_year_in_full(text)
    worded = re.sub(r"[ ,]+", " ", re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text))
    found = [read_as(worded, form) for form in DATE_FORMS]
    found += [read_as(text.replace("-", "/"), form) for form in ("%d/%m/%Y", "%m/%d/%Y")]
    day = next((one for one in found if one), None)
    if day is None:
        return None
    return day.isoformat() if 1500 <= day.year <= 2100 and day.isoformat() not in NOBODY_KNEW else None


def short_year_in_full(text: str) -> str:
    """The year of two figures with its century, from 1930 on; no year where 1 January of 00 says that nobody knew."""
    parts = re.fullmatch(r"(\d\d?)([./-])(\d\d?)([./-])(\d\d)", text)
    if parts is None:
        return text
    day, mark, month, other_mark, year = parts.groups()
    if (int(day), int(month), int(year)) == (1, 1, 0):
        return ""
    return f"{day}{mark}{month}{other_mark}{'19' if int(year) >= 30 else '20'}{year}"


def read_as(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None


def match_email(text: str) -> str | None:
    """The matching form of an address; None if it identifies nobody (D21 b). The generator draws plain ones only."""
    local, at, domain = text.strip().lower().rpartition("@")
    labels = domain.split(".")
    if not at or not LOCAL.fullmatch(local) or len(labels) < 2 or not all(LABEL.fullmatch(one) for one in labels):
        return None
    if "**" in local or local == "*" or local.partition("+")[0] in ROLES or labels[-1] in NOWHERE:
        return None
    return f"{local}@{domain}"


def match_phone(text: str, region: str | None) -> str | None:
    """E.164 of a valid number; None if it identifies nobody (D21 b)."""
    try:
        number = phonenumbers.parse(text.strip(), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or len(set(str(number.national_number))) == 1:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def match_address(text: str) -> str | None:
    """A postal address without differences of case and white space."""
    return " ".join(text.lower().split()) or None
