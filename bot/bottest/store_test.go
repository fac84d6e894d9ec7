package bottest_test

import (
	"testing"

	"layak/bot"
	"layak/bot/bottest"
	"layak/storage/storagetest"
)

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(*testing.T) bot.Store { return bottest.NewStore() })
}
