package match_test

import (
	"runtime"
	"strings"
	"testing"

	"layak/flows/match"
)

const (
	short = "assalamualaikum kak, sy jualan kapsul herbal buat asam urat sama pegel linu, bikinan sendiri dari resep nenek, dijual online dan titip di warung tetangga, blm ada bpom, kira2 bs daftar wa api ga ya kak? mksh"
	plain = "kami usaha konveksi seragam sekolah dan kaos olahraga di Bandung, pelanggan sekolah dan kantor, kirim ke seluruh Indonesia, mau pakai whatsapp api supaya pesanan dan konfirmasi pembayaran lebih rapi lagi"
)

// Two shared cores under a load of 5, 2026-11-26: 200 characters 66 µs at best and 240 µs on average; training takes
// 1.7 s, nearly all of it on one core; loaded 7.3 MB.

func BenchmarkClassify200(b *testing.B) {
	c := trained()
	for b.Loop() {
		c.Classify(short)
	}
}

func BenchmarkClassify200Harmless(b *testing.B) {
	c := trained()
	for b.Loop() {
		c.Classify(plain)
	}
}

func BenchmarkClassify4000(b *testing.B) {
	c := trained()
	text := strings.Repeat(plain+". ", 20)[:4000]
	for b.Loop() {
		c.Classify(text)
	}
}

func BenchmarkNormalize200(b *testing.B) {
	for b.Loop() {
		match.Normalize(short)
	}
}

func BenchmarkTrain(b *testing.B) {
	categories, examples := defaults()
	for b.Loop() {
		if _, err := match.New(categories, examples); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	categories, _ := defaults()
	model := trained().Model()
	for b.Loop() {
		if _, err := match.Load(categories, model); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLoadedSize measures what a loaded classifier keeps in memory.
func TestLoadedSize(t *testing.T) {
	categories, _ := defaults()
	model := trained().Model()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c, err := match.Load(categories, model)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	mb := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20)
	t.Logf("%.1f MB loaded, %d bytes in the file", mb, len(model))
	if mb > 15 {
		t.Errorf("%.1f MB loaded", mb)
	}
	runtime.KeepAlive(c)
}
