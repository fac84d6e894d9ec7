// Package whatsapp is the bot's Channel to WhatsApp, by way of whatsmeow. It decides who is answered, turns what people
// send into inputs, sends replies, links accounts, and says in plain words why WhatsApp ended a login.
package whatsapp
