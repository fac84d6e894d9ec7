package main

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"layak/internal/waserver"
)

// notifies adds agents on WhatsApp to the configuration.
func (p *place) notifies(lines string) {
	p.t.Helper()
	text, err := os.ReadFile(p.config)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.config, append(text, "handoff:\n  notify:\n"+lines...), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// Whoever is disabled works nowhere, what they had is in the queue for anybody, and so is what somebody writes where the bot
// was paused. Admins see whom of the agents on WhatsApp no card reaches.
func TestNobodysCaseIsLost(t *testing.T) {
	p := newPlace(t)
	p.link()
	p.notifies("    - {number: \"+62811000001\", name: sari}\n    - {number: \"+62811000002\", name: budi}\n")
	address := p.withDesk("sari")
	p.addUser("cici", "admin")
	service := p.start("run", "--json")
	service.logged("ready")
	cici := p.agent(address, "cici")
	cici.sees("/admin/", "Belum mendapat kartu kasus di WhatsApp: sari, budi.")

	person := func(number, name string) *waserver.Prospect {
		return p.srv.NewProspect(number, waserver.ProspectOptions{Name: name, To: p.account})
	}
	expect := func(who *waserver.Prospect, part string) {
		t.Helper()
		if got := hear(t, who); !strings.Contains(got, part) {
			t.Fatalf("got %q, want %q in it", got, part)
		}
	}
	sari, wulan, tono := person("62811000001", "Sari"), person("6281255000001", "Bu Wulan"), person("6281255000002", "Pak Tono")
	say(t, sari, "halo")
	expect(sari, "terdaftar sebagai agen")
	cici.sees("/admin/", "Belum mendapat kartu kasus di WhatsApp: budi.")
	cici.sees("/admin/users", "belum pernah menulis ke bot")

	say(t, wulan, "halo, jual obat herbal kapsul")
	hear(t, wulan)
	say(t, wulan, "agen")
	hear(t, wulan)
	expect(sari, "*Kasus #1* menunggu")
	cici.sees("/cases", ">agen<")
	cici.sees("/cases", ">obat herbal<")
	say(t, sari, "ambil 1")
	expect(sari, "milik Anda")
	say(t, wulan, "izinnya sudah ada, bu")
	expect(sari, "izinnya sudah ada")
	cici.sees("/cases", "Antrean kosong")

	if out := p.does(0, "user", "disable", "sari"); !strings.Contains(out, "1 open cases") || !strings.Contains(out, "queue") {
		t.Errorf("disable said %q", out)
	}
	say(t, sari, "balas halo")
	expect(sari, "dinonaktifkan")
	cici.sees("/cases", "sari (tidak aktif)")
	cici.sees("/cases", "izinnya sudah ada, bu")
	cici.sees("/cases/1", "Dipegang sari, yang tidak aktif lagi")
	cici.post("/cases/1/claim", url.Values{})
	cici.post("/cases/1/reply", url.Values{"text": {"Halo Bu, saya Cici"}})
	expect(wulan, "saya Cici")

	p.does(0, "pause", "+6281255000002")
	say(t, tono, "ada orang?")
	cici.sees("/cases", "ada orang?")
	cici.sees("/cases", "bot dijeda")
	cici.post("/cases/2/claim", url.Values{})
	cici.sees("/cases/2", "Anda memegang kasus ini")
	if n := len(tono.Received()); n != 0 {
		t.Errorf("the bot said %d things where it was paused", n)
	}
}
