package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

const (
	// patience bounds every wait: a busy machine is slow, a hanging program is not waited for.
	patience = 60 * time.Second
	// fullVariable makes the tests run the long rounds.
	fullVariable = "LAYAK_E2E"
	// seedVariable repeats the random choices of an earlier run.
	seedVariable = "LAYAK_E2E_SEED"
)

// full reports whether the long rounds are wanted.
func full() bool { return os.Getenv(fullVariable) == "full" }

// rounds is how often something is repeated: few times by default, often in the long run.
func rounds(few, many int) int {
	if full() {
		return many
	}
	return few
}

var buildDir string

// binary is the program, built once.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildDir, "layak")
	out, err := exec.Command("go", "build", "-o", path, "layak/cmd/layak").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build layak: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "layak-e2e"); err != nil {
		panic(err)
	}
	_ = flag.Set("test.parallel", "4") // the tests mostly wait for processes; the command line, read in Run, goes before
	code := m.Run()
	_ = os.RemoveAll(buildDir)
	os.Exit(code)
}

// program returns the path of the built program.
func program(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// waiting returns a context that bounds one wait.
func waiting(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
