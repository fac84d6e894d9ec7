package waserver_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types/events"

	"layak/internal/waserver"
)

// What the test tells its child process.
const (
	childHost = "WASERVER_TEST_HOST"
	childRoot = "WASERVER_TEST_ROOT"
	childPath = "WASERVER_TEST_PATH"
)

// runChild is an echo bot in a process of its own. It prints the text of its QR code and runs until it is killed.
func runChild() {
	root, err := hex.DecodeString(os.Getenv(childRoot))
	if err != nil {
		panic(err)
	}
	whatsmeow.WACertPubKey = [32]byte(root)
	ctx := context.Background()
	client, _, err := openClient(ctx, os.Getenv(childHost), os.Getenv(childPath))
	if err != nil {
		panic(err)
	}
	client.AddEventHandlerWithSuccessStatus(func(evt any) bool {
		switch evt := evt.(type) {
		case *events.QR:
			fmt.Println("qr", evt.Codes[0])
		case *events.Message:
			if evt.Info.Category == "peer" {
				return true
			}
			// The ID follows from the question's, so that a repeated answer is recognised.
			id := "3EB0" + strings.TrimPrefix(evt.Info.ID, "3A")
			client.SendMessage(ctx, evt.Info.Chat, evt.Message, whatsmeow.SendRequestExtra{ID: id}) //nolint:errcheck // it is asked again
		}
		return true
	})
	if err = client.Connect(); err != nil {
		panic(err)
	}
	select {}
}

func TestBotInAnotherProcess(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	ctx := testContext(t)
	root := srv.RootKey()
	path := filepath.Join(t.TempDir(), "bot.db")
	start := func() (*exec.Cmd, *bufio.Scanner) {
		child := exec.CommandContext(ctx, os.Args[0])
		child.Env = append(os.Environ(), childHost+"="+srv.Host(), childRoot+"="+hex.EncodeToString(root[:]), childPath+"="+path)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err = child.Start(); err != nil {
			t.Fatal(err)
		}
		return child, bufio.NewScanner(out)
	}
	kill := func(child *exec.Cmd) {
		_ = child.Process.Kill()
		_ = child.Wait()
	}

	first, said := start()
	defer kill(first)
	if !said.Scan() {
		t.Fatal("the child says nothing: ", said.Err())
	}
	if err := account.Scan(ctx, strings.TrimPrefix(said.Text(), "qr ")); err != nil {
		t.Fatal(err)
	}
	if err := account.WaitLogin(ctx); err != nil {
		t.Fatal(err)
	}
	ask := func(text string) {
		t.Helper()
		if _, err := p.Send(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(want string) {
		t.Helper()
		if got, err := p.Next(ctx); err != nil || got.Text != want {
			t.Fatalf("prospect got %q, %v, want %q", got.Text, err, want)
		}
	}
	ask("pertama")
	hear("pertama")

	kill(first)
	if err := account.WaitOffline(ctx); err != nil {
		t.Fatal(err)
	}
	ask("selagi mati")
	logins := account.Logins()
	second, _ := start()
	defer kill(second)
	if err := account.WaitLogins(ctx, logins+1); err != nil {
		t.Fatal(err)
	}
	hear("selagi mati")
}
