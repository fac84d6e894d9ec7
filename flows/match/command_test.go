package match

import "testing"

func TestChangeCommand(t *testing.T) {
	words := []string{"ubah", "ganti", "change", "edit", "koreksi", "perbaiki"}
	for _, tt := range []struct {
		text string
		n    int
		ok   bool
	}{
		{"ubah 2", 2, true},
		{"ubah", 0, true},
		{"UBAH 2", 2, true},
		{"*ubah 2*", 2, true},
		{"ubah no 2", 2, true},
		{"ubah no. 2", 2, true},
		{"ubah2", 2, true},
		{"ubah nomor dua", 2, true},
		{"ganti jawaban nomor dua", 2, true},
		{"ganti yang ketiga", 3, true},
		{"ganti jawaban ke-3 dong kak", 3, true},
		{"change 1", 1, true},
		{"change answer 1 please", 1, true},
		{"edit no 3", 3, true},
		{"change the second answer", 2, true},
		{"change number one", 1, true},
		{"mau ubah jawaban", 0, true},
		{"tolong ubah 1 ya", 1, true},
		{"halo kak, ubah 2 dong", 2, true},
		{"ubah ②", 2, true},
		{"ubah 2️⃣", 2, true},
		{"jawaban 2 ganti", 2, true},
		{"ubah 2 jadi sudah", 2, true},
		{"ubah 1 sama 2", 0, true},
		{"koreksi 2", 2, true},
		{"perbaik 2", 2, true},
		{"I want to change 2", 2, true},
		{"ubah 99999999999", 9999, true},
		{"ganti oli", 0, false},
		{"jasa ganti oli", 0, false},
		{"edit foto", 0, false},
		{"jasa edit video", 0, false},
		{"money changer", 0, false},
		{"ubah penampilan", 0, false},
		{"jangan ubah 2", 0, false},
		{"2", 0, false},
		{"", 0, false},
		{"nomor 2", 0, false},
		{"tidak jadi ubah 2", 0, false},
		{"ganti rugi asuransi", 0, false},
		{"ubahan motor", 0, false},
	} {
		if n, ok := ChangeCommand(tt.text, words); n != tt.n || ok != tt.ok {
			t.Errorf("ChangeCommand(%q) = %d, %v; want %d, %v", tt.text, n, ok, tt.n, tt.ok)
		}
	}
}
