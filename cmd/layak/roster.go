package main

import (
	"layak/bot"
	"layak/bot/chatwoot"
	"layak/storage"
)

// rosterOf knows who works on cases: users of the desk, agents on WhatsApp, and those of Chatwoot where it is connected.
func rosterOf(cfg Config, store *storage.Store) bot.Roster {
	r := bot.Roster{Store: store}
	for _, agent := range cfg.HandOff.Notify.agents() {
		r.Chats = append(r.Chats, agent.Name)
	}
	if cfg.Chatwoot.URL != "" {
		r.Elsewhere = chatwoot.Owns
	}
	return r
}
