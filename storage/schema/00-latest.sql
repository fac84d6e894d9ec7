-- v0 -> v3 (compatible with v3+): Latest schema

-- Times are Unix milliseconds, UTC; 0 means never. Texts that are JSON say so.

-- Values the store keeps for itself, such as the key of its hashes.
CREATE TABLE meta (
	key   TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
);

-- One row is one person, whatever address they write from.
CREATE TABLE contact (
	key        TEXT    NOT NULL PRIMARY KEY, -- random
	channel    TEXT    NOT NULL,
	address    TEXT    NOT NULL,             -- where the last message came from, and answers go
	name       TEXT    NOT NULL DEFAULT '',
	lang       TEXT    NOT NULL DEFAULT '',
	owner      TEXT    NOT NULL DEFAULT '',  -- '' the bot, 'phone', or an agent's name
	fence      BIGINT  NOT NULL DEFAULT 0,   -- raised whenever the owner changes
	opted_out  BOOLEAN NOT NULL DEFAULT FALSE,
	forgotten  BOOLEAN NOT NULL DEFAULT FALSE, -- kept only until the last message is settled
	ephemeral  BIGINT  NOT NULL DEFAULT 0,   -- disappearing-message timer in seconds
	created_at BIGINT  NOT NULL,
	heard_at   BIGINT  NOT NULL DEFAULT 0,   -- when they last wrote
	touched_at BIGINT  NOT NULL DEFAULT 0,   -- when a person last wrote in the chat, on either side, or it changed hands
	open_case  BIGINT  NOT NULL DEFAULT 0    -- id of the open case, 0 when there is none
);
-- for retention, and for the return of chats to the bot
CREATE INDEX contact_touched ON contact (touched_at);
CREATE INDEX contact_owned ON contact (touched_at) WHERE owner <> '';

CREATE TABLE contact_alias (
	channel TEXT NOT NULL,
	address TEXT NOT NULL,
	contact TEXT NOT NULL REFERENCES contact (key) ON DELETE CASCADE,
	PRIMARY KEY (channel, address)
);
-- for merging and forgetting, and for the cascade
CREATE INDEX contact_alias_contact ON contact_alias (contact);

-- Where the keys of merged contacts lead to.
CREATE TABLE contact_merged (
	old_key TEXT NOT NULL PRIMARY KEY,
	contact TEXT NOT NULL REFERENCES contact (key) ON DELETE CASCADE
);
CREATE INDEX contact_merged_contact ON contact_merged (contact);

CREATE TABLE conversation (
	contact    TEXT   NOT NULL PRIMARY KEY REFERENCES contact (key) ON DELETE CASCADE,
	body       TEXT   NOT NULL, -- JSON; the columns below repeat what lists need
	version    BIGINT NOT NULL,
	flow       TEXT   NOT NULL,
	digest     TEXT   NOT NULL,
	state      TEXT   NOT NULL,
	status     TEXT   NOT NULL,
	category   TEXT   NOT NULL,
	lang       TEXT   NOT NULL,
	updated_at BIGINT NOT NULL
);
-- which flow versions are alive; quiet conversations for expiry and retention
CREATE INDEX conversation_digest ON conversation (digest);
CREATE INDEX conversation_updated ON conversation (updated_at);

CREATE TABLE inbox (
	-- only: sqlite
	id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, not even after a deletion
	-- only: postgres
	id          BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contact     TEXT    NOT NULL REFERENCES contact (key) ON DELETE CASCADE,
	channel     TEXT    NOT NULL,
	address     TEXT    NOT NULL,
	sender      TEXT    NOT NULL, -- as delivered, device included
	device      TEXT    NOT NULL, -- device number within sender, '' for the first
	from_me     BOOLEAN NOT NULL, -- written by the business itself
	message_id  TEXT    NOT NULL,
	kind        TEXT    NOT NULL,
	input       TEXT    NOT NULL, -- JSON
	at          BIGINT  NOT NULL, -- when it was written
	received_at BIGINT  NOT NULL,
	state       TEXT    NOT NULL, -- pending, answered, left, failed
	answered_at BIGINT  NOT NULL DEFAULT 0, -- when it stopped being pending
	failures    INTEGER NOT NULL DEFAULT 0
);
-- the same message again, under either address; also finds all messages of a contact
CREATE UNIQUE INDEX inbox_message ON inbox (contact, channel, from_me, device, message_id);
-- what waits for an answer: a few rows, however long the history
CREATE INDEX inbox_pending ON inbox (contact, id) WHERE state = 'pending';

