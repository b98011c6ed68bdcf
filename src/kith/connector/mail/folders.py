"""What a folder or a label is for: by its flag (RFC 6154), else by its name in the user's language."""

import re
from base64 import b64decode
from collections.abc import Iterable
from functools import lru_cache

SENT, JUNK, TRASH, DRAFTS, ALL, OTHER = "sent", "junk", "trash", "drafts", "all", "other"
SKIPPED = frozenset({JUNK, TRASH, DRAFTS})

_FLAGS = {"\\sent": SENT, "\\junk": JUNK, "\\trash": TRASH, "\\drafts": DRAFTS, "\\all": ALL}
_NAMES = {
    SENT: """sent|sent items|sent messages|sent mail|sent-mail|sentmail|outgoing|gesendet|gesendete objekte|gesendete elemente
        |gesendete nachrichten|gesendete|gesendete mails|versendet|envoyés|envoyé|éléments envoyés|messages envoyés
        |courrier envoyé|enviados|enviado|elementos enviados|mensajes enviados|correo enviado|itens enviados|e-mails enviados
        |mensagens enviadas|posta inviata|inviati|inviata|messaggi inviati|elementi inviati|verzonden|verzonden items
        |verzonden berichten|verzonden objecten|skickat|skickade|skickade objekt|sendt|sendte|sendt post|sendte elementer|lähetetyt
        |wysłane|elementy wysłane|odeslané|odeslaná pošta|odoslané|elküldött|elküldött elemek|trimise|отправленные
        |надіслані|gönderilmiş öğeler|gönderilenler|gönderilmiş postalar|送信済み|送信済みメール|送信済みアイテム
        |已发送|已发送邮件|已傳送|寄件備份|보낸편지함|σταλμένα|απεσταλμένα""",
    JUNK: """spam|junk|junk e-mail|junk-e-mail|junk email|junk mail|bulk mail|bulk|unerwünscht|unerwünschte werbung|spamverdacht
        |werbung|courrier indésirable|indésirables|pourriel|correo no deseado|posta indesiderata|ongewenste e-mail|ongewenst
        |skräppost|søppelpost|uønsket e-post|roskaposti|wiadomości-śmieci|nevyžádaná pošta|levélszemét|спам
        |迷惑メール|垃圾邮件|스팸함""",
    TRASH: """trash|bin|deleted|deleted items|deleted messages|papierkorb|gelöscht|gelöschte objekte|gelöschte elemente
        |gelöschte nachrichten|corbeille|éléments supprimés|messages supprimés|papelera|eliminados|elementos eliminados|lixeira
        |cestino|posta eliminata|elementi eliminati|prullenbak|prullenmand|verwijderde items|papperskorgen|papirkurv
        |roskakori|kosz|koš|lomtár|корзина|кошик|çöp kutusu|ゴミ箱|已删除|휴지통""",
    DRAFTS: """drafts|draft|entwürfe|entwurf|brouillons|borradores|rascunhos|bozze|concepten|utkast|kladder|luonnokset
        |wersje robocze|koncepty|piszkozatok|черновики|чернетки|taslaklar|下書き|草稿|임시보관함|outbox|postausgang
        |templates|vorlagen|unsent messages""",
}
_BY_NAME = {
    name.strip(): kind for kind, names in _NAMES.items() for name in names.replace("\n", " ").split("|")
}
_TAIL = re.compile(r"(?:\.(?:mbox|mbx|sbd|zip|gz))?(?:-\d+)?$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def named(name: str) -> str:
    """The kind of a folder, label or mbox file by its bare name; `OTHER` where the name tells nothing."""
    return _BY_NAME.get(_TAIL.sub("", name.strip().casefold()).strip(), OTHER)


def kind(path: Iterable[str]) -> str:
    """The kind of a folder by its path: a folder inside Trash is trash, one inside Sent is sent."""
    kinds = [named(part) for part in path]
    return next((found for found in kinds if found in SKIPPED), None) or (SENT if SENT in kinds else OTHER)


def flagged(flags: Iterable[str]) -> str:
    """The kind that SPECIAL-USE flags state, or ""."""
    return next((_FLAGS[flag.casefold()] for flag in flags if flag.casefold() in _FLAGS), "")


def labelled(labels: Iterable[str]) -> str:
    """The kind of a message by its Gmail labels, in whatever language the account has."""
    kinds = {named(label.strip().strip('"')) for label in labels}
    return next((found for found in (JUNK, TRASH, DRAFTS, SENT) if found in kinds), OTHER)


def utf7(name: str) -> str:
    """A folder name out of IMAP's modified UTF-7 (RFC 3501 section 5.1.3); as it stands where it is none."""

    def group(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        return b64decode(match[1].replace(",", "/") + "=" * (-len(match[1]) % 4)).decode("utf-16-be")

    try:
        return re.sub(r"&([A-Za-z0-9+,]*)-", group, name)
    except (UnicodeDecodeError, ValueError):
        return name
