"""Some fifty invented people with the duplicates that fifteen years leave behind. Nobody of that name is meant."""

import base64
import urllib.request
import zipfile
from itertools import count
from pathlib import Path

PAIRS = (
    ("Jürgen Müller on the phone, J. Mueller at Google", "Jürgen Müller", "Jürgen Müller"),
    ("The twins Lena and Lisa Vogt on one landline", "Lena Vogt", "Lisa Vogt"),
    ("Father and son: Karl-Heinz Brandt sen. and jun.", "Karl-Heinz Brandt sen.", "Karl-Heinz Brandt jun."),
)

PLAIN = (
    "Amira Haddad", "Bence Kovács", "Chiara Rossi", "Daan de Vries", "Elif Yılmaz", "Fabian Winter", "Gesa Petersen",
    "Hanno Lorenz", "Ines Carvalho", "Jakub Nowak", "Katrin Seidel", "Lars Lindqvist", "Mireille Dupont", "Nils Albers",
    "Oksana Shevchenko", "Paul Ziegler", "Quirin Mayr", "Rosa Jiménez", "Stefan Kuhn", "Tamara Ilić", "Uwe Hartwig",
    "Vera Sommer", "Wiebke Janssen", "Xaver Obermeier", "Yusuf Demir", "Zdeněk Novák", "Anton Böhm", "Birgit Falk",
    "Cem Aydın", "Dorothea Prinz", "Emil Thorsen", "Friederike Noll", "Georg Wimmer", "Heike Paulsen", "Igor Petrović",
    "Jana Dvořáková", "Kai Reuter", "Leonie Graf", "Marek Zieliński", "Nadja Kern",
)  # fmt: skip

TWICE = (
    # (on the phone, at Google, on LinkedIn: company, position)
    ("Jürgen Müller", "J. Mueller", "Nordlicht Energie GmbH", "Leiter Einkauf"),
    ("Josef Huber", "Sepp Huber", "Huber Bau GmbH", "Geschäftsführer"),
    ("Sabine Krüger", "Sabine Krueger", "Stadtwerke Musterstadt", "Referentin"),
    ("Katharina Weiß", "Kathi Weiss", "Atelier Weiß", "Architektin"),
    ("Robert Schön", "Bob Schoen", "Schön & Partner", "Anwalt"),
    ("Aleksandra Wójcik", "Ola Wojcik", "Medianova", "Redakteurin"),
)

MARRIED = ("Julia Becker", "Julia Sanders")


def write(folder: Path, book: str) -> int:
    """Fill the CardDAV book and write the other sources and the config; returns the number of people."""
    for name in ("mail", "state"):
        (folder / name).mkdir(exist_ok=True)
    phone = _phone()
    for number, card in enumerate(phone):
        _put(f"{book}demo-{number:03d}.vcf", card)
    (folder / "google.csv").write_text(_google(), encoding="utf-8")
    (folder / "mail" / "mail.mbox").write_text(_mail(), encoding="utf-8")
    with zipfile.ZipFile(folder / "linkedin.zip", "w") as export:
        export.writestr("Connections.csv", _linkedin())
    (folder / "config.toml").write_text(_config(folder, book), encoding="utf-8")
    (folder / "config.toml").chmod(0o600)
    return len(PLAIN) + len(TWICE) + 1 + len(_family()) + 4


def _mail_of(name: str) -> str:
    plain = name.lower().translate(str.maketrans("äöüßéáíńżćčřěıłşğóâêèçñ", "aousaainzccreilsgoaeecn"))
    return (
        "".join(char if char.isascii() and char.isalnum() else "." for char in plain).strip(".")
        + "@example.org"
    )


def _mobile(number: int) -> str:
    return f"+49 171 39200{number:02d}"


def _card(name: str, *lines: str, uid: str = "") -> str:
    bare, mark = (name[:-5], name[-4:]) if name.endswith((" sen.", " jun.")) else (name, "")
    given, _, family = bare.rpartition(" ")
    head = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{uid or _mail_of(name)}",
        f"FN:{name}",
        f"N:{family};{given};;;{mark}",
    ]
    return "\r\n".join([*head, *lines, "END:VCARD", ""])


def _family() -> tuple[tuple[str, ...], ...]:
    """Twins on one landline, father and son of one name: never one person."""
    return (
        ("Lena Vogt", "TEL;TYPE=HOME:030 23125010", "BDAY:1994-06-01"),
        ("Lisa Vogt", "TEL;TYPE=HOME:030 23125010", "BDAY:1994-06-01", "EMAIL:lisa.vogt@example.org"),
        ("Karl-Heinz Brandt sen.", "TEL;TYPE=HOME:030 23125020", "BDAY:1941-02-11"),
        ("Karl-Heinz Brandt jun.", "TEL;TYPE=HOME:030 23125020", "BDAY:1969-10-30"),
    )


