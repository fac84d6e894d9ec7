package match

import "testing"

// Three kinds of lists that the tables read against.
var (
	menuOptions = []Option{
		{ID: "finance", Labels: []string{"Keuangan (pinjaman, leasing, koperasi)", "Finance (loans, leasing, cooperatives)"}, Synonyms: []string{"pinjol", "kredit", "multifinance"}},
		{ID: "health", Labels: []string{"Kesehatan, obat dan herbal", "Health, medicine and herbal"}, Synonyms: []string{"jamu", "apotek"}},
		{ID: "shop", Labels: []string{"Toko dan jualan barang", "Shops and goods"}, Synonyms: []string{"fashion", "elektronik"}},
		{ID: "food", Labels: []string{"Makanan & minuman", "Food & drink"}, Synonyms: []string{"kuliner", "katering", "restoran"}},
		{ID: "other", Labels: []string{"Lainnya", "Something else"}, Synonyms: []string{"yang lain"}},
	}
	answerOptions = []Option{
		{ID: "yes", Labels: []string{"Sudah", "Yes"}, Synonyms: []string{"ya", "iya", "ada"}},
		{ID: "no", Labels: []string{"Belum", "Not yet"}, Synonyms: []string{"tidak", "no"}},
		{ID: "unsure", Labels: []string{"Kurang tahu", "Not sure"}},
	}
	pairOptions = []Option{
		{ID: "vehicle_equipment_rental", Labels: []string{"Motornya disewa lalu dikembalikan", "Rented and returned"}, Synonyms: []string{"rental"}},
		{ID: "leasing_finance", Labels: []string{"Dicicil sampai jadi milik pelanggan", "Paid off until the customer owns it"}, Synonyms: []string{"leasing", "cicilan"}},
		{ID: "clinic_hospital", Labels: []string{"Klinik atau rumah sakit", "Clinic or hospital"}},
	}
)

