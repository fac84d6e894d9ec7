-- v2 -> v3 (compatible with v3+): Cases that agents work on, the desk, flow versions

ALTER TABLE contact ADD COLUMN open_case BIGINT NOT NULL DEFAULT 0;
UPDATE contact SET open_case = COALESCE((SELECT id FROM handoff WHERE handoff.contact = contact.key AND closed_at = 0), 0);

ALTER TABLE handoff ADD COLUMN claimed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE handoff ADD COLUMN waiting_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE handoff ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff ADD COLUMN closed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff ADD COLUMN override TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff ADD COLUMN override_by TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff ADD COLUMN override_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff ADD COLUMN helped TEXT NOT NULL DEFAULT '';
UPDATE handoff SET waiting_since = opened_at WHERE closed_at = 0;
CREATE INDEX handoff_queue ON handoff (owner, (CASE WHEN waiting_since = 0 THEN 9223372036854775807 ELSE waiting_since END), id) WHERE closed_at = 0;
CREATE INDEX handoff_waiting ON handoff ((CASE WHEN waiting_since = 0 THEN 9223372036854775807 ELSE waiting_since END), id) WHERE closed_at = 0;
CREATE INDEX handoff_closed ON handoff (closed_at, id) WHERE closed_at > 0;

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
