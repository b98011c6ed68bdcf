"""`kith match tune`."""

import click

from kith.cli import render
from kith.cli.people import regions_of
from kith.cli.session import Session


@click.group("match")
def match_command() -> None:
    """How kith tells who is who.

    Example: kith match tune
    """


@match_command.command("tune")
@click.option("--yes", is_flag=True, help="Use the new weights without asking.")
@click.option("--forget", is_flag=True, help="Go back to the weights that kith ships.")
@click.pass_obj
def tune_command(session: Session, yes: bool, forget: bool) -> None:
    """Re-estimate the match weights from your decisions (review, join, split). Shows what would change first; never happens
    by itself.

    Example: kith match tune; kith match tune --forget
    """
    from kith.sync.learning import drop, keep, learn

    with session.database() as db:
        if forget:
            drop(db)
            session.say("The weights are those that kith ships again.")
            session.emit({"event": "tune", "applied": False, "forgotten": True})
            return
        found = learn(db, regions_of(session))
        rows = [("comparison", "level", "decisions", "bits now", "bits then")]
        rows += [
            (item.comparison, item.level, str(item.decisions), f"{item.before:+.1f}", f"{item.after:+.1f}")
            for item in found.changes
        ]
        for line in render.table(rows):
            session.say(line)
        session.say(
            f"{found.labels} decisions; the weights agree with {found.agreed_before} of them now, with {found.agreed_after} then"
        )
        applied = bool(found.changes) and (
            yes or (session.interactive and click.confirm("Use the new weights?"))
        )
        if applied:
            keep(db, found.weights)
        changes = [
            {
                "comparison": item.comparison,
                "level": item.level,
                "decisions": item.decisions,
                "before": item.before,
                "after": item.after,
            }
            for item in found.changes
        ]
        session.emit(
            {"event": "tune", "applied": applied, "decisions": found.labels, "agreed_before": found.agreed_before,
             "agreed_after": found.agreed_after, "changes": changes}
        )  # fmt: skip
    if not applied:
        session.hint("nothing was changed; kith match tune --yes uses the new weights")
