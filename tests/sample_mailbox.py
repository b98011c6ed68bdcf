"""One invented mailbox with everything that real ones hold, and the people who must come out of it. No others may."""

from letters import ME, NOON, letter

ALIAS = "Jo B. <jo.b@firm.example>"

PEOPLE = {
    "anna@x.example": "Anna Schmidt",  # wrote herself, typed as Annalein
    "bernd@x.example": "Bernd Müller",  # "Müller, Bernd", raw latin-1
    "chloe@x.example": "Chloé Dubois",  # only ever typed by me, folded inside a character
    "dora@x.example": "",  # no name known
    "emil@xn--mller-kva.example": "Emil Ott",  # IDN host
    "fritz@x.example": "Fritz Lang",  # second address in an Outlook list
    "grete@x.example": "Grete Weiß",  # in Cc
    "hans@x.example": "Hans Huber",  # in Bcc
    "ines@x.example": "Ines Sommer",  # reached through a list, her address in Reply-To
    "jana@gmail.com": "Jana Novák",  # dots and a tag
    "kanzlei@y.example": "Kanzlei Recht & Partner",
}

SENT = [
    letter(to="Annalein <anna@x.example>", when=NOON + 1),
    letter(to="bernd@x.example; Fritz Lang <fritz@x.example>", when=NOON + 2),
    letter(ALIAS, to="=?utf-8?Q?Chlo=C3?=\n =?utf-8?Q?=A9_Dubois?= <chloe@x.example>", when=NOON + 3),
    letter(
        ALIAS,
        to="dora@x.example",
        cc='"Grete Weiß" <grete@x.example>',
        bcc="Hans Huber <hans@x.example>",
        when=NOON + 4,
    ),
    letter(ALIAS, to="Emil Ott <emil@müller.example>", when=NOON + 5),
    letter(to="ines@x.example", when=NOON + 6),
    letter(to="J.ana+club@googlemail.com", when=NOON + 7),
    letter(to="Kanzlei Recht & Partner <kanzlei@y.example>", when=NOON + 8),
    letter(to=f"Me <{ME}>, jo.b@firm.example", when=NOON + 9),  # to myself
    letter(to="freunde@lists.example.org", when=NOON + 10),  # a list
    letter(to="club@z.example", when=NOON + 11),  # a list that only List-Post gives away
    letter(to="info@shop.example, no-reply@shop.example", when=NOON + 12),
    letter(to="abc123@marketplace.amazon.de, x@privaterelay.appleid.com", when=NOON + 13),
    letter(to="reply+0123456789abcdef@reply.github.com, bounce-1@x.example", when=NOON + 14),
    letter(to="stranger@x.example", auto_submitted="auto-replied", when=NOON + 15),  # I was away
    letter(to=", ".join(f"guest{n}@party.example" for n in range(30)), when=NOON + 16),
    letter(to="undisclosed-recipients:;", when=NOON + 17),
    letter(to="<>", when=NOON + 18),
]
INBOX = [
    letter("Anna Schmidt <anna@x.example>", to=ME, when=NOON + 21),
    letter(b'"M\xfcller, Bernd" <bernd@x.example>', to=ME, when="Fri, 14 Nov 2087 12:00:00 +0000"),
    letter(
        '"Ines Sommer via Freunde" <freunde@lists.example.org>',
        reply_to="ines@x.example",
        list_id="<freunde.lists.example.org>",
    ),
    letter("=?iso-8859-2?Q?Jana_Nov=E1k?= <jana@gmail.com>", to="jo.b@firm.example", when=NOON + 22),
    letter("Club <z@z.example>", to=ME, list_post="<mailto:club@z.example>", when=NOON + 23),
    letter("Shop <news@shop.example>", to=ME, list_unsubscribe="<https://shop.example>", when=NOON + 24),
    letter("Never Answered <never@x.example>", to=ME, when=NOON + 25),
    letter("Never Answered <never@x.example>", to=ME, when=NOON + 26),
    letter("=?x-unknown?Q?Mu=DFe?= <muse@x.example>", to=ME, when=""),
    b"\n\nno headers\n",
]
BIN = [letter(to="thrown@away.example", when=NOON + 31)]
SPAM = [letter(f"Jo <{ME}>", to="victim@x.example", when=NOON + 32)]
DRAFTS = [letter(to="unsent@x.example", when=NOON + 33)]
