package whatsapp

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"send to 628120000001@s.whatsapp.net failed":            "send to ***001@s.whatsapp.net failed",
		"150000000000002:7@lid":                                 "***002:7@lid",
		`<message from="628120000001" notify="Rina" id="3EB0">`: `<message from="***001" notify="***" id="3EB0">`,
		"status 404 in 2026, 123456 bytes":                      "status 404 in 2026, 123456 bytes",
		"":                                                      "",
	} {
		if got := Mask(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestLibraryLog(t *testing.T) {
	var out bytes.Buffer
	log := newLibraryLog(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))).Sub("Client").Sub("Recv")
	log.Debugf("<message>rahasia</message>")
	log.Infof("connected")
	log.Warnf("no LID for %s", rina)
	log.Errorf("lost %d", 3)
	got := out.String()
	for _, want := range []string{"level=DEBUG msg=connected module=Client/Recv", "level=WARN msg=\"no LID for ***001@s.whatsapp.net\"", "level=ERROR msg=\"lost 3\""} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	if strings.Contains(got, "rahasia") {
		t.Errorf("a stanza was logged:\n%s", got)
	}
}