func TestReadOption(t *testing.T) {
	one := func(id string) OptionReading { return OptionReading{ID: id} }
	none, several, negated, outside := OptionReading{}, OptionReading{Several: true}, OptionReading{Negated: true}, OptionReading{OutOfRange: true}
	for _, tt := range []struct {
		options []Option
		text    string
		want    OptionReading
	}{
		// numbers
		{menuOptions, "2", one("health")},
		{menuOptions, " 2 ", one("health")},
		{menuOptions, "2.", one("health")},
		{menuOptions, "2)", one("health")},
		{menuOptions, "(2)", one("health")},
		{menuOptions, "[2]", one("health")},
		{menuOptions, "*2*", one("health")},
		{menuOptions, "#2", one("health")},
		{menuOptions, "2️⃣", one("health")},
		{menuOptions, "②", one("health")},
		{menuOptions, "❷", one("health")},
		{menuOptions, "⑵", one("health")},
		{menuOptions, "２", one("health")},
		{menuOptions, "٢", one("health")},
		{menuOptions, "२", one("health")},
		{menuOptions, "𝟐", one("health")},
		{menuOptions, "02", one("health")},
		{menuOptions, "2\u200b", one("health")},
		{menuOptions, "\u202e2", one("health")},
		{menuOptions, "2 👍", one("health")},
		{menuOptions, "2 kak", one("health")},
		{menuOptions, "2 aja deh", one("health")},
		{menuOptions, "halo kak, 2 ya", one("health")},
		{menuOptions, "no 2", one("health")},
		{menuOptions, "no.2", one("health")},
		{menuOptions, "no2", one("health")},
		{menuOptions, "No. 2 kak", one("health")},
		{menuOptions, "nomor 2", one("health")},
		{menuOptions, "nomer dua", one("health")},
		{menuOptions, "nomor dua", one("health")},
		{menuOptions, "opsi 2", one("health")},
		{menuOptions, "pilihan 2", one("health")},
		{menuOptions, "saya pilih 2", one("health")},
		{menuOptions, "pilih yang nomor 2 dong kak", one("health")},
		{menuOptions, "yang kedua", one("health")},
		{menuOptions, "yg ke 2", one("health")},
		{menuOptions, "yang ke-2", one("health")},
		{menuOptions, "ke2", one("health")},
		{menuOptions, "dua", one("health")},
		{menuOptions, "DUA", one("health")},
		{menuOptions, "loro", one("health")},
		{menuOptions, "satu", one("finance")},
		{menuOptions, "pertama", one("finance")},
		{menuOptions, "yang pertama", one("finance")},
		{menuOptions, "one", one("finance")},
		{menuOptions, "option one", one("finance")},
		{menuOptions, "the first one", one("finance")},
		{menuOptions, "the second one please", one("health")},
		{menuOptions, "second", one("health")},
		{menuOptions, "2nd", one("health")},
		{menuOptions, "number 3", one("shop")},
		{menuOptions, "I choose 3", one("shop")},
		{menuOptions, "yang terakhir", one("other")},
		{menuOptions, "the last one", one("other")},
		{menuOptions, "2 (dua)", one("health")},
		{menuOptions, "2. Kesehatan", one("health")},
		{menuOptions, "2 herbal", one("health")},
		// several, out of range, none
		{menuOptions, "1 atau 2", several},
		{menuOptions, "1 sama 2", several},
		{menuOptions, "1/2", several},
		{menuOptions, "1,2", several},
		{menuOptions, "1 2", several},
		{menuOptions, "1 dan 3", several},
		{menuOptions, "1 & 3", several},
		{menuOptions, "yang pertama dan ketiga", several},
		{menuOptions, "first or second", several},
		{menuOptions, "nomor satu atau dua kak", several},
		{menuOptions, "1.5", several},
		{menuOptions, "2 jamu sama 4", several},
		{menuOptions, "1 herbal", several},
		{answerOptions, "1 belum", several},
		{menuOptions, "makanan atau jamu", several},
		{menuOptions, "restoran dan apotek", several},
		{menuOptions, "semua", several},
		{menuOptions, "both", several},
		{menuOptions, "9", outside},
		{menuOptions, "0", outside},
		{menuOptions, "12", outside},
		{menuOptions, "nomor sembilan", outside},
		{menuOptions, "99999999999999999999999", outside},
		{menuOptions, "bukan 2", negated},
		{menuOptions, "jangan 2", negated},
		{menuOptions, "no, 2", negated},
		{menuOptions, "selain 1", negated},
		{menuOptions, "2 ❌", negated},
		{menuOptions, "2?", none},
		{menuOptions, "2 tahun", none},
		{menuOptions, "50%", none},
		{menuOptions, "mungkin 2", none},
		{menuOptions, "salah satu", none},
		{menuOptions, "no one", none},
		{menuOptions, "i have one", none},
		{menuOptions, "wait a second", none},
		{menuOptions, "2x sehari", none},
		{menuOptions, "", none},
		{menuOptions, "  \n ", none},
		{menuOptions, "🙏", none},
		// names
		{menuOptions, "health", one("health")},
		{menuOptions, "Makanan & minuman", one("food")},
		{menuOptions, "makanan dan minuman", one("food")},
		{menuOptions, "makanan minuman", none},
		{menuOptions, "MAKANAN", one("food")},
		{menuOptions, "minuman kak", one("food")},
		{menuOptions, "food", one("food")},
		{menuOptions, "kesehatan", one("health")},
		{menuOptions, "yang kesehatan", one("health")},
		{menuOptions, "késehatan", one("health")},
		{menuOptions, "kesehatn", one("health")},
		{menuOptions, "keshatan", one("health")},
		{menuOptions, "makanna", one("food")},
		{menuOptions, "jammu", one("health")},
		{menuOptions, "herbal", one("health")},
		{menuOptions, "koperasi", one("finance")},
		{menuOptions, "pinjaman", one("finance")},
		{menuOptions, "pnjaman", one("finance")},
		{menuOptions, "leasing", one("finance")},
		{menuOptions, "toko", one("shop")},
		{menuOptions, "jualan barang", one("shop")},
		{menuOptions, "lainnya", one("other")},
		{menuOptions, "lainya", one("other")},
		{menuOptions, "lain nya", none},
		{menuOptions, "yang lain", one("other")},
		{menuOptions, "something else", one("other")},
		{menuOptions, "bukan makanan", negated},
		{menuOptions, "bukan koperasi kak", negated},
		{menuOptions, "not food", negated},
		{menuOptions, "makanan hewan", none},
		{menuOptions, "saya jual baju di pasar", none},
		{menuOptions, "batu", none},
		{pairOptions, "disewa lalu dikembalikan", one("vehicle_equipment_rental")},
		{pairOptions, "rental", one("vehicle_equipment_rental")},
		{pairOptions, "dicicil", one("leasing_finance")},
		{pairOptions, "cicilan kak", one("leasing_finance")},
		{pairOptions, "leasing_finance", one("leasing_finance")},
		{pairOptions, "rumah sakit", one("clinic_hospital")},
		{pairOptions, "klinik", one("clinic_hospital")},
		{pairOptions, "kliniik", one("clinic_hospital")},
		{pairOptions, "bukan klinik", negated},
		{pairOptions, "klinik hewan", none},
		{pairOptions, "12", outside},
		{answerOptions, "sudah", one("yes")},
		{answerOptions, "udah kak", one("yes")},
		{answerOptions, "ya", one("yes")},
		{answerOptions, "ya kak", one("yes")},
		{answerOptions, "blm", one("no")},
		{answerOptions, "belum ya", one("no")},
		{answerOptions, "gak", one("no")},
		{answerOptions, "no", one("no")},
		{answerOptions, "not yet", one("no")},
		{answerOptions, "3", one("unsure")},
		{answerOptions, "kurang tau", one("unsure")},
		{answerOptions, "not sure", one("unsure")},
		{answerOptions, "susah", none},
		{answerOptions, "sudah?", none},
		{answerOptions, "tahu", none},
		{answerOptions, "kurang", none},
		{answerOptions, "belum tahu", none},
		{answerOptions, "tidak tahu", none},
		{answerOptions, "sudah atau belum", several},
		{answerOptions, "belut", none},
		{answerOptions, "not", none},
		{answerOptions, "bukan belum", negated},
		{answerOptions, "ya sudah", none},
		{answerOptions, "ya dan tidak", several},
		{answerOptions, "ya/tidak", several},
		{answerOptions, "ada satu", none},
		{answerOptions, "satu ada", none},
		{answerOptions, "1 ada", one("yes")},
		{answerOptions, "iya halo", none},
		{answerOptions, "halo, iya", one("yes")},
		{answerOptions, "nggak mau jawab", none},
		{nil, "1", none},
	} {
		if got := ReadOption(tt.text, tt.options); got != tt.want {
			t.Errorf("%q of %s…: got %+v, want %+v", tt.text, firstID(tt.options), got, tt.want)
		}
	}
}

func firstID(options []Option) string {
	if len(options) == 0 {
		return "no options"
	}
	return options[0].ID
}

func TestReadOptionLeavesItsInputAlone(t *testing.T) {
	options := []Option{{ID: "a", Labels: []string{"Gak ada", "None"}}, {ID: "b", Labels: []string{"Ada"}}}
	ReadOption("gk ada", options)
	if options[0].Labels[0] != "Gak ada" {
		t.Errorf("labels changed to %q", options[0].Labels)
	}
}
