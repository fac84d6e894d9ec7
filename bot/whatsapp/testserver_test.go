package whatsapp

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOnlyLoopbackTestServers(t *testing.T) {
	key := strings.Repeat("0a", 32)
	for address, want := range map[string]string{
		"ws://127.0.0.1:4711/ws/chat":           "",
		"ws://127.3.2.1:4711/ws/chat":           "",
		"ws://[::1]:4711/ws/chat":               "",
		"":                                      "missing",
		"wss://127.0.0.1:4711/ws/chat":          "ws://",
		"http://127.0.0.1:4711/ws/chat":         "ws://",
		"ws://localhost:4711/ws/chat":           "loopback",
		"ws://10.0.0.1:4711/ws/chat":            "loopback",
		"ws://web.whatsapp.com:443/ws/chat":     "loopback",
		"ws://0.0.0.0:4711/ws/chat":             "loopback",
		"ws://127.0.0.1.example.com:1/ws/chat":  "loopback",
		"ws://127.0.0.1@example.com:1/ws/chat":  "loopback",
		"ws://127.0.0.1/ws/chat":                "port",
		"ws://127.0.0.1:4711/":                  "/ws/chat",
		"ws://127.0.0.1:4711/ws/chat?x=1":       "/ws/chat",
		"ws://user:secret@127.0.0.1:1/ws/chat":  "/ws/chat",
		"ws://127.0.0.1:4711/ws/chat#elsewhere": "/ws/chat",
		"://":                                   "not an address",
	} {
		_, err := ParseTestServer(address, key)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", address, err, want)
		}
		if errors.Is(err, ErrRootKey) {
			t.Errorf("%q: the key is blamed", address)
		}
	}
	for _, bad := range []string{"", "0a", key + "0a", strings.Repeat("zz", 32)} {
		if _, err := ParseTestServer("ws://127.0.0.1:4711/ws/chat", bad); !errors.Is(err, ErrRootKey) {
			t.Errorf("key %q: got %v, want ErrRootKey", bad, err)
		}
	}
}

func TestEveryRequestGoesToTheTestServer(t *testing.T) {
	var asked []string
	local := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Host+" "+r.RequestURI)
	}))
	defer local.Close()
	host := strings.TrimPrefix(local.URL, "http://")
	server, err := ParseTestServer("ws://"+host+"/ws/chat", strings.Repeat("00", 32))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: server.transport()}
	defer client.CloseIdleConnections()
	for _, address := range []string{"https://mmg.whatsapp.net/v/t62?ccb=1&hash=%2Fa", "wss://web.whatsapp.com/ws/chat"} {
		response, err := client.Get(strings.Replace(address, "wss", "https", 1))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
	want := host + " /v/t62?ccb=1&hash=%2Fa," + host + " /ws/chat"
	if got := strings.Join(asked, ","); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
