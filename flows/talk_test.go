package flows_test

import (
	"testing"

	"layak/flows"
)

// A1: whoever plainly asks for a person gets one, at any question and after the result, whatever else the message holds.
func TestA1AskingForAPersonWins(t *testing.T) {
	for _, text := range []string{
		"saya mau bicara sama manusia", "itu tidak adil, saya mau bicara dengan orang", "bicara dengan manusia", "minta nomor cs nya", "ada orangnya ga?",
		"ini bot ya? saya mau komplain", "I want to speak to a human", "are you a bot? let me talk to your manager",
	} {
		for _, before := range [][]string{nil, {"halo"}, {"jual obat herbal"}, {"pinjol", "belum"}} {
			c := newChat(t)
			c.say(before...)
			c.say(text)
			c.handOff(flows.HandOffAsked)
		}
	}
	for _, text := range []string{"ini bot apa manusia?", "am I talking to a human?"} {
		c := newChat(t)
		c.say("jual obat herbal", text)
		c.handOff("")
		c.want("asisten otomatis")
	}
	c := newChat(t)
	c.say("jasa call center")
	c.handOff("")
	c.say("saya mau hubungi pelanggan lewat wa")
	c.handOff("")
}
