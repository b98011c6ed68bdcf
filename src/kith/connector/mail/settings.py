"""The rules for who becomes a contact, common to all mail accounts."""

from pydantic import Field

from kith.connector.info import ConnectorSettings


class MailSettings(ConnectorSettings):
    """Who of the people in a mailbox becomes a contact. The default: everyone you wrote to yourself."""

    addresses: tuple[str, ...] = Field(
        default=(),
        description="further addresses of your own, beside [me] emails; never contacts, mark your mail as yours",
    )
    min_messages: int = Field(
        default=1,
        ge=1,
        le=40,
        description="how many mails, sent and received together, make someone a contact",
    )
    include_received: bool = Field(
        default=False,
        description="also people you never wrote to, if they wrote to you personally at least twice",
    )
    include_roles: bool = Field(
        default=False, description="also shared addresses such as info@ and office@, as organisations"
    )
    max_recipients: int = Field(
        default=12, ge=1, description="a mail to more people than this is a circular and counts for nobody"
    )
    attached_cards: bool = Field(
        default=False,
        description="also offer the vCard that a contact attached to a mail of their own (opens these attachments)",
    )