CREATE TABLE outbox (
	-- only: sqlite
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id          BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contact     TEXT    NOT NULL REFERENCES contact (key) ON DELETE CASCADE,
	channel     TEXT    NOT NULL,
	address     TEXT    NOT NULL,
	message_id  TEXT    NOT NULL,
	reply       TEXT    NOT NULL, -- JSON
	author      TEXT    NOT NULL, -- 'bot' or an agent's name
	fence       BIGINT  NOT NULL,
	ephemeral   BIGINT  NOT NULL,
	state       TEXT    NOT NULL, -- waiting, sent, given_up, dropped
	composed_at BIGINT  NOT NULL,
	not_before  BIGINT  NOT NULL,
	leased_until BIGINT NOT NULL, -- not_before, or the end of the lease while an attempt is under way
	attempts    INTEGER NOT NULL DEFAULT 0,
	sent_at     BIGINT  NOT NULL DEFAULT 0,
	error       TEXT    NOT NULL DEFAULT '',
	last        BOOLEAN NOT NULL DEFAULT FALSE -- the goodbye of someone who was forgotten: removed once settled
);
-- an echo of our own message, and a phone that asks for one again
CREATE UNIQUE INDEX outbox_message ON outbox (channel, message_id);
-- what is due next, and what goes first within a chat: unsent rows only
CREATE INDEX outbox_due ON outbox (channel, leased_until, id) WHERE state = 'waiting';
CREATE INDEX outbox_waiting ON outbox (contact, channel, id) WHERE state = 'waiting';
-- transcripts, and the cascade
CREATE INDEX outbox_contact ON outbox (contact, id);

-- Cases. They outlive the contact, then without any content.
CREATE TABLE handoff (
	-- only: sqlite
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id        BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contact   TEXT    NOT NULL,
	reasons   TEXT    NOT NULL, -- words with a space between, in the order they came up
	owner     TEXT    NOT NULL DEFAULT '',
	summary   TEXT    NOT NULL DEFAULT '',
	opened_at BIGINT  NOT NULL,
	closed_at BIGINT  NOT NULL DEFAULT 0,
	note      TEXT    NOT NULL DEFAULT '',
	claimed_at      BIGINT NOT NULL DEFAULT 0,  -- when an agent first took it
	waiting_since   BIGINT NOT NULL DEFAULT 0,  -- since when the person waits for one of us; 0: it is their turn
	outcome         TEXT   NOT NULL DEFAULT '', -- how it was closed
	closed_by       TEXT   NOT NULL DEFAULT '',
	override        TEXT   NOT NULL DEFAULT '', -- the verdict an agent gave in place of the rules'
	override_by     TEXT   NOT NULL DEFAULT '',
	override_reason TEXT   NOT NULL DEFAULT '',
	helped          TEXT   NOT NULL DEFAULT ''  -- what the person answered afterwards: '', yes, no
);
-- one open case per contact
CREATE UNIQUE INDEX handoff_open ON handoff (contact) WHERE closed_at = 0;
CREATE INDEX handoff_contact ON handoff (contact, id);
-- the lists of the desk: what waits longest, with those last whose turn it is, and what was closed last
CREATE INDEX handoff_queue ON handoff (owner, (CASE WHEN waiting_since = 0 THEN 9223372036854775807 ELSE waiting_since END), id) WHERE closed_at = 0;
CREATE INDEX handoff_waiting ON handoff ((CASE WHEN waiting_since = 0 THEN 9223372036854775807 ELSE waiting_since END), id) WHERE closed_at = 0;
CREATE INDEX handoff_closed ON handoff (closed_at, id) WHERE closed_at > 0;

