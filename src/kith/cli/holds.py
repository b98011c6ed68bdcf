"""`kith approve`, `reject`, `forget`."""

import click

from kith.cli.attention import next_one
from kith.cli.people import regions_of
from kith.cli.session import Session, no_account
from kith.cli.words import count
from kith.plan.guard import ANY
from kith.store.gone import forget
from kith.store.rename import renamed


@click.command("approve")
@click.argument("account")
@click.pass_obj
def approve_command(session: Session, account: str) -> None:
    """What a guard holds at ACCOUNT is right: the next sync carries it out, this once.

    Example: kith approve phone; kith sync
    """
    command = _answer(session, account, approved=True)
    session.say(
        f"{account}: {next_one(command)} carries out what is held; {command} --dry-run shows it first"
    )


@click.command("reject")
@click.argument("account")
@click.pass_obj
def reject_command(session: Session, account: str) -> None:
    """What a guard holds at ACCOUNT is wrong: the next sync puts the missing cards back there.

    Example: kith reject phone; kith sync
    """
    _answer(session, account, approved=False)
    session.say(f"{account}: the next sync puts the missing cards back; kith sync --dry-run shows it first")


def _answer(session: Session, account: str, approved: bool) -> str:
    """Note the user's answer; returns the command that carries out what was held."""
    with session.database() as db:
        row = db.row("SELECT hold, hold_command, hold_missing FROM account WHERE name = ?", (account,))
        if row is None:
            raise no_account(
                account, [found[0] for found in db.rows("SELECT name FROM account ORDER BY name")]
            )
        if not row["hold"]:
            raise click.UsageError(
                f"nothing is held at {account}; where a dry run showed it, run kith sync first: it stops there, too"
            )
        if not approved and not row["hold_missing"]:
            raise click.UsageError(
                f"nothing is missing at {account} that could be put back: kith has not written there yet ({row['hold']}). "
                f"As long as you do not approve it, nothing is written. If the change comes from another account that went "
                f"wrong: kith restore THAT-ACCOUNT --to DATE, then kith sync"
            )
        answer = (ANY, 0) if approved else (None, 1)
        db.execute("UPDATE account SET allowed = ?, rejected = ? WHERE name = ?", (*answer, account))
    session.emit({"event": "answered", "account": account})
    return str(row["hold_command"])


@click.command("forget")
@click.argument("account")
@click.pass_obj
def forget_command(session: Session, account: str) -> None:
    """Drop the links of an account that left the config. Nothing is deleted anywhere; what it gave its people stays.

    Example: kith forget old-phone
    """
    if account in session.settings.accounts:
        raise click.UsageError(f"{account} is still in the config; take its table out first")
    with session.database() as db, db.transaction():
        if not db.value("SELECT 1 FROM account WHERE name = ?", (account,)):
            raise click.UsageError(f'kith knows no account "{account}"')
        called = renamed(db, {name: item.identity for name, item in session.settings.accounts.items()})
        if account in called:
            raise click.UsageError(
                f"{account} is called {called[account]} now: the next kith sync moves all that is known of it"
            )
        links = forget(db, account, regions_of(session))
    session.say(f"{account} is forgotten ({count(links, 'link')}); its people and their values stay")
    session.emit({"event": "forgotten", "account": account, "links": links})
