// Package layering pins which package may import which.
package layering

import (
	"os/exec"
	"strings"
	"testing"
)

// forbidden says what a package, and those below it, may never depend on, directly or through others.
var forbidden = []struct{ from, to, why string }{
	{"layak/flows/match", "layak/flows/rules", "matching and judging are leaves"},
	{"layak/flows/rules", "layak/flows/match", "matching and judging are leaves"},
	{"layak/flows/...", "layak/bot", "the conversation knows nothing of the application around it"},
	{"layak/flows/...", "layak/storage", "the conversation does no I/O"},
	{"layak/flows/...", "net/http", "the conversation does no I/O"},
	{"layak/flows/...", "database/sql", "the conversation does no I/O"},
	{"layak/flows/...", "go.mau.fi/whatsmeow", "the conversation knows no network"},
	{"layak/bot", "layak/storage", "the application sees a Store, not a database"},
	{"layak/bot", "go.mau.fi/whatsmeow", "the application sees a Channel, not WhatsApp"},
	{"layak/bot", "database/sql", "the application sees a Store, not a database"},
	{"layak/bot/whatsapp", "layak/storage", "adapters do not import one another"},
	{"layak/bot/whatsapp", "layak/bot/terminal", "adapters do not import one another"},
	{"layak/bot/terminal", "layak/bot/whatsapp", "adapters do not import one another"},
	{"layak/bot/hooks", "layak/storage", "the application sees a Store, not a database"},
	{"layak/bot/chatwoot", "layak/storage", "the application sees a Store, not a database"},
	{"layak/bot/agentchat", "layak/storage", "the application sees a Store, not a database"},
	{"layak/bot/agentchat", "layak/bot/whatsapp", "agents are told over any channel"},
	{"layak/bot/terminal", "layak/storage", "adapters do not import one another"},
	{"layak/bot/desk", "layak/storage", "adapters do not import one another"},
	{"layak/bot/desk", "layak/bot/whatsapp", "adapters do not import one another"},
	{"layak/bot/desk", "go.mau.fi/whatsmeow", "the desk knows no network"},
	{"layak/bot/desk", "database/sql", "the desk sees a Store, not a database"},
	{"layak/storage", "go.mau.fi/whatsmeow", "the store keeps what the application gives it"},
	{"layak/cmd/...", "layak/internal/waserver", "the test server is for tests only"},
}

func TestImportsPointOneWay(t *testing.T) {
	for _, rule := range forbidden {
		out, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}}", rule.from).CombinedOutput()
		if err != nil {
			t.Fatalf("go list %s: %v\n%s", rule.from, err, out)
		}
		for _, dep := range strings.Fields(string(out)) {
			if dep == rule.to || strings.HasPrefix(dep, rule.to+"/") && rule.to != "layak/bot" && !strings.HasPrefix(dep, "layak/bot") {
				t.Errorf("%s depends on %s: %s", rule.from, dep, rule.why)
			}
		}
	}
}
