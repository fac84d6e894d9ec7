package desk

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"layak/bot"
)

// exportWait is how long a download may take: a hundred thousand cases over a slow line.
const exportWait = 5 * time.Minute

// export writes one table as CSV.
func (d *Desk) export(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	what := r.PathValue("what")
	var write func(rows *csvWriter) error
	switch what {
	case "verdicts.csv":
		counts, err := d.cfg.Reports.VerdictCounts(r.Context())
		if err != nil {
			return err
		}
		write = func(rows *csvWriter) error {
			rows.write("day", "category", "verdict", "pack", "lang", "count")
			for _, c := range counts {
				rows.write(c.Day.Format(time.DateOnly), c.Category, c.Verdict.Verdict, c.Pack, c.Lang, strconv.Itoa(c.N))
			}
			return rows.err
		}
	case "funnel.csv":
		steps, err := d.cfg.Reports.Funnel(r.Context(), time.Time{}, time.Time{})
		if err != nil {
			return err
		}
		write = func(rows *csvWriter) error {
			rows.write("day", "flow", "question", "what", "count")
			for _, s := range steps {
				rows.write(s.Day.Format(time.DateOnly), s.Digest, s.Question, s.What, strconv.Itoa(s.N))
			}
			return rows.err
		}
	case "missed.csv":
		texts, err := d.cfg.Reports.MissedTexts(r.Context(), 0)
		if err != nil {
			return err
		}
		write = func(rows *csvWriter) error {
			rows.write("question", "text", "count")
			for _, m := range bot.CountMissed(texts) {
				rows.write(m.Question, m.Text, strconv.Itoa(m.Count))
			}
			return rows.err
		}
	case "cases.csv":
		write = func(rows *csvWriter) error { return d.exportCases(r, rows) }
	default:
		return errNoPage
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="layak-`+what+`"`)
	d.log.Info("exported", "by", s.Name, "what", what)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(exportWait))
	rows := &csvWriter{w: w}
	if err := write(rows); err != nil {
		d.log.Warn("an export is not complete", "what", what, "error", bot.Redact(err))
		panic(http.ErrAbortHandler) // half a table must not look like a whole one
	}
	return nil
}

// exportCases writes every case, page by page.
func (d *Desk) exportCases(r *http.Request, rows *csvWriter) error {
	rows.write("case", "opened", "closed", "reasons", "owner", "outcome", "closed_by", "note", "override", "override_by", "helped", "labels",
		"name", "phone", "category", "lang")
	q := bot.CaseQuery{View: bot.ViewAll, Limit: 500}
	for rows.err == nil {
		page, err := d.cfg.Cases.ListCases(r.Context(), q)
		if err != nil {
			return err
		}
		for _, c := range page.Cases {
			var reasons []string
			for _, reason := range c.Reasons {
				reasons = append(reasons, string(reason))
			}
			rows.write(itoa(c.ID), stamp(c.OpenedAt), stamp(c.ClosedAt), strings.Join(reasons, " "), c.Owner, string(c.Outcome), c.ClosedBy,
				c.Note, c.Override, c.OverrideBy, c.Helped, strings.Join(c.Labels, " "), c.Name, c.Phone, c.Category, c.Lang)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return rows.err
		}
	}
	return rows.err
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// csvWriter writes rows whose cells no spreadsheet takes for a formula. It keeps the first error.
type csvWriter struct {
	w   io.Writer
	err error
}

func (c *csvWriter) write(cells ...string) {
	if c.err != nil {
		return
	}
	quoted := make([]string, len(cells))
	for i, cell := range cells {
		quoted[i] = `"` + strings.ReplaceAll(harmless(cell), `"`, `""`) + `"`
	}
	_, c.err = io.WriteString(c.w, strings.Join(quoted, ",")+"\r\n")
}

// formula finds what a spreadsheet would compute: at the beginning of a cell, and after what another language's spreadsheet
// takes for the end of one.
var formula = regexp.MustCompile(`(^|[;\t\r\n])([\s\x00]*)([=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])`)

// harmless puts an apostrophe before what would be a formula, which makes it text.
func harmless(cell string) string {
	cell = strings.ReplaceAll(cell, "\x00", "")
	return formula.ReplaceAllString(cell, "$1$2'$3")
}
