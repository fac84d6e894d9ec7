// Package chromium gives tests a real browser without a window: the one that is installed.
package chromium

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// New starts a browser that ends with the test, and returns the context of its first tab; chromedp.NewContext makes more,
// which share its cookies. Where Chromium is missing the test is skipped, or fails if the environment variable
// LAYAK_REQUIRE lists chromium.
func New(t testing.TB) context.Context {
	t.Helper()
	path := find()
	if path == "" {
		text := "NOT RUN: Chromium is not installed (neither chromium nor chromium-browser is in PATH)"
		if slices.Contains(strings.FieldsFunc(os.Getenv("LAYAK_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), "chromium") {
			t.Fatal(text + ", and LAYAK_REQUIRE asks for chromium")
		}
		fmt.Fprintln(os.Stderr, t.Name()+": "+text)
		t.Skip(text)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, // tests may run as root, and open only our pages
		chromedp.DisableGPU, chromedp.WindowSize(1280, 800), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), // a page that asks another host fails here
	)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	return Tab(t, allocator)
}

// Tab opens a tab of a browser, or a browser of an allocator, that ends with the test.
func Tab(t testing.TB, parent context.Context) context.Context {
	t.Helper()
	tab, cancel := chromedp.NewContext(parent)
	t.Cleanup(cancel)
	if err := chromedp.Do(tab); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return tab
}

func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "/usr/bin/chromium"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
