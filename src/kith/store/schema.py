"""The tables, as numbered migrations: a migration is never changed once it was released. What an earlier one makes, a
later one may replace."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

    -- One row for each account that ever took part. `cursor` counts; `next_cursor` waits for the plan to be accepted.
    CREATE TABLE account (
        name TEXT PRIMARY KEY, identity TEXT NOT NULL DEFAULT '', cursor TEXT, next_cursor TEXT,
        first_at REAL, last_at REAL, full_at REAL, status TEXT NOT NULL DEFAULT '', problem TEXT NOT NULL DEFAULT '',
        remedy TEXT NOT NULL DEFAULT '', fails INTEGER NOT NULL DEFAULT 0, retry_at REAL NOT NULL DEFAULT 0,
        hold TEXT NOT NULL DEFAULT '', hold_remedy TEXT NOT NULL DEFAULT '',
        allowed INTEGER, rejected INTEGER NOT NULL DEFAULT 0, settings TEXT NOT NULL DEFAULT '{}'
    ) STRICT;

    CREATE TABLE blob (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

    -- `dirty` 1: operations are under way; 2: some wait for another run (an account is held or away).
    CREATE TABLE person (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, body TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',
        dirty INTEGER NOT NULL DEFAULT 0, changed REAL NOT NULL
    ) STRICT;
    CREATE INDEX person_dirty ON person (dirty) WHERE dirty > 0;
    CREATE TABLE alias (old TEXT PRIMARY KEY, new TEXT NOT NULL) STRICT;

    -- A card of an account, with its baseline. `unread`: written by kith, not read back yet.
    CREATE TABLE card (
        id INTEGER PRIMARY KEY, account TEXT NOT NULL, book TEXT NOT NULL, remote_id TEXT NOT NULL,
        uid TEXT NOT NULL DEFAULT '', revision TEXT NOT NULL, unread INTEGER NOT NULL DEFAULT 0,
        grade TEXT NOT NULL DEFAULT 'accept', problems TEXT NOT NULL DEFAULT '[]',
        person TEXT REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
        linked_by TEXT NOT NULL DEFAULT 'alone', linked_from TEXT NOT NULL DEFAULT '', linked_at INTEGER NOT NULL DEFAULT 0,
        weight REAL NOT NULL DEFAULT 0, because TEXT NOT NULL DEFAULT '[]', modified REAL NOT NULL DEFAULT 0,
        held TEXT NOT NULL, agreed TEXT, raw TEXT,
        UNIQUE (account, book, remote_id)
    ) STRICT;
    CREATE INDEX card_person ON card (person);
    CREATE INDEX card_uid ON card (uid) WHERE uid <> '';

    -- The index of the matching core: blocking keys and how many cards carry a term.
    CREATE TABLE blocking (key TEXT NOT NULL, card INTEGER NOT NULL REFERENCES card (id) ON DELETE CASCADE,
        PRIMARY KEY (key, card)) STRICT, WITHOUT ROWID;
    CREATE INDEX blocking_card ON blocking (card);
    CREATE TABLE carried (token TEXT NOT NULL, card INTEGER NOT NULL REFERENCES card (id) ON DELETE CASCADE,
        PRIMARY KEY (token, card)) STRICT, WITHOUT ROWID;
    CREATE INDEX carried_card ON carried (card);

    CREATE TABLE decision (a TEXT NOT NULL, b TEXT NOT NULL, same INTEGER NOT NULL, at REAL NOT NULL,
        run TEXT NOT NULL DEFAULT '', PRIMARY KEY (a, b)) STRICT;
    CREATE INDEX decision_b ON decision (b);
    CREATE TABLE question (a TEXT NOT NULL, b TEXT NOT NULL, weight REAL NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (a, b)) STRICT;
    CREATE INDEX question_b ON question (b);

    CREATE TABLE run (id TEXT PRIMARY KEY, started REAL NOT NULL, ended REAL, command TEXT NOT NULL,
        outcome TEXT NOT NULL DEFAULT '', summary TEXT NOT NULL DEFAULT '{}') STRICT;

    -- Every write, before it leaves: planned, sent, then gone from here (done) or failed.
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES run (id), person TEXT NOT NULL, account TEXT NOT NULL,
        book TEXT NOT NULL, remote_id TEXT NOT NULL, action TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX outbox_state ON outbox (state);
    CREATE INDEX outbox_person ON outbox (person);
    CREATE TABLE refused (fingerprint TEXT PRIMARY KEY, account TEXT NOT NULL, person TEXT NOT NULL, title TEXT NOT NULL,
        why TEXT NOT NULL, at REAL NOT NULL) STRICT;

    -- History: what happened to whom, and every card and person before and after.
    CREATE TABLE event (id INTEGER PRIMARY KEY, run TEXT NOT NULL, at REAL NOT NULL, person TEXT NOT NULL,
        what TEXT NOT NULL, account TEXT NOT NULL DEFAULT '', remote_id TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT '') STRICT;
    CREATE INDEX event_person ON event (person);
    CREATE TABLE card_history (
        id INTEGER PRIMARY KEY, run TEXT NOT NULL, at REAL NOT NULL, person TEXT NOT NULL, account TEXT NOT NULL,
        book TEXT NOT NULL, remote_id TEXT NOT NULL, action TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
        before TEXT, after TEXT, before_raw TEXT, after_raw TEXT
    ) STRICT;
    CREATE INDEX card_history_run ON card_history (run);
    CREATE INDEX card_history_person ON card_history (person);
    CREATE INDEX card_history_gone ON card_history (account) WHERE action IN ('delete', 'deleted');
    -- Which person a card went to: `how` is together (found, joined) or apart (split).
    CREATE TABLE link_history (id INTEGER PRIMARY KEY, run TEXT NOT NULL, account TEXT NOT NULL, book TEXT NOT NULL,
        remote_id TEXT NOT NULL, before TEXT, after TEXT NOT NULL, how TEXT NOT NULL) STRICT;
    CREATE INDEX link_history_run ON link_history (run);
    CREATE TABLE person_history (id INTEGER PRIMARY KEY, run TEXT NOT NULL, at REAL NOT NULL, person TEXT NOT NULL,
        before TEXT, after TEXT) STRICT;
    CREATE INDEX person_history_run ON person_history (run);
    CREATE INDEX person_history_person ON person_history (person);
    CREATE TABLE conflict (id INTEGER PRIMARY KEY, run TEXT NOT NULL, at REAL NOT NULL, person TEXT NOT NULL,
        field TEXT NOT NULL, kept TEXT NOT NULL, kept_from TEXT NOT NULL, other TEXT NOT NULL, other_from TEXT NOT NULL)
        STRICT;

    -- What a pull brought and no plan has taken in yet.
    CREATE TABLE staged (
        account TEXT NOT NULL, book TEXT NOT NULL, remote_id TEXT NOT NULL, revision TEXT NOT NULL, contact TEXT NOT NULL,
        raw TEXT, modified REAL NOT NULL, grade TEXT NOT NULL, problems TEXT NOT NULL, PRIMARY KEY (account, book, remote_id)
    ) STRICT;
    CREATE TABLE listed (account TEXT NOT NULL, book TEXT NOT NULL, remote_id TEXT NOT NULL,
        PRIMARY KEY (account, book, remote_id)) STRICT, WITHOUT ROWID;
    CREATE TABLE vanished (account TEXT NOT NULL, book TEXT NOT NULL, remote_id TEXT NOT NULL,
        PRIMARY KEY (account, book, remote_id)) STRICT, WITHOUT ROWID;
    CREATE TABLE imported (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, at REAL NOT NULL) STRICT;
    """,
    """
    -- What a hold is about: the command that carries it out once approved, and whether cards are missing there.
    ALTER TABLE account ADD COLUMN hold_command TEXT NOT NULL DEFAULT 'kith sync';
    ALTER TABLE account ADD COLUMN hold_missing INTEGER NOT NULL DEFAULT 0;
    UPDATE account SET hold_missing = 1 WHERE hold_remedy LIKE '%kith reject %';
    """,
    """
    -- What a card is filed under and which terms it carries, as JSON lists: the other two tables follow from it.
    CREATE TABLE filed (card INTEGER PRIMARY KEY REFERENCES card (id) ON DELETE CASCADE, keys TEXT NOT NULL,
        terms TEXT NOT NULL) STRICT;
    INSERT INTO filed SELECT id, (SELECT json_group_array(key) FROM blocking WHERE blocking.card = card.id),
        (SELECT json_group_array(token) FROM carried WHERE carried.card = card.id)
        FROM card WHERE id IN (SELECT card FROM blocking UNION SELECT card FROM carried);
    DROP TABLE blocking;
    DROP TABLE carried;

    -- The index of the matching core: the cards filed under a blocking key, and how many cards carry a term.
    CREATE TABLE blocking (key TEXT NOT NULL, card INTEGER NOT NULL, PRIMARY KEY (key, card)) STRICT, WITHOUT ROWID;
    CREATE TABLE carried (term TEXT PRIMARY KEY, cards INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO blocking SELECT value, card FROM filed, json_each(keys) ORDER BY value;
    INSERT INTO carried SELECT value, count(*) FROM filed, json_each(terms) GROUP BY value;
    CREATE TRIGGER filed_no_more AFTER DELETE ON filed BEGIN
        DELETE FROM blocking WHERE card = old.card AND key IN (SELECT value FROM json_each(old.keys));
        UPDATE carried SET cards = cards - 1 WHERE term IN (SELECT value FROM json_each(old.terms));
        DELETE FROM carried WHERE cards = 0 AND term IN (SELECT value FROM json_each(old.terms));
    END;
    """,
    """
    -- Cards of one person that an undo had called those of two.
    DELETE FROM decision WHERE same = 0 AND EXISTS (SELECT 1 FROM card AS one JOIN card AS other ON other.person = one.person
        WHERE one.account || char(31) || one.book || char(31) || one.remote_id = decision.a
        AND other.account || char(31) || other.book || char(31) || other.remote_id = decision.b);
    """,
    """
    -- What an owner wrote on a card: an undo asks for it card by card.
    CREATE INDEX card_history_own ON card_history (remote_id) WHERE by = 'owner';
    """,
    """
    -- How sure the question was that a decision answered, in bits; NULL where none was asked.
    ALTER TABLE decision ADD COLUMN asked REAL;
    """,
    """
    -- What a run took back of what the user had said about two cards: whoever undoes that run says it again.
    CREATE TABLE decision_undone (run TEXT NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, same INTEGER NOT NULL,
        PRIMARY KEY (run, a, b)) STRICT, WITHOUT ROWID;
    """,
)
