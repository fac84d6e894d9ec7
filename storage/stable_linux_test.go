package storage

import (
	"path/filepath"
	"strings"
	"testing"

	"go.mau.fi/util/dbutil"
)

// TestPlansStandForAllValues looks for the index that only serves one value of a parameter: SQLite takes it if it prepares
// the statement again for that value.
func TestPlansStandForAllValues(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "plans.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, db := range map[string]*dbutil.Database{"writing": s.db, "reading": s.read} {
		rows, err := db.Query(t.Context(), `EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE contact = $1 AND channel = $2 AND state = $3`,
			"", "", "waiting")
		if err != nil {
			t.Fatal(err)
		}
		var plan string
		for rows.Next() {
			var id, parent, unused int
			if err := rows.Scan(&id, &parent, &unused, &plan); err != nil {
				t.Fatal(err)
			}
		}
		_ = rows.Close()
		if !strings.Contains(plan, "INDEX") || strings.Contains(plan, "outbox_waiting") {
			t.Errorf("%s: %s", name, plan)
		}
	}
}
