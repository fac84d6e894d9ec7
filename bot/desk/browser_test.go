package desk

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// answer is what came back, read to its end.
type answerOf struct {
	*http.Response
	body string
}

func (b *browser) do(r *http.Request) answerOf {
	b.d.t.Helper()
	resp, err := b.client.Do(r)
	if err != nil {
		b.d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.d.t.Fatal(err)
	}
	return answerOf{resp, string(body)}
}

func (b *browser) request(method, path string, form url.Values) *http.Request {
	b.d.t.Helper()
	r, err := http.NewRequestWithContext(b.d.t.Context(), method, b.d.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.d.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (b *browser) get(path string) answerOf { return b.do(b.request(http.MethodGet, path, nil)) }

// post sends a form without a token.
func (b *browser) post(path string, form url.Values) answerOf {
	return b.do(b.request(http.MethodPost, path, form))
}

var tokenField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// submit sends a form with the token of a page.
func (b *browser) submit(path string, form url.Values) answerOf {
	b.d.t.Helper()
	token := tokenField.FindStringSubmatch(b.get("/help").body)
	if token == nil {
		b.d.t.Fatal("no form token on the page")
	}
	sent := url.Values{"csrf": {token[1]}}
	for k, v := range form {
		sent[k] = v
	}
	return b.post(path, sent)
}

func (a answerOf) is(t *testing.T, what string, status int) answerOf {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s: %s, want %d\n%s", what, a.Status, status, a.body)
	}
	return a
}

func (a answerOf) has(t *testing.T, parts ...string) answerOf {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(a.body, p) {
			t.Errorf("the page lacks %q:\n%s", p, a.body)
		}
	}
	return a
}

func (a answerOf) lacks(t *testing.T, parts ...string) answerOf {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(a.body, p) {
			t.Errorf("the page has %q:\n%s", p, a.body)
		}
	}
	return a
}
