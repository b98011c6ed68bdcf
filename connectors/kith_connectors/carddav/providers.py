"""What differs from provider to provider, as data. Sources: the providers' help pages and public client code."""

from dataclasses import dataclass, field

from kith.model.capabilities import Capabilities

CAPABILITIES = Capabilities(writes=True, deletes=True, deltas=True, photo_bytes=1_000_000, batch=100)
"""Of a server that nothing is known of. Several servers stall on cards of many megabytes, so photos end at 1 MB."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider or server program.

    `url`: where discovery starts ("" where the user's own host is needed). `domains`: mail domains and hosts that
    belong to it. `hosts`: further hosts that may be sent the password; a leading dot means all below. `paths`: tried
    on the user's host when nothing is found at its root; {user} is the login name. `skip`: endings of the paths of
    collections that are no address book of the user's. `advice`: about the login. `refused`: why kith does not. `dialect`:
    apple, where cards are written as Apple's programs do.
    """

    title: str
    url: str = ""
    domains: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    advice: str = ""
    refused: str = ""
    dialect: str = ""
    changes: dict[str, object] = field(default_factory=dict)
    """Differences from CAPABILITIES, by name."""

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES.but(**self.changes)


PROVIDERS: dict[str, Provider] = {
    "icloud": Provider(
        "iCloud",
        url="https://contacts.icloud.com/",
        domains=("icloud.com", "me.com", "mac.com"),
        hosts=(".icloud.com",),
        advice="log in with your Apple Account and an app-specific password (account.apple.com, Sign-In and Security)",
        dialect="apple",
        changes={"groups": "cards", "photo_bytes": 224_000},
    ),
    "fastmail": Provider(
        "Fastmail",
        url="https://carddav.fastmail.com/",
        domains=("fastmail.com", "fastmail.fm"),
        hosts=("carddav.fastmail.com",),
        advice="make an app password for contacts (Settings, Privacy & Security)",
    ),
    "nextcloud": Provider(
        "Nextcloud",
        paths=("/remote.php/dav/",),
        skip=("/z-server-generated--system/", "/z-app-generated--contactsinteraction--recent/"),
        advice="make an app password (Settings, Security)",
        changes={"photo_bytes": 600_000},
    ),
    "posteo": Provider(
        "Posteo",
        url="https://posteo.de:8843/",
        domains=("posteo.de", "posteo.net"),
        hosts=("posteo.de",),
        advice="log in with the mailbox address and its password",
    ),
    "mailbox.org": Provider(
        "mailbox.org",
        url="https://dav.mailbox.org/",
        domains=("mailbox.org",),
        hosts=("dav.mailbox.org",),
        advice="log in with the mailbox address; with two factors on, make an application password",
        changes={"extras": "drop"},
    ),
    "synology": Provider("Synology", paths=("/carddav/",), advice="log in as a user of the NAS"),
    "radicale": Provider("Radicale", paths=("/{user}/",)),
    "baikal": Provider("Baikal", paths=("/dav.php/", "/html/dav.php/"), changes={"photo_bytes": 600_000}),
    "sogo": Provider("SOGo", paths=("/SOGo/dav/{user}/",), advice="log in as in SOGo's web page"),
    "google": Provider(
        "Google",
        domains=("gmail.com", "googlemail.com", "google.com", "googleapis.com"),
        refused='Google\'s CardDAV loses data and refuses passwords: use connector = "google" instead',
    ),
    "proton": Provider(
        "Proton",
        domains=("proton.me", "protonmail.com", "pm.me"),
        refused='Proton offers no way to sync contacts: export them there and use connector = "vcf"',
    ),
}

ELSEWHERE = ("/remote.php/dav/", "/SOGo/dav/{user}/", "/dav.php/", "/davical/caldav.php/{user}/", "/dav/")
"""Paths that are tried at a host of an unknown program, in this order, when its root and .well-known say nothing."""

GENERIC = Provider(
    "CardDAV",
    paths=ELSEWHERE,
    skip=(*PROVIDERS["nextcloud"].skip, "/calendar-proxy-read/", "/calendar-proxy-write/"),
)


def belongs(host: str) -> str:
    """The name of the provider that a mail domain or host belongs to, "" for none."""
    host = host.casefold()
    for name, provider in PROVIDERS.items():
        if any(host == own or host.endswith("." + own) for own in provider.domains):
            return name
    return ""


def provider_of(name: str, host: str) -> Provider:
    """The provider that was configured, else the one the host belongs to, else the generic one."""
    return PROVIDERS.get(name or belongs(host), GENERIC)
