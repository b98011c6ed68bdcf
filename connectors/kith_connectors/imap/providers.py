"""Hosts of well-known providers, and what their users must do first. From help pages; none was contacted."""

_APP_PASSWORD = "make an app password in the security settings of your account"

PRESETS: dict[str, dict[str, str]] = {
    "gmail": {
        "title": "Gmail",
        "host": "imap.gmail.com",
        "advice": "switch on two-step verification, then make an app password",
    },
    "icloud": {"title": "iCloud Mail", "host": "imap.mail.me.com", "advice": "make an app-specific password"},
    "outlook": {
        "title": "Outlook.com, Microsoft 365",
        "host": "outlook.office365.com",
        "auth": "xoauth2",
        "advice": "passwords are refused there: name a program that prints an access token",
    },
    "fastmail": {"title": "Fastmail", "host": "imap.fastmail.com", "advice": _APP_PASSWORD},
    "gmx": {
        "title": "GMX",
        "host": "imap.gmx.net",
        "advice": "allow IMAP in the settings (E-Mail, POP3/IMAP)",
    },
    "webde": {
        "title": "WEB.DE",
        "host": "imap.web.de",
        "advice": "allow IMAP in the settings (E-Mail, POP3/IMAP)",
    },
    "tonline": {
        "title": "T-Online",
        "host": "secureimap.t-online.de",
        "advice": "set a password for e-mail programs in the customer centre",
    },
    "posteo": {"title": "Posteo", "host": "posteo.de", "advice": ""},
    "mailbox.org": {"title": "mailbox.org", "host": "imap.mailbox.org", "advice": ""},
    "yahoo": {"title": "Yahoo Mail", "host": "imap.mail.yahoo.com", "advice": _APP_PASSWORD},
}
