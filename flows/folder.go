package flows

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Folder is the content of a flow folder at one moment: file name → content. Transcripts and whatever else does not change
// what the flow does are left out.
type Folder map[string]string

// ReadFolder copies a flow folder, so that what is checked, compiled and kept is the same although somebody is editing. A
// folder that does not exist is an empty one: Load says what is missing.
func ReadFolder(fsys fs.FS) (Folder, error) {
	f := Folder{}
	for _, name := range sources(fsys, ".") {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		f[name] = string(data)
	}
	return f, nil
}

// FS is the folder for Load.
func (f Folder) FS() fs.FS {
	data := f.archive(zip.Store)
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		panic(err) // we wrote it
	}
	return r
}

// Pack puts the folder into one small file. The same folder always gives the same bytes.
func (f Folder) Pack() []byte { return f.archive(zip.Deflate) }

// Unpack is the folder that Pack packed.
func Unpack(data []byte) (Folder, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	return ReadFolder(r)
}

// archive writes the folder as a zip archive.
func (f Folder) archive(method uint16) []byte {
	var data bytes.Buffer
	w := zip.NewWriter(&data)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		file, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = io.WriteString(file, f[name])
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return data.Bytes()
}

// Digest is the digest that Load gives a flow of this folder.
func (f Folder) Digest() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(f)) {
		data := withoutHead([]byte(f[name]))
		fmt.Fprintf(h, "%s\x00%d\x00", name, len(data))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Changed names the files that differ between two folders, sorted.
func (f Folder) Changed(to Folder) []string {
	var out []string
	for name, text := range f {
		if now, ok := to[name]; !ok || now != text {
			out = append(out, name)
		}
	}
	for name := range to {
		if _, ok := f[name]; !ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// sources lists the files below dir that make up a flow, sorted. Links are followed, one folder deep. What is no file is left
// out (a pipe would never end), and so is a link that leads nowhere, which is how some editors mark a file that is being edited.
func sources(fsys fs.FS, dir string) []string {
	var names []string
	add := func(p string) {
		if !slices.Contains([]string{".yaml", ".yml"}, path.Ext(p)) {
			return
		}
		if info, err := fs.Stat(fsys, p); err == nil && !info.Mode().IsRegular() || errors.Is(err, fs.ErrNotExist) {
			return
		}
		names = append(names, p)
	}
	_ = fs.WalkDir(fsys, dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
		case d.Type()&fs.ModeSymlink != 0 && (path.Base(p) == "lang" || path.Base(p) == "nlu"):
			entries, _ := fs.ReadDir(fsys, p)
			for _, e := range entries {
				add(path.Join(p, e.Name()))
			}
		default:
			add(p)
		}
		return nil
	})
	slices.SortFunc(names, strings.Compare)
	return names
}

// digest is the hex SHA-256 over every file of a flow folder below dir. The comments at the head of a file are left out.
func digest(fsys fs.FS, dir string) string {
	h := sha256.New()
	for _, n := range sources(fsys, dir) {
		data, err := fs.ReadFile(fsys, n)
		if err != nil {
			continue
		}
		data = withoutHead(data)
		fmt.Fprintf(h, "%s\x00%d\x00", n, len(data))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// withoutHead drops the comments and blank lines before the first line that says something.
func withoutHead(data []byte) []byte {
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			break
		}
		data = rest
	}
	return data
}
