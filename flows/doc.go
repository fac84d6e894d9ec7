// Package flows is the conversation itself: a flow read from YAML, and an engine that takes a conversation and an
// input and returns a turn. It knows text and time as values; it reads no clock, no disk and no network.
package flows
