package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"layak/bot"
	"layak/flows"
)

var _ bot.Versions = (*Store)(nil)

const (
	addVersionQuery = `
		INSERT INTO flow_version (digest, flow, files, model, author, note, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (digest) DO NOTHING`
	versionQuery      = `SELECT digest, flow, files, model, author, note, added_at FROM flow_version WHERE digest = $1`
	listVersionsQuery = `
		SELECT d.digest, COALESCE(v.flow, (SELECT MIN(c.flow) FROM conversation c WHERE c.digest = d.digest), ''),
			COALESCE(p.author, v.author, ''), COALESCE(p.note, v.note, ''), COALESCE(v.added_at, 0), COALESCE(p.at, 0),
			COALESCE(p.id = (SELECT MAX(id) FROM publication), FALSE), v.digest IS NOT NULL,
			(SELECT COUNT(*) FROM conversation c WHERE c.digest = d.digest)
		FROM (SELECT digest FROM flow_version UNION SELECT DISTINCT digest FROM conversation WHERE digest <> '') d
		LEFT JOIN flow_version v ON v.digest = d.digest
		LEFT JOIN publication p ON p.id = (SELECT MAX(id) FROM publication q WHERE q.digest = d.digest)
		ORDER BY COALESCE(p.id, 0) DESC, COALESCE(v.added_at, 0) DESC, d.digest`
	publishQuery = `
		INSERT INTO publication (digest, folder, author, note, at)
		SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT 1 FROM flow_version WHERE digest = $1) RETURNING id`
	publishedQuery  = `SELECT id, digest, folder, author, note, at FROM publication ORDER BY id DESC LIMIT 1`
	folderSeenQuery = `SELECT EXISTS (SELECT 1 FROM publication WHERE folder = $1)`

	unusedVersions = `
		SELECT digest FROM flow_version v WHERE NOT EXISTS (SELECT 1 FROM conversation c WHERE c.digest = v.digest)
			AND digest NOT IN (SELECT digest FROM publication ORDER BY id DESC LIMIT $1)`
	prunePublicationsQuery = `DELETE FROM publication WHERE digest IN (` + unusedVersions + `)`
	pruneVersionsQuery     = `DELETE FROM flow_version WHERE digest IN (` + unusedVersions + `)`
)

// AddVersion implements bot.Versions.
func (s *Store) AddVersion(ctx context.Context, v bot.FlowVersion) error {
	files := v.Files.Pack()
	var model any // NULL, not an empty value
	if v.Model != nil {
		model = v.Model
	}
	err := s.write(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, addVersionQuery, v.Digest, v.Flow, files, model, clean(v.Author), clean(v.Note), ms(v.AddedAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep flow version: %w", err)
	}
	return nil
}

// Version implements bot.Versions.
func (s *Store) Version(ctx context.Context, digest string) (bot.FlowVersion, error) {
	var v bot.FlowVersion
	var files []byte
	var added int64
	err := s.read.QueryRow(ctx, versionQuery, digest).Scan(&v.Digest, &v.Flow, &files, &v.Model, &v.Author, &v.Note, &added)
	if errors.Is(err, sql.ErrNoRows) {
		return bot.FlowVersion{}, bot.ErrNoVersion
	}
	if err != nil {
		return bot.FlowVersion{}, fmt.Errorf("read flow version: %w", err)
	}
	v.AddedAt = at(added)
	if v.Files, err = flows.Unpack(files); err != nil {
		return bot.FlowVersion{}, fmt.Errorf("read the files of flow version %s: %w", digest, err)
	}
	return v, nil
}

// ListVersions implements bot.Versions.
func (s *Store) ListVersions(ctx context.Context) ([]bot.VersionInfo, error) {
	rows, err := s.read.Query(ctx, listVersionsQuery)
	if err != nil {
		return nil, fmt.Errorf("list flow versions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []bot.VersionInfo
	for rows.Next() {
		var v bot.VersionInfo
		var added, published int64
		if err := rows.Scan(&v.Digest, &v.Flow, &v.Author, &v.Note, &added, &published, &v.Live, &v.Kept, &v.Conversations); err != nil {
			return nil, fmt.Errorf("list flow versions: %w", err)
		}
		v.AddedAt, v.PublishedAt = at(added), at(published)
		all = append(all, v)
	}
	return all, rows.Err()
}

// Publish implements bot.Versions.
func (s *Store) Publish(ctx context.Context, p bot.Publication) (id int64, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		err := s.db.QueryRow(ctx, publishQuery, p.Digest, p.Folder, clean(p.Author), clean(p.Note), ms(p.At)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return bot.ErrNoVersion
		}
		if err != nil {
			return err
		}
		return s.event(ctx, bot.EventFlow, 0, p.Author, p.At)
	})
	if err != nil {
		return 0, fmt.Errorf("publish flow version: %w", err)
	}
	return id, nil
}

// FlowFailed implements bot.Versions.
func (s *Store) FlowFailed(ctx context.Context, who string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context) error { return s.event(ctx, bot.EventFlow, 0, who, at) })
}

