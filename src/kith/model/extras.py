"""Which properties that kith does not model may travel from one account to another."""

from kith.model.contact import Extra

_PREFIXES = (
    "X-PHONETIC-",
    "X-ABRELATED",
    "X-SOCIALPROFILE",
    "X-ABDATE",
    "X-FM-ONLINE-",
    "X-MESSAGING",
    "X-KADDRESSBOOK-CRYPTO",
)
_ALLOWED = frozenset(
    {
        *(
            "FN",
            "N",
            "LOGO",
            "SOUND",
            "KEY",
            "CLASS",
            "MAILER",
            "NOTE",
            "RELATED",
            "IMPP",
            "SOCIALPROFILE",
            "NICKNAME",
        ),
        *(
            "GENDER",
            "GRAMGENDER",
            "LANGUAGE",
            "LANG",
            "PRONOUNS",
            "JSPROP",
            "CREATED",
            "ORG-DIRECTORY",
            "CONTACT-URI",
        ),
        *(
            "INTEREST",
            "HOBBY",
            "EXPERTISE",
            "BIRTHPLACE",
            "DEATHPLACE",
            "DEATHDATE",
            "TZ",
            "GEO",
            "CALURI",
            "FBURL",
        ),
        *("X-MAIDENNAME", "X-PHONETIC-ORG", "X-TWITTER", "X-FACEBOOK", "X-LINKEDIN", "X-XING", "X-MASTODON"),
        *("X-INSTAGRAM", "X-ANDROID-CUSTOM", "X-SPOUSE", "X-MANAGER", "X-ASSISTANT", "X-DISCORD", "X-SIGNAL"),
        *(
            "X-GENDER",
            "X-EVOLUTION-FILE-AS",
            "X-EVOLUTION-BLOG-URL",
            "X-EVOLUTION-VIDEO-URL",
            "X-CUSTOM",
            "X-CUSTOM1",
        ),
        *(
            "X-CUSTOM2",
            "X-CUSTOM3",
            "X-CUSTOM4",
            "X-MOZILLA-HTML",
            "X-PROFESSION",
            "X-KADDRESSBOOK-X-PROFESSION",
        ),
        *(
            "X-PIN",
            "X-MS-IMADDRESS",
            "X-MS-MANAGER",
            "X-MS-ASSISTANT",
            "X-MS-SPOUSE",
            "X-MS-CHILD",
            "X-CLASS",
        ),
        *("XML", "ONLINE", "CLOUD"),
        *("X-KADDRESSBOOK-X-OFFICE", "X-KADDRESSBOOK-X-IMADDRESS", "X-KADDRESSBOOK-BLOGFEED"),
    }
)


def portable(extra: Extra) -> bool:
    """Whether an extra may be written to another account than the one it came from.

    An allow-list: what a program or server keeps for itself (X-RADICALE-NAME, X-EVOLUTION-UI-SLOT, X-ABUID,
    X-COUCHDB-*, CLIENTPIDMAP, SOURCE, UID and every name not listed) stays where it was found, and so does a second
    PHOTO. A URI that points into a machine (file:) never travels.
    """
    if extra.value[:5].lower() == "file:":
        return False
    return extra.name in _ALLOWED or extra.name.startswith(_PREFIXES)
