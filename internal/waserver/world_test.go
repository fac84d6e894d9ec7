package waserver_test

import (
	"fmt"
	"testing"

	"layak/internal/waserver"
)

// world is a server with a linked bot that several tests share, one after the other: linking costs more than most of
// them. Each uses prospects of its own and leaves no faults behind.
type world struct {
	srv     *waserver.Server
	account *waserver.Account
	bot     *bot
}

func TestLinkedBot(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	w := world{srv: srv, account: account, bot: linkedBot(t, srv, account)}
	for _, test := range []struct {
		name string
		run  func(*testing.T, world)
	}{
		{"refused_message_comes_again", testRefusedMessageComesAgain},
		{"repeated_deliveries", testRepeatedDeliveries},
		{"reordered_deliveries", testReorderedDeliveries},
		{"phone_takes_over", testPhoneTakesOver},
		{"bot_asks_for_retry", testBotAsksForRetry},
		{"prospect_asks_for_retry", testProspectAsksForRetry},
		{"quotes_media_and_receipts", testQuotesMediaAndReceipts},
		{"places_where_a_bot_is_silent", testPlacesWhereABotIsSilent},
		{"lid_unknown", testLIDUnknown},
		{"is_on_whatsapp", testIsOnWhatsApp},
		{"unreadable_message_and_call", testUnreadableMessageAndCall},
		{"fates_of_sends", testFatesOfSends},
		{"drop_and_stall", testDropAndStall},
		{"rtt", testRTT},
		{"timelock", testTimelock},
		{"many_prospects_at_once", testManyProspectsAtOnce},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.bot.t = t
			w.bot.refuse(func(any) bool { return false })
			if err := account.WaitQueueEmpty(testContext(t)); err != nil {
				t.Fatal(err)
			}
			test.run(t, w)
			w.bot.t = nil
		})
	}
	w.bot.t = t
}

var numbers int

// newNumber is a telephone number nobody has had yet.
func newNumber() string {
	numbers++
	return fmt.Sprintf("62812%07d", numbers)
}
