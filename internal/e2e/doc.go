// Package e2e holds the tests of the whole program: a real `layak run` process with an unchanged WhatsApp client, a server
// that speaks WhatsApp's protocol, people who write, and a database that is looked into afterwards.
package e2e