-- Who did what to which chat, never what was written. Rows are only ever added.
CREATE TABLE audit (
	-- only: sqlite
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id      BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contact TEXT    NOT NULL, -- random key; it means nothing once the contact is gone
	who     TEXT    NOT NULL,
	what    TEXT    NOT NULL,
	note    TEXT    NOT NULL,
	at      BIGINT  NOT NULL
);
CREATE INDEX audit_contact ON audit (contact, id);
-- only: sqlite for next 4 lines
CREATE TRIGGER audit_update BEFORE UPDATE ON audit
	BEGIN SELECT RAISE (ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
	BEGIN SELECT RAISE (ABORT, 'the audit log is append-only'); END;
-- only: postgres for next 4 lines
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- How often each verdict was given, by day (midnight UTC), without any person.
CREATE TABLE verdict_count (
	day      BIGINT NOT NULL,
	category TEXT   NOT NULL,
	verdict  TEXT   NOT NULL,
	pack     TEXT   NOT NULL,
	lang     TEXT   NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (day, category, verdict, pack, lang)
);

-- Masked texts that were not understood.
CREATE TABLE missed (
	-- only: sqlite
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id       BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contact  TEXT    NOT NULL REFERENCES contact (key) ON DELETE CASCADE,
	question TEXT    NOT NULL,
	text     TEXT    NOT NULL,
	at       BIGINT  NOT NULL
);
CREATE INDEX missed_contact ON missed (contact);

-- Keyed hashes that are left of people who were forgotten: their opt-out, and their messages, to recognise a repetition.
CREATE TABLE forgotten (
	hash TEXT   NOT NULL PRIMARY KEY,
	kind TEXT   NOT NULL, -- in, out, opt_out
	at   BIGINT NOT NULL
);

CREATE TABLE case_label (
	case_id BIGINT NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
	label   TEXT   NOT NULL,
	PRIMARY KEY (case_id, label)
);
CREATE INDEX case_label_label ON case_label (label);

-- What agents write for each other. Nothing that sends messages reads this table.
CREATE TABLE note (
	-- only: sqlite
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id      BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	case_id BIGINT  NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
	author  TEXT    NOT NULL,
	text    TEXT    NOT NULL,
	at      BIGINT  NOT NULL
);
CREATE INDEX note_case ON note (case_id, id);

-- What changed in cases, in the order of commits, so that a browser that comes back misses nothing. Old rows are removed.
CREATE TABLE event (
	-- only: sqlite
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id      BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind    TEXT    NOT NULL, -- opened, message, sent, failed, owner, note, label, verdict, closed, helped …
	case_id BIGINT  NOT NULL, -- 0 for what is about no case, such as a reloaded flow
	who     TEXT    NOT NULL DEFAULT '',
	at      BIGINT  NOT NULL
);

-- Answers that agents use often.
CREATE TABLE canned (
	-- only: sqlite
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id         BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	title      TEXT    NOT NULL UNIQUE,
	lang       TEXT    NOT NULL DEFAULT '', -- '' for any
	text       TEXT    NOT NULL,
	changed_by TEXT    NOT NULL,
	changed_at BIGINT  NOT NULL
);

-- People who may sign in to the desk.
CREATE TABLE desk_user (
	name       TEXT    NOT NULL PRIMARY KEY,
	role       TEXT    NOT NULL, -- agent, admin
	hash       TEXT    NOT NULL, -- of the password, with its parameters
	lang       TEXT    NOT NULL DEFAULT '',
	disabled   BOOLEAN NOT NULL DEFAULT FALSE,
	created_at BIGINT  NOT NULL
);

CREATE TABLE desk_session (
	hash       TEXT   NOT NULL PRIMARY KEY, -- SHA-256 of the cookie
	name       TEXT   NOT NULL REFERENCES desk_user (name) ON DELETE CASCADE,
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX desk_session_name ON desk_session (name);

-- Cards about cases that were sent to agents on WhatsApp, so that an answer to one finds its case.
CREATE TABLE card (
	channel    TEXT   NOT NULL,
	message_id TEXT   NOT NULL,
	case_id    BIGINT NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
	agent      TEXT   NOT NULL, -- key of the agent's own chat
	at         BIGINT NOT NULL,
	PRIMARY KEY (channel, message_id)
);
CREATE INDEX card_agent ON card (agent, at);
CREATE INDEX card_case ON card (case_id);

-- What other systems are to be told: a queue that survives a restart.
CREATE TABLE hook (
	-- only: sqlite
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id         BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	target     TEXT    NOT NULL, -- webhook, chatwoot
	kind       TEXT    NOT NULL, -- case_opened, verdict, case_closed, message …
	case_id    BIGINT  NOT NULL DEFAULT 0,
	contact    TEXT    NOT NULL DEFAULT '', -- goes with the person
	body       TEXT    NOT NULL, -- JSON
	state      TEXT    NOT NULL, -- waiting, done, dead
	attempts   INTEGER NOT NULL DEFAULT 0,
	not_before BIGINT  NOT NULL,
	created_at BIGINT  NOT NULL,
	done_at    BIGINT  NOT NULL DEFAULT 0,
	error      TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX hook_waiting ON hook (target, not_before, id) WHERE state = 'waiting';
CREATE INDEX hook_dead ON hook (id) WHERE state = 'dead';
CREATE INDEX hook_contact ON hook (contact);

-- Where a chat is mirrored in another system.
CREATE TABLE bridge (
	target       TEXT   NOT NULL,
	contact      TEXT   NOT NULL REFERENCES contact (key) ON DELETE CASCADE,
	person       TEXT   NOT NULL, -- id of the person there
	conversation TEXT   NOT NULL, -- id of the conversation there
	at           BIGINT NOT NULL,
	PRIMARY KEY (target, contact)
);
CREATE UNIQUE INDEX bridge_conversation ON bridge (target, conversation);
CREATE INDEX bridge_contact ON bridge (contact);

-- Messages of the other system that were taken, each once.
CREATE TABLE bridge_message (
	target     TEXT   NOT NULL,
	message_id TEXT   NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (target, message_id)
);

-- How often each question was reached and left, by day (midnight UTC) and flow version, without any person. It is counted
-- from the audit log, up to the row that meta names.
CREATE TABLE funnel (
	day      BIGINT NOT NULL,
	digest   TEXT   NOT NULL,
	question TEXT   NOT NULL,
	what     TEXT   NOT NULL, -- reached, answered, missed, back, dropped, handed_over
	n        BIGINT NOT NULL,
	PRIMARY KEY (day, digest, question, what)
);

-- Flows that ran here, with all their files, so that conversations can stay on the one they began with.
CREATE TABLE flow_version (
	digest   TEXT   NOT NULL PRIMARY KEY,
	flow     TEXT   NOT NULL, -- id of the flow
	-- only: sqlite for next 2 lines
	files    BLOB   NOT NULL, -- a zip archive
	model    BLOB,            -- the trained classifier, NULL when it is the built-in one
	-- only: postgres for next 2 lines
	files    BYTEA  NOT NULL,
	model    BYTEA,
	author   TEXT   NOT NULL,
	note     TEXT   NOT NULL,
	added_at BIGINT NOT NULL
);

-- Which version new conversations begin with: the newest row says it.
CREATE TABLE publication (
	-- only: sqlite
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id     BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	digest TEXT    NOT NULL REFERENCES flow_version (digest),
	folder TEXT    NOT NULL, -- digest of the flow folder at that time: a rollback holds until the folder changes
	author TEXT    NOT NULL,
	note   TEXT    NOT NULL,
	at     BIGINT  NOT NULL
);
CREATE INDEX publication_digest ON publication (digest);

-- What a command asked of the running service, and what came of it.
CREATE TABLE command (
	-- only: sqlite
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	-- only: postgres
	id       BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name     TEXT    NOT NULL, -- reload …
	args     TEXT    NOT NULL, -- JSON
	asked_by TEXT    NOT NULL,
	asked_at BIGINT  NOT NULL,
	done_at  BIGINT  NOT NULL DEFAULT 0,
	ok       BOOLEAN NOT NULL DEFAULT FALSE,
	result   TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX command_waiting ON command (id) WHERE done_at = 0;
