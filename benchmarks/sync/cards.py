"""Invented address books: as many different people as wanted, with or without a picture."""

import base64
import random
from collections.abc import Iterator

_GIVEN = (
    "Ada Anton Bela Berit Carl Clara David Dora Edgar Elif Emil Enno Fatma Felix Frida Gerd Greta Hanna Hugo Ida Ines"
    " Ivan Jana Jonas Jule Kaan Karla Kira Lars Lea Levin Lotte Mara Marek Mila Nele Nils Nora Olaf Olga Paul Pia Quirin"
    " Rahel Rosa Ruben Samir Selma Sven Tamar Thea Tilo Ulla Uwe Vera Viktor Wanda Wim Yara Zoe"
)
_FRONT = (
    "Acker Birken Buchen Dorn Eichen Erlen Falken Garten Hagen Hasel Heide Hohen Kirsch Klee Linden Lindt Moor Nord Ost"
    " Reben Rosen Schil Sommer Stein Tannen Ufer Wald Weiden Wester Winter"
)
_BACK = (
    "bach berg brunner busch dorf eck feld furt garten grund hauser heimer hof hold holz hus kamp land leben mann meier"
    " miller moser quist rath reuter ried schmied stedt stein strom thal wald weg werder wick winkler"
)
GIVEN, FRONT, BACK = _GIVEN.split(), _FRONT.split(), _BACK.split()
TOWNS = ("Rostock", "Passau", "Emden", "Jena", "Fulda", "Bremen", "Trier", "Celle")
TRADES = ("Optik", "Gartenbau", "Verlag", "Logistik", "Holzbau", "Feinkost", "Werft", "Druckerei")
PICTURE_BYTES = 20_000


def name(number: int) -> str:
    """The file name of a card."""
    return f"person-{number:05d}.vcf"


def card(number: int, picture: bool, note: str = "") -> bytes:
    """The vCard 3.0 of one person: two addresses, two numbers, a place, a company, a birthday, perhaps a picture."""
    chance = random.Random(number)
    families = len(FRONT) * len(BACK)
    given = GIVEN[number // families % len(GIVEN)] if number >= families else chance.choice(GIVEN)
    place = number * 7919 % families
    family = FRONT[place % len(FRONT)] + BACK[place // len(FRONT)]
    address = f"{given}.{family}.{number}".lower()
    town = chance.choice(TOWNS)
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//Example Corp.//Contacts 1.0//EN",
        f"UID:5e1f0c6a-7b1d-4c02-9a77-{number:012d}",
        f"N:{family};{given};;;",
        f"FN:{given} {family}",
        f"ORG:{chance.choice(TRADES)} {town} {number % 97};Einkauf",
        f"EMAIL;TYPE=INTERNET,HOME:{address}@example.org",
        f"EMAIL;TYPE=INTERNET,WORK:{address}@company-{number % 97}.example",
        f"TEL;TYPE=CELL:+49 171 {39200000 + number}",
        f"TEL;TYPE=HOME:+49 30 {23125000 + number}",
        f"ADR;TYPE=HOME:;;Uferweg {number % 180 + 1};{town};;{10000 + number};Deutschland",
        f"BDAY:{1940 + number % 60}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        f"NOTE:{note or 'Kennt den Weg zum Leuchtturm.'}",
    ]
    if picture:
        lines += _picture(chance)
    return "\r\n".join([*lines, "END:VCARD", ""]).encode()


def _picture(chance: random.Random) -> Iterator[str]:
    """Noise that begins like a JPEG, so that it neither compresses nor repeats."""
    data = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + chance.randbytes(PICTURE_BYTES - 13) + b"\xff\xd9"
    text = "PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(data).decode()
    yield text[:75]
    for start in range(75, len(text), 74):
        yield " " + text[start : start + 74]