// Published implements bot.Versions.
func (s *Store) Published(ctx context.Context) (p bot.Publication, err error) {
	var when int64
	err = s.read.QueryRow(ctx, publishedQuery).Scan(&p.ID, &p.Digest, &p.Folder, &p.Author, &p.Note, &when)
	if errors.Is(err, sql.ErrNoRows) {
		return p, bot.ErrNoVersion
	}
	if err != nil {
		return p, fmt.Errorf("read the publication: %w", err)
	}
	p.At = at(when)
	return p, nil
}

// FolderSeen implements bot.Versions.
func (s *Store) FolderSeen(ctx context.Context, digest string) (seen bool, err error) {
	if err := s.read.QueryRow(ctx, folderSeenQuery, digest).Scan(&seen); err != nil {
		return false, fmt.Errorf("look for a publication: %w", err)
	}
	return seen, nil
}

// PruneVersions implements bot.Versions.
func (s *Store) PruneVersions(ctx context.Context, newest int) (n int, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		// A publication that is among the newest keeps its version, so the second query finds the same ones.
		if _, err := s.db.Exec(ctx, prunePublicationsQuery, int64(newest)); err != nil {
			return err
		}
		res, err := s.db.Exec(ctx, pruneVersionsQuery, int64(newest))
		if err != nil {
			return err
		}
		gone, err := res.RowsAffected()
		n = int(gone)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remove old flow versions: %w", err)
	}
	return n, nil
}

const (
	chatsOnQuery = `
		SELECT c.key, c.channel, c.address, c.owner, v.body, v.version FROM conversation v JOIN contact c ON c.key = v.contact
		WHERE (v.digest = $1) <> $2 AND v.state <> '' AND v.contact > $3 ORDER BY v.contact LIMIT $4`
	replaceQuery = `
		UPDATE conversation SET version = version + 1, body = $3, flow = $4, digest = $5, state = $6, status = $7, category = $8, lang = $9
		WHERE contact = $1 AND version = $2`
)

