// Package editor changes the flow folder of a running service: every edit is checked and compared before it is published,
// and the files are changed all together or not at all.
package editor

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"layak/flows"
)

// allowed are the names of files that make up a flow: nothing else in the folder is shown or written.
var allowed = regexp.MustCompile(`^(flow|rules|categories)\.yaml$|^lang/[a-z]{2,3}\.yaml$|^nlu/[a-zA-Z0-9][a-zA-Z0-9_.-]*\.ya?ml$`)

// Editable reports whether a file of the folder may be edited: it is there already, and part of every flow.
func Editable(f flows.Folder, name string) bool {
	_, there := f[name]
	return there && allowed.MatchString(name)
}

// Exact names the content of a folder, comments included: flows.Folder.Digest leaves some of those out.
func Exact(f flows.Folder) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(h, "%s\x00%d\x00%s", name, len(f[name]), f[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A change is written in two steps. First every new file is put beside the old one, and the journal that lists them all is
// put in place; until then nothing has changed. Then they take the places of the old ones, and the journal goes. Whoever
// finds a journal takes the second step again.
const (
	journal = ".layak-publishing"
	fresh   = ".layak-new" // ends the name of a new file
)

// rename puts a file in the place of another; a test makes it fail.
var rename = (*os.Root).Rename

// write makes the folder dir, which holds was, hold now. It changes files that are there, adds none and removes none. On an
// error everything is as it was.
func write(dir string, was, now flows.Folder) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	changed := was.Changed(now)
	for _, name := range changed {
		if !Editable(was, name) || !Editable(now, name) {
			return fmt.Errorf("%s is not a file of the flow folder that can be edited", name)
		}
		if info, err := root.Lstat(name); err != nil {
			return err
		} else if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is a link to another place; put the file itself into the flow folder", name)
		}
	}
	undo := func(cause error) error {
		for _, name := range changed {
			_ = root.Remove(name + fresh)
		}
		return cause
	}
	for _, name := range changed {
		if err := put(root, name+fresh, name, now[name]); err != nil {
			return undo(fmt.Errorf("write %s: %w", name, err))
		}
	}
	err = put(root, journal+fresh, "", strings.Join(changed, "\n")+"\n")
	if err == nil {
		err = root.Rename(journal+fresh, journal)
	}
	if err != nil {
		_ = root.Remove(journal + fresh)
		return undo(fmt.Errorf("write to the flow folder: %w", err))
	}
	settle(root, changed)
	for i, name := range changed {
		if err := rename(root, name+fresh, name); err != nil {
			err = fmt.Errorf("replace %s: %w", name, err)
			for _, done := range changed[:i] {
				err = errors.Join(err, restore(root, done, was[done]))
			}
			return cmp.Or(undo(err), root.Remove(journal))
		}
	}
	settle(root, changed)
	return root.Remove(journal)
}

// restore puts back what a file held.
func restore(root *os.Root, name, text string) error {
	if err := put(root, name+fresh, name, text); err != nil {
		return fmt.Errorf("put %s back: %w", name, err)
	}
	return root.Rename(name+fresh, name)
}

// put writes a file so that it survives a power cut, with the mode of the file like.
func put(root *os.Root, name, like, text string) error {
	mode := fs.FileMode(0o644)
	if like != "" {
		if info, err := root.Stat(like); err == nil {
			mode = info.Mode().Perm()
		}
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		_ = root.Remove(name)
	}
	return err
}

// settle makes new names survive a power cut, where the system can do that.
func settle(root *os.Root, files []string) {
	dirs := []string{"."}
	for _, name := range files {
		if dir := path.Dir(name); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	for _, dir := range dirs {
		if d, err := root.Open(dir); err == nil {
			_ = d.Sync()
			_ = d.Close()
		}
	}
}

// Recover ends a change of a flow folder that a crash cut short. It is to be called before the folder is read, by the
// service alone. A folder that is not there is none of its business.
func Recover(dir string) error {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	list, err := root.ReadFile(journal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	files := strings.Fields(string(list))
	for _, name := range files {
		if !allowed.MatchString(name) {
			return fmt.Errorf("%s names %q, which is no file of a flow; remove it by hand", journal, name)
		}
		if err := rename(root, name+fresh, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("finish the change of %s: %w", name, err)
		}
	}
	settle(root, files)
	return root.Remove(journal)
}
