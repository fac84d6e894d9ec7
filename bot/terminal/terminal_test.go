package terminal

import "testing"

// A terminal with colours shows what WhatsApp shows in bold and in italics; without, the signs stay.
func TestBoldAndItalics(t *testing.T) {
	for in, want := range map[string]string{
		"Ketik *batal*.": "Ketik \x1b[1mbatal\x1b[0m.", "Boleh. _(Praktik, 2026)_": "Boleh. \x1b[3m(Praktik, 2026)\x1b[23m", "nama_usaha_saya": "nama_usaha_saya",
	} {
		if got := (&Terminal{Color: true}).bold(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
		if got := (&Terminal{}).bold(in); got != in {
			t.Errorf("%q becomes %q without colours", in, got)
		}
	}
}