// ChatsOn implements bot.Versions.
func (s *Store) ChatsOn(ctx context.Context, digest string, others bool, after bot.ChatKey, limit int) ([]bot.Chat, error) {
	rows, err := s.read.Query(ctx, chatsOnQuery, digest, others, string(after), int64(limit))
	if err != nil {
		return nil, fmt.Errorf("list chats of a flow version: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []bot.Chat
	for rows.Next() {
		var c bot.Chat
		var body string
		var version int64
		if err := rows.Scan(&c.Key, &c.Channel, &c.Address, &c.Owner, &body, &version); err != nil {
			return nil, fmt.Errorf("list chats of a flow version: %w", err)
		}
		if err := json.Unmarshal([]byte(body), &c.Conversation); err != nil {
			return nil, fmt.Errorf("read conversation: %w", err)
		}
		c.Conversation.Version = version
		all = append(all, c)
	}
	return all, rows.Err()
}

// Replace implements bot.Versions.
func (s *Store) Replace(ctx context.Context, key bot.ChatKey, base int64, n flows.Conversation, entry bot.AuditEntry, when time.Time) error {
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write conversation: %w", err)
	}
	return s.write(ctx, func(ctx context.Context) error {
		err := s.must(ctx, replaceQuery, string(key), base, string(body), n.FlowID, n.FlowDigest, string(n.Place.State), string(n.Status), n.Category(), n.Lang)
		if err != nil {
			return err
		}
		return s.audit(ctx, string(key), when, entry)
	})
}

// commandTaken stands in result while a service is at a command.
const commandTaken = "taken"

const (
	askQuery  = `INSERT INTO command (name, args, asked_by, asked_at) VALUES ($1, $2, $3, $4) RETURNING id`
	takeQuery = `
		UPDATE command SET result = '` + commandTaken + `' WHERE done_at = 0 AND result = '' AND id = (
			SELECT MIN(id) FROM command WHERE done_at = 0 AND result = '' AND asked_at >= $1)
		RETURNING id, name, args, asked_by, asked_at`
	finishQuery          = `UPDATE command SET done_at = $2, ok = $3, result = $4 WHERE id = $1`
	commandQuery         = `SELECT name, args, asked_by, asked_at, done_at, ok, result FROM command WHERE id = $1`
	expireCommandsQuery  = `DELETE FROM command WHERE asked_at < $1`
	withdrawCommandQuery = `DELETE FROM command WHERE id = $1 AND done_at = 0 AND result = ''`
	newsQuery            = `SELECT COALESCE((SELECT MAX(id) FROM publication), 0), COALESCE((SELECT MAX(id) FROM command), 0)`
)

// Ask implements bot.Versions.
func (s *Store) Ask(ctx context.Context, c bot.Command) (id int64, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		return s.db.QueryRow(ctx, askQuery, c.Name, clean(c.Args), clean(c.AskedBy), ms(c.AskedAt)).Scan(&id)
	})
	if err != nil {
		return 0, fmt.Errorf("leave a command: %w", err)
	}
	return id, nil
}

// TakeCommand implements bot.Versions.
func (s *Store) TakeCommand(ctx context.Context, since time.Time) (c bot.Command, found bool, err error) {
	var asked int64
	err = s.write(ctx, func(ctx context.Context) error {
		return s.db.QueryRow(ctx, takeQuery, ms(since)).Scan(&c.ID, &c.Name, &c.Args, &c.AskedBy, &asked)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Command{}, false, nil
	}
	if err != nil {
		return bot.Command{}, false, fmt.Errorf("take a command: %w", err)
	}
	c.AskedAt, c.Taken = at(asked), true
	return c, true, nil
}

// FinishCommand implements bot.Versions.
func (s *Store) FinishCommand(ctx context.Context, id int64, ok bool, result string, when time.Time) error {
	return s.write(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, finishQuery, id, ms(when), ok, clean(result))
		return err
	})
}

// Command implements bot.Versions.
func (s *Store) Command(ctx context.Context, id int64) (bot.Command, error) {
	c := bot.Command{ID: id}
	var asked, done int64
	err := s.read.QueryRow(ctx, commandQuery, id).Scan(&c.Name, &c.Args, &c.AskedBy, &asked, &done, &c.OK, &c.Result)
	if err != nil {
		return bot.Command{}, fmt.Errorf("read command %d: %w", id, err)
	}
	c.AskedAt, c.DoneAt = at(asked), at(done)
	if c.Taken = c.Result != ""; c.DoneAt.IsZero() {
		c.Result = ""
	}
	return c, nil
}

// Withdraw implements bot.Versions.
func (s *Store) Withdraw(ctx context.Context, id int64) (bool, error) {
	err := s.write(ctx, func(ctx context.Context) error { return s.must(ctx, withdrawCommandQuery, id) })
	if errors.Is(err, bot.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// News implements bot.Versions.
func (s *Store) News(ctx context.Context) (publication, command int64, err error) {
	err = s.read.QueryRow(ctx, newsQuery).Scan(&publication, &command)
	return publication, command, err
}
