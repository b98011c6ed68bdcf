"""Column titles as programs write them, German and English. Compared without case, spaces and punctuation."""

from functools import cache

from kith.connector.tables import plain_header

_COMMON = """
full_name: Name | Full Name | Display Name | Anzeigename | Vollständiger Name | Kontakt | Contact
given: First Name | Given Name | Vorname | Firstname
family: Last Name | Family Name | Surname | Nachname | Familienname | Name (Nachname) | Zuname
additional: Middle Name | Additional Name | Weitere Vornamen | Zweiter Vorname | 2. Vorname
prefix: Name Prefix | Prefix | Anrede | Akademischer Titel | Namenspräfix | Salutation
suffix: Suffix | Name Suffix | Namenszusatz
phonetic_given: Phonetic First Name | Given Name Yomi | Given Yomi
phonetic_family: Phonetic Last Name | Family Name Yomi | Surname Yomi
maiden_name: Maiden Name | Geburtsname | Mädchenname
nickname: Nickname | Short Name | Spitzname | Rufname
gender: Gender | Geschlecht
birthday: Birthday | Geburtstag | Geburtsdatum | Date of Birth | Birth Date
date.anniversary: Anniversary | Jahrestag | Hochzeitstag
organization: Company | Organization | Organisation | Firma | Unternehmen | Company Name | Organization Name | Firmenname
department: Department | Abteilung | Organization Department
title: Job Title | Position | Funktion | Organization Title | Stelle | Berufsbezeichnung
role: Profession | Beruf | Occupation
email: E-mail Address | Email | E-mail | Mail | E-Mail-Adresse | Mailadresse | E-mail 2 Address | E-mail 3 Address | E-Mail 2: Adresse
  | E-Mail 3: Adresse | E-Mail-Adresse 2 | E-Mail-Adresse 3 | Primary Email | Secondary Email | E-Mail 1 | E-Mail 2 | E-Mail 3
email.work: Business Email | Work Email | E-Mail geschäftlich | E-Mail (geschäftlich) | E-Mail dienstlich | Geschäftliche E-Mail
email.home: Personal Email | Home Email | Private Email | E-Mail privat | E-Mail (privat) | Private E-Mail
phone: Phone | Telephone | Telefon | Telefonnummer | Phone Number | Primary Phone | Haupttelefon | Rufnummer | Tel
phone.work: Business Phone | Business Phone 2 | Work Phone | Telefon geschäftlich | Telefon geschäftlich 2 | Telefon dienstlich
  | Telefon Arbeit | Geschäftliche Telefonnummer
phone.home: Home Phone | Home Phone 2 | Telefon privat | Telefon privat 2 | Festnetz | Private Telefonnummer
phone.cell: Mobile Phone | Mobile | Cell Phone | Cell | Mobiltelefon | Mobiltelefon 2 | Mobiltelefonnummer | Mobil | Handy
  | Mobilnummer | Handynummer | Mobile Number
phone.cell.work: Business Mobile | Mobiltelefon geschäftlich | Mobil geschäftlich | Handy geschäftlich
phone.cell.home: Mobiltelefon privat | Mobil privat | Handy privat
phone.other: Other Phone | Weiteres Telefon | Callback | Rückmeldung | Rückruf | Radio Phone | Funktelefon
phone.main.work: Company Main Phone | Telefon Firma | Hauptnummer Firma
phone.fax.work: Business Fax | Fax geschäftlich | Fax dienstlich
phone.fax.home: Home Fax | Fax privat
phone.fax: Fax | Other Fax | Weiteres Fax | Faxnummer
phone.pager: Pager
phone.car: Car Phone | Autotelefon
phone.isdn: ISDN
address.work.street: Business Street | Business Street 2 | Business Street 3 | Straße geschäftlich | Straße geschäftlich 2
  | Straße geschäftlich 3 | Strasse geschäftlich | Work Address
address.work.city: Business City | Ort geschäftlich | Stadt geschäftlich
address.work.region: Business State | Region geschäftlich | Bundesland geschäftlich | Bundesland/Kanton geschäftlich
address.work.postal_code: Business Postal Code | Postleitzahl geschäftlich | PLZ geschäftlich
address.work.country: Business Country/Region | Business Country | Land/Region geschäftlich | Land geschäftlich
address.work.po_box: Business Address PO Box | Business PO Box | Postfach geschäftlich
address.home.street: Home Street | Home Street 2 | Home Street 3 | Straße privat | Straße privat 2 | Straße privat 3
address.home.city: Home City | Ort privat | Stadt privat
address.home.region: Home State | Region privat | Bundesland privat | Bundesland/Kanton privat
address.home.postal_code: Home Postal Code | Postleitzahl privat | PLZ privat
address.home.country: Home Country/Region | Home Country | Land/Region privat | Land privat
address.home.po_box: Home Address PO Box | Home PO Box | Postfach privat
address.other.street: Other Street | Other Street 2 | Other Street 3 | Weitere Straße | Weitere Straße 2 | Weitere Straße 3
address.other.city: Other City | Weiterer Ort
address.other.region: Other State | Weitere Region | Weiteres/r Bundesland/Kanton
address.other.postal_code: Other Postal Code | Weitere Postleitzahl
address.other.country: Other Country/Region | Other Country | Weiteres Land/Region | Weiteres Land
address.other.po_box: Other Address PO Box | Weiteres Postfach
address.street: Street | Straße | Strasse | Address | Adresse | Anschrift | Street Address
address.city: City | Ort | Stadt | Town | Wohnort
address.region: State | Region | Bundesland | Kanton | Province
address.postal_code: Postal Code | ZIP | ZIP Code | Postleitzahl | PLZ
address.country: Country | Land | Country/Region | Land/Region
address.po_box: PO Box | Postfach
url: Web Page | Website | Webseite | Homepage | URL | Web | Internet
url.home: Personal Web Page | Private Webseite
url.work: Business Web Page | Webseite geschäftlich
note: Notes | Note | Notizen | Notiz | Bemerkung | Bemerkungen | Kommentar | Comments
groups: Categories | Category | Kategorien | Kategorie | Group Membership | Labels | Groups | Gruppen | Gruppe | Tags
relation.spouse: Spouse | Partner | Partner(in) | Partner/in | Ehepartner
relation.child: Children | Kinder
relation.manager: Manager's Name | Name des/der Vorgesetzten | Vorgesetzter
relation.assistant: Assistant's Name | Assistent(in) | Name des Assistenten
hobby: Hobby | Hobbys | Hobbies
profile.xing: XING Profile | XING-Profil | XING | Profil | Profil-URL | Profile URL | Link zum Profil
profile.linkedin: LinkedIn | LinkedIn Profile | LinkedIn-Profil | LinkedIn URL
im.xmpp: Jabber | XMPP
language: Language | Sprache
ignore: E-mail Type | E-mail 2 Type | E-mail 3 Type | E-Mail-Typ | E-Mail 2: Typ | E-Mail 3: Typ | E-mail Display Name
  | E-mail 2 Display Name | E-mail 3 Display Name | E-Mail: Angezeigter Name | E-Mail 2: Angezeigter Name
  | E-Mail 3: Angezeigter Name | Initials | Initialen | Priority | Priorität | Sensitivity | Vertraulichkeit | Private | Privat
  | File As | Yomi Name | Additional Name Yomi | Phonetic Middle Name | Mileage | Reisekilometer
"""

_OUTLOOK = """
prefix: Title | Titel
ignore: Location
"""

_GENERIC = """
title: Title | Titel
"""


def _table(text: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for line in text.replace("\n  |", " |").strip().splitlines():
        target, _, titles = line.partition(": ")
        for title in titles.split(" | "):
            table.setdefault(plain_header(title), target)
    return table


@cache
def synonyms(layout: str) -> dict[str, str]:
    """{plain title: target} of a layout: google, outlook, xing or generic."""
    special = {"outlook": _OUTLOOK, "google": _OUTLOOK}.get(layout, _GENERIC)
    return {**_table(_COMMON), **_table(special)}
