package match

import "testing"

func TestBare(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"halo kak, tolong agen dong ya", "agen"},
		{"agen", "agen"},
		{"AGEN!!", "agen"},
		{"agen kak", "agen"},
		{"kak agen", "agen"},
		{"tolong agen", "agen"},
		{"selamat pagi kak, stop ya", "stop"},
		{"assalamualaikum warahmatullahi wabarakatuh, menu kak", "menu"},
		{"halo admin, bantuan dong", "bantuan"},
		{"min, ulang ya", "ulang"},
		{"stop 🙏", "stop"},
		{"menu please", "menu"},
		{"hi, help please", "help"},
		{"good morning, agent please", "agent"},
		{"makasih", "terima kasih"},
		{"halo", ""},
		{"halo kak", ""},
		{"selamat pagi", ""},
		{"assalamualaikum", ""},
		{"", ""},
		{"🙏🙏", "🙏"},
		{"admin", "admin"},
		{"tolong admin", "admin"},
		{"agen mas", "agen mas"},
		{"toko mas", "toko mas"},
		{"jual mas", "jual mas"},
		{"jasa admin", "jasa admin"},
		{"perlengkapan ibu dan anak", "perlengkapan bu dan anak"},
		{"baju ibu", "baju bu"},
		{"malam mingguan cafe", "malam mingguan cafe"},
		{"pagi sore laundry", "pagi sore laundry"},
		{"selamat ulang tahun shop", "selamat ulang tahun shop"},
		{"halo kak, saya jual baju anak di pasar", "saya jual baju anak di pasar"},
		{"agen travel", "agen travel"},
		{"jasa admin medsos", "jasa admin medsos"},
		{"\xff\xfe agen", "agen"},
	} {
		if got := Bare(tt.text); got != tt.want {
			t.Errorf("Bare(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestIsWord(t *testing.T) {
	agent := []string{"agen", "agent", "cs", "admin", "orang", "customer service"}
	stop := []string{"stop", "berhenti", "unsubscribe"}
	menu := []string{"menu", "bantuan", "help", "kembali", "back", "ulang", "restart", "hapus data", "bahasa"}
	yes := []string{"ya", "iya", "yes"}
	for _, tt := range []struct {
		words []string
		text  string
		want  bool
	}{
		{agent, "agen", true},
		{agent, "Agen", true},
		{agent, "AGEN", true},
		{agent, " agen ", true},
		{agent, "*agen*", true},
		{agent, "agen!", true},
		{agent, "agen?", true},
		{agent, "a g e n", true},
		{agent, "agennn", true},
		{agent, "ａｇｅｎ", true},
		{agent, "аgen", true},
		{agent, "agen kak", true},
		{agent, "agen dong ya", true},
		{agent, "minta agen", true},
		{agent, "saya mau agen", true},
		{agent, "tolong agen ya kak makasih", true},
		{agent, "cs", true},
		{agent, "CS kak", true},
		{agent, "admin", true},
		{agent, "customer service", true},
		{agent, "Customer  Service dong", true},
		{agent, "halo admin", false},
		{agent, "agen travel", false},
		{agent, "agen mas", false},
		{agent, "agen sembako", false},
		{agent, "agen pulsa dan token", false},
		{agent, "saya mau jadi agen", false},
		{agent, "jasa admin medsos", false},
		{agent, "jasa admin", false},
		{agent, "admin olshop", false},
		{agent, "jual baju orang dewasa", false},
		{agent, "agensi", false},
		{agent, "agn", false},
		{agent, "bukan agen", false},
		{stop, "stop", true},
		{stop, "STOP", true},
		{stop, "stop ya", true},
		{stop, "stop mas", true},
		{stop, "stop dulu", false},
		{stop, "berhenti", true},
		{stop, "brehenti", true},
		{stop, "berhentii", true},
		{stop, "mau berhenti", true},
		{stop, "stop kontak", false},
		{stop, "stopkontak", false},
		{stop, "jual stop kontak", false},
		{stop, "berhenti merokok", false},
		{stop, "jangan stop", false},
		{stop, "stok", false},
		{stop, "step", false},
		{menu, "menu", true},
		{menu, "menu dong kak", true},
		{menu, "lihat menu", true},
		{menu, "menu sehat", false},
		{menu, "menu diet katering", false},
		{menu, "bantuan", true},
		{menu, "bantuann", true},
		{menu, "minta bantuan", true},
		{menu, "batuan", false},
		{menu, "bantuan hukum", false},
		{menu, "kembali", true},
		{menu, "kembalii", true},
		{menu, "kembai", true},
		{menu, "back", true},
		{menu, "bck", false},
		{menu, "ulang", true},
		{menu, "ulang tahun", false},
		{menu, "daur ulang", false},
		{menu, "mau ulang", true},
		{menu, "hapus data", true},
		{menu, "hapus data ya", true},
		{menu, "hapus data saya", false},
		{menu, "", false},
		{menu, "🙏", false},
		{yes, "ya", true},
		{yes, "iya kak", true},
		{yes, "ya ya", true},
		{yes, "yes please", true},
		{yes, "ya tapi", false},
		{nil, "x", false},
	} {
		if got := IsWord(tt.text, tt.words); got != tt.want {
			t.Errorf("IsWord(%q, %v) = %v, want %v", tt.text, tt.words, got, tt.want)
		}
	}
}
