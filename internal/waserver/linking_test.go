package waserver_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types/events"

	"layak/internal/waserver"
)

func TestLinkByCode(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	ctx := testContext(t)
	b := startBot(t, srv, filepath.Join(t.TempDir(), "bot.db"))
	b.connect()
	await[*events.QR](b, 0, nil)
	code, err := b.client.PairPhone(ctx, "+62 811-0000-001", true, whatsmeow.PairClientChrome, "Chrome (Linux)")
	if err != nil {
		t.Fatal(err)
	}
	wrong := "11" + code[2:]
	if strings.HasPrefix(code, "11") {
		wrong = "22" + code[2:]
	}
	if err = account.EnterCode(ctx, wrong); !errors.Is(err, waserver.ErrWrongCode) {
		t.Errorf("wrong code: got %v, want ErrWrongCode", err)
	}
	if err = account.EnterCode(ctx, strings.ToLower(code)); err != nil {
		t.Fatal(err)
	}
	await[*events.PairSuccess](b, 0, nil)
	await[*events.Connected](b, 0, nil)
	b.pushName()
	exchange(t, srv, b, "628120000001")
}

func TestLinkWithPasskey(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	account.DemandPasskey()
	ctx := testContext(t)
	b := startBot(t, srv, filepath.Join(t.TempDir(), "bot.db"))
	b.connect()
	codes, _ := await[*events.QR](b, 0, nil)
	scanned := make(chan error, 1)
	go func() { scanned <- account.Scan(ctx, codes.Codes[0]) }()
	request, _ := await[*events.PairPasskeyRequest](b, 0, nil)
	signed, err := account.SignPasskey(request.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if err = b.client.SendPasskeyResponse(ctx, signed); err != nil {
		t.Fatal(err)
	}
	confirmation, _ := await[*events.PairPasskeyConfirmation](b, 0, nil)
	shown, err := account.PasskeyCode(ctx)
	if err != nil || shown != confirmation.Code || !confirmation.SkipHandoffUX {
		t.Errorf("phone shows %q, %v, client %q; proof accepted: %t", shown, err, confirmation.Code, confirmation.SkipHandoffUX)
	}
	if err = b.client.SendPasskeyConfirmation(ctx); err != nil {
		t.Fatal(err)
	}
	if err = <-scanned; err != nil {
		t.Fatal(err)
	}
	await[*events.Connected](b, 0, nil)
	b.pushName()
	exchange(t, srv, b, "628120000001")
}

func TestPasskeyOfSomebodyElse(t *testing.T) {
	srv := newServer(t)
	account, stranger := srv.NewAccount("628110000001"), srv.NewAccount("628110000002")
	account.DemandPasskey()
	stranger.DemandPasskey()
	ctx := testContext(t)
	b := startBot(t, srv, filepath.Join(t.TempDir(), "bot.db"))
	b.connect()
	codes, _ := await[*events.QR](b, 0, nil)
	scanned := make(chan error, 1)
	go func() { scanned <- account.Scan(ctx, codes.Codes[0]) }()
	request, _ := await[*events.PairPasskeyRequest](b, 0, nil)
	if _, err := stranger.SignPasskey(request.PublicKey); err == nil {
		t.Error("another key signed the request")
	}
	signed, err := account.SignPasskey(request.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	signed.Response.Signature[10] ^= 1
	if err = b.client.SendPasskeyResponse(ctx, signed); err != nil {
		t.Fatal(err)
	}
	if err = <-scanned; !errors.Is(err, waserver.ErrPairing) {
		t.Errorf("forged signature: got %v, want ErrPairing", err)
	}
}

func TestScanRefusesWhatNobodyShows(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	ctx := testContext(t)
	b := startBot(t, srv, filepath.Join(t.TempDir(), "bot.db"))
	b.connect()
	codes, _ := await[*events.QR](b, 0, nil)
	shown := strings.Split(codes.Codes[0], ",")
	for _, test := range []struct{ name, qrText string }{
		{"empty", ""},
		{"other_ref", strings.Join(append([]string{"https://wa.me/#2@nobody"}, shown[1:]...), ",")},
		{"other_noise", strings.Join([]string{shown[0], shown[2], shown[2], shown[3]}, ",")},
		{"other_identity", strings.Join([]string{shown[0], shown[1], shown[1], shown[3]}, ",")},
		{"other_secret", strings.Join([]string{shown[0], shown[1], shown[2], shown[2]}, ",")}, // only the client can tell
	} {
		if err := account.Scan(ctx, test.qrText); !errors.Is(err, waserver.ErrPairing) {
			t.Errorf("%s: got %v, want ErrPairing", test.name, err)
		}
	}
	if got := account.Linked(); got != 0 {
		t.Errorf("%d devices linked", got)
	}
}

func TestLogout(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	b := linkedBot(t, srv, account)
	ctx := testContext(t)
	p := srv.NewProspect(newNumber(), waserver.ProspectOptions{})
	if _, err := p.Send(ctx, "Halo"); err != nil {
		t.Fatal(err)
	}
	// The client must be idle: its Logout deletes the keys under the hands of a running handler.
	if err := account.WaitQueueEmpty(ctx); err != nil {
		t.Fatal(err)
	}
	if err := b.client.Logout(ctx); err != nil {
		t.Fatal(err)
	}
	if got := account.Linked(); got != 0 {
		t.Errorf("%d devices linked after the logout", got)
	}
	if _, err := p.Send(ctx, "Halo?"); !errors.Is(err, waserver.ErrNotLinked) {
		t.Errorf("message to nobody: got %v, want ErrNotLinked", err)
	}
}

// exchange sends a text each way.
func exchange(t *testing.T, srv *waserver.Server, b *bot, number string) *waserver.Prospect {
	t.Helper()
	ctx := testContext(t)
	p := srv.NewProspect(number, waserver.ProspectOptions{})
	id, err := p.Send(ctx, "Halo")
	if err != nil {
		t.Fatal(err)
	}
	got := b.message(id)
	if _, err = b.say(ctx, got.Info.Chat, "Halo juga"); err != nil {
		t.Fatal(err)
	}
	if answer, err := p.Next(ctx); err != nil || answer.Text != "Halo juga" {
		t.Fatalf("prospect got %q, %v", answer.Text, err)
	}
	return p
}
