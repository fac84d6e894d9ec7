package crashpoint

import (
	"os"
	"os/exec"
	"testing"
)

// TestMain runs the program that is to be killed when the variable is set.
func TestMain(m *testing.M) {
	if value := os.Getenv(Variable); value != "" {
		Arm(value)
		Here(AfterAccept)
		Here(BeforeCommit)
		Here(AfterAccept)
		os.Exit(7)
	}
	os.Exit(m.Run())
}

func TestArmedProcessIsKilled(t *testing.T) {
	for value, killed := range map[string]bool{
		AfterAccept: true, AfterAccept + "=2": true, AfterAccept + "=3": false, BeforeSend: false, AfterAccept + "=x": false, AfterAccept + "=0": false,
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), Variable+"="+value)
		_ = cmd.Run()
		if got := cmd.ProcessState.ExitCode(); killed && got != -1 || !killed && got != 7 {
			t.Errorf("%s: exit code %d", value, got)
		}
	}
}

func TestUnarmed(*testing.T) {
	Arm("")
	Here("")
	Here(AfterAccept)
}