def _phone() -> list[str]:
    numbers = count(1)
    cards = [
        _card(name, f"TEL;TYPE=CELL:{_mobile(next(numbers))}", f"EMAIL;TYPE=HOME:{_mail_of(name)}")
        for name in PLAIN[:32]
    ]
    for place, (name, *_rest) in enumerate(TWICE):
        cards.append(
            _card(
                name,
                f"TEL;TYPE=CELL:0171 39201{place:02d}",
                "item1.X-ABDATE:2011-05-01",
                "item1.X-ABLabel:First met",
            )
        )
    cards += [_card(name, *lines) for name, *lines in _family()]
    cards.append(_card(MARRIED[0], "TEL;TYPE=CELL:+49 171 3920180", "CATEGORIES:Friends"))
    # the same person twice in one book, as phones collect them
    cards.append(
        _card(TWICE[0][0], "TEL;TYPE=CELL:+49 171 3920100", "NOTE:plays the cello", uid="second-card")
    )
    return cards


GOOGLE = "First Name,Middle Name,Last Name,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value"


def _google() -> str:
    rows = [GOOGLE]
    for place, (_, name, *_rest) in enumerate(TWICE):
        given, _, family = name.rpartition(" ")
        mail = _mail_of(TWICE[place][0])
        rows.append(
            f"{given},,{family},19{70 + place}-03-0{place + 1},,* myContacts,Home,{mail},Mobile,+49 171 39201{place:02d}"
        )
    for place, name in enumerate(PLAIN[28:]):
        given, _, family = name.rpartition(" ")
        rows.append(f"{given},,{family},,,* myContacts ::: Sport,Home,{_mail_of(name)},,")
        del place
    given, _, family = MARRIED[1].rpartition(" ")
    rows.append(f"{given},,{family},,,* myContacts,Home,julia.sanders@example.org,Mobile,0171 3920180")
    return "\n".join(rows) + "\n"


def _mail() -> str:
    people = [*((name, _mail_of(name)) for name in PLAIN[:10]), ("Jürgen Müller", _mail_of("Jürgen Müller"))]
    strangers = [("Petra Unbekannt", "petra.unbekannt@example.org"), ("Newsletter", "news@shop.example")]
    mails = []
    for place, (name, address) in enumerate([*people, strangers[0]]):
        for turn in range(2):
            mails.append(
                "From me@example.org Mon Mar  2 10:00:00 2026\nFrom: Anna Demo <me@example.org>\n"
                f"To: =?utf-8?b?{base64.b64encode(name.encode()).decode()}?= <{address}>\n"
                f"Date: Mon, 02 Mar 2026 10:0{turn}:00 +0100\nMessage-ID: <{place}.{turn}@example.org>\nSubject: Hello\n\nHello.\n\n"
            )
    mails.append(
        f"From {strangers[1][1]} Mon Mar  2 10:00:00 2026\nFrom: {strangers[1][0]} <{strangers[1][1]}>\nTo: me@example.org\n"
        "List-Unsubscribe: <https://shop.example/off>\nDate: Mon, 02 Mar 2026 11:00:00 +0100\nMessage-ID: <n@shop.example>\n\nBuy.\n\n"
    )
    return "".join(mails)


def _linkedin() -> str:
    rows = [
        "Notes:",
        '"When exporting your connection data, you may notice that some of the email addresses are missing."',
        "",
    ]
    rows.append("First Name,Last Name,URL,Email Address,Company,Position,Connected On")
    for place, (name, _, company, position) in enumerate(TWICE):
        given, _, family = name.rpartition(" ")
        mail = _mail_of(name) if place % 2 == 0 else ""
        rows.append(
            f"{given},{family},https://www.linkedin.com/in/demo-{place},{mail},{company},{position},05 Mar 2024"
        )
    rows.append(
        "Ottilie,Fernweh,https://www.linkedin.com/in/demo-ottilie,,Reisebüro Fernweh,Inhaberin,11 Nov 2025"
    )
    return "\n".join(rows) + "\n"


def _put(url: str, card: str) -> None:
    request = urllib.request.Request(
        url, card.encode(), {"Content-Type": "text/vcard; charset=utf-8"}, method="PUT"
    )
    urllib.request.urlopen(request, timeout=15).close()


def _config(folder: Path, book: str) -> str:
    return f"""# the demo's configuration: a good start for your own
[store]
path = "{folder}/state/kith.db"

[sync]
region = "DE"

[me]
emails = ["me@example.org"]

[accounts.phone]
connector = "carddav"
mode = "two-way"
url = "{book}"
username = "demo"
password = "demo"

[accounts.google-export]
connector = "csv"
role = "owner"
path = "{folder}/google.csv"

[accounts.mailbox]
connector = "mbox"
path = "{folder}/mail/mail.mbox"

[accounts.linkedin]
connector = "linkedin"
path = "{folder}/linkedin.zip"
"""
