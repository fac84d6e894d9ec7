package storage_test

import (
	"testing"

	"layak/bot"
	"layak/storage/pgtest"
	"layak/storage/storagetest"
)

func TestCases(t *testing.T) {
	storagetest.RunCases(t, func(t *testing.T) bot.Store { return open(t, newPath(t)) })
}

func TestCasesOnPostgres(t *testing.T) {
	storagetest.RunCases(t, func(t *testing.T) bot.Store { return open(t, pgtest.New(t)) })
}
