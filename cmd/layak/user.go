package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"layak/bot"
	"layak/internal/password"
	"layak/storage"
)

// userCmd are the commands about people who sign in to the desk.
type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Let somebody sign in to the desk; the password comes from standard input."`
	List    userListCmd    `cmd:"" help:"List who may sign in."`
	Passwd  userPasswdCmd  `cmd:"" help:"Change a password, which ends the sessions of that user."`
	Disable userDisableCmd `cmd:"" help:"Keep somebody from signing in, and end their sessions."`
	Enable  userEnableCmd  `cmd:"" help:"Let somebody sign in again."`
}

// userArg is the user a command is about.
type userArg struct {
	configFlag
	Name string `arg:"" help:"Name of the user: small letters, digits, dot, hyphen and underscore."`
}

type userAddCmd struct {
	userArg
	Role string `required:"" enum:"agent,admin" help:"What they may do: agent works on cases, admin sees reports and the state of the service, too."`
	Lang string `enum:",id,en" default:"" help:"Language of the desk for them: id or en."`
}

// Help ends in the example of `layak user add --help`.
func (userAddCmd) Help() string {
	return fmt.Sprintf("The password has at least %d characters. In a terminal it is asked for twice, and not shown.\n\nExample:\n\n"+
		"    layak user add sari --role agent < password.txt", password.MinRunes)
}

// Run adds the user.
func (c userAddCmd) Run(ctx context.Context, con *console) error {
	if err := bot.CheckUserName(c.Name); err != nil {
		return withCode(exitUsage, err)
	}
	return c.with(ctx, con, func(store *storage.Store) error {
		hash, err := readPassword(con)
		if err != nil {
			return err
		}
		u := bot.User{Name: c.Name, Role: bot.Role(c.Role), Lang: c.Lang, CreatedAt: time.Now()}
		if err := store.AddUser(ctx, u, hash); errors.Is(err, bot.ErrUserExists) {
			return withCode(exitProblems, fmt.Errorf("there is a user %s already; to change the password: layak user passwd %[1]s", c.Name))
		} else if err != nil {
			return err
		}
		fmt.Fprintf(con.Out, "%s may sign in to the desk as %s.\n", c.Name, c.Role)
		return nil
	})
}

type userListCmd struct{ configFlag }

// Help ends in the example of `layak user list --help`.
func (userListCmd) Help() string { return "Example:\n\n    layak user list" }

// Run lists the users.
func (c userListCmd) Run(ctx context.Context, con *console) error {
	return userArg{configFlag: c.configFlag}.with(ctx, con, func(store *storage.Store) error {
		users, err := store.Users(ctx)
		if err != nil {
			return err
		}
		for _, u := range users {
			state := ""
			if u.Disabled {
				state = "  disabled"
			}
			fmt.Fprintf(con.Out, "%-20s %s%s\n", u.Name, u.Role, state)
		}
		if len(users) == 0 {
			fmt.Fprintln(con.Err, "Nobody yet. To add somebody: layak user add NAME --role admin")
		}
		return nil
	})
}

type userPasswdCmd struct{ userArg }

// Help ends in the example of `layak user passwd --help`.
func (userPasswdCmd) Help() string { return "Example:\n\n    layak user passwd sari < password.txt" }

// Run changes a password.
func (c userPasswdCmd) Run(ctx context.Context, con *console) error {
	return c.with(ctx, con, func(store *storage.Store) error {
		if _, _, err := store.User(ctx, c.Name); err != nil {
			return c.known(err)
		}
		hash, err := readPassword(con)
		if err != nil {
			return err
		}
		if err := store.SetPassword(ctx, c.Name, hash); err != nil {
			return c.known(err)
		}
		fmt.Fprintf(con.Out, "The password of %s is changed; they are signed out everywhere.\n", c.Name)
		return nil
	})
}

type userDisableCmd struct{ userArg }

// Help ends in the example of `layak user disable --help`.
func (userDisableCmd) Help() string {
	return "Their open cases stand in the queue from then on, marked with their name, for whoever claims them.\n\nExample:\n\n    layak user disable sari"
}

// Run disables a user.
func (c userDisableCmd) Run(ctx context.Context, con *console) error {
	return c.with(ctx, con, func(store *storage.Store) error {
		if err := store.DisableUser(ctx, c.Name, true); err != nil {
			return c.known(err)
		}
		fmt.Fprintf(con.Out, "%s cannot sign in any more, and is signed out everywhere.\n", c.Name)
		if _, n, err := store.CaseCounts(ctx, c.Name); err != nil {
			return err
		} else if n > 0 {
			fmt.Fprintf(con.Out, "They have %d open cases, in which the bot is silent: they stand in the queue of the desk now, for whoever claims them.\n", n)
		}
		return nil
	})
}

type userEnableCmd struct{ userArg }

// Help ends in the example of `layak user enable --help`.
func (userEnableCmd) Help() string { return "Example:\n\n    layak user enable sari" }

// Run lets a user sign in again.
func (c userEnableCmd) Run(ctx context.Context, con *console) error {
	return c.with(ctx, con, func(store *storage.Store) error {
		if err := store.DisableUser(ctx, c.Name, false); err != nil {
			return c.known(err)
		}
		fmt.Fprintf(con.Out, "%s may sign in again.\n", c.Name)
		return nil
	})
}

// known says what to do about a user who does not exist.
func (c userArg) known(err error) error {
	if errors.Is(err, bot.ErrNoUser) {
		return withCode(exitProblems, fmt.Errorf("there is no user %q; to see who there is: layak user list", c.Name))
	}
	return err
}

// with opens the database beside the service that may be running on it.
func (c userArg) with(ctx context.Context, con *console, do func(*storage.Store) error) error {
	return inDatabase(ctx, con, c.configFlag, func(_ Config, store *storage.Store) error { return do(store) })
}

// readPassword reads a password from standard input, up to the end of its first line, and returns its hash. In a terminal
// it is asked for twice and not shown.
func readPassword(con *console) (hash string, err error) {
	var text string
	if f, ok := con.In.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		text, err = askPassword(con, f)
	} else {
		text, err = bufio.NewReader(io.LimitReader(con.In, password.MaxBytes+2)).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return "", withCode(exitUsage, fmt.Errorf("read the password: %w", err))
	}
	hash, err = password.Hash(strings.TrimRight(text, "\r\n"))
	if err != nil {
		return "", withCode(exitUsage, err)
	}
	return hash, nil
}

func askPassword(con *console, f *os.File) (string, error) {
	var twice [2]string
	for i, prompt := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(con.Err, prompt)
		text, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(con.Err)
		if err != nil {
			return "", err
		}
		twice[i] = string(text)
	}
	if twice[0] != twice[1] {
		return "", errors.New("the two are not the same")
	}
	return twice[0], nil
}
