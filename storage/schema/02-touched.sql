-- v1 -> v2 (compatible with v1+): Know when a chat was last written in

ALTER TABLE contact ADD COLUMN heard_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN touched_at BIGINT NOT NULL DEFAULT 0;
UPDATE contact SET
	heard_at = COALESCE((SELECT MAX(received_at) FROM inbox WHERE inbox.contact = contact.key AND NOT from_me), 0),
	touched_at = COALESCE((SELECT MAX(received_at) FROM inbox WHERE inbox.contact = contact.key), contact.created_at);
CREATE INDEX contact_touched ON contact (touched_at);
CREATE INDEX contact_owned ON contact (touched_at) WHERE owner <> '';
