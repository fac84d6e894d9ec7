package main

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"layak/bot"
	"layak/storage"
)

// registry holds the numbers of this service and nothing that another package registered.
func (h health) registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), h)
	return r
}

// meaning is what each metric says. None has a label that tells of a person.
var meaning = map[string]*prometheus.Desc{}

func metric(name, help string, labels ...string) string {
	meaning[name] = prometheus.NewDesc(name, help, labels, nil)
	return name
}

// The metrics. Those that end in _total only grow while the process lives, except that verdicts outlive it.
var (
	mStorageUp     = metric("layak_storage_up", "Whether the database answers.")
	mStandby       = metric("layak_standby", "Whether this process waits because another is logged in.")
	mLoggedIn      = metric("layak_whatsapp_logged_in", "Whether the account is logged in.")
	mRefused       = metric("layak_whatsapp_refused", "Whether WhatsApp refused or ended the login.")
	mStale         = metric("layak_whatsapp_stale", "Whether WhatsApp does not answer although the connection stands.")
	mQuiet         = metric("layak_traffic_quiet", "Whether nobody has written for ops.quiet_after.")
	mLocked        = metric("layak_whatsapp_reach_out_locked", "Whether WhatsApp limits writing to new people.")
	mLogins        = metric("layak_whatsapp_logins_total", "Logins since the start.")
	mReconnects    = metric("layak_whatsapp_reconnects_total", "Attempts to connect again.")
	mAccepted      = metric("layak_messages_accepted_total", "Messages stored.")
	mIgnored       = metric("layak_messages_ignored_total", "Messages that were not from a person in a direct chat, or carried nothing.")
	mUndecryptable = metric("layak_messages_undecryptable_total", "Messages that could not be decrypted when they came.")
	mSent          = metric("layak_messages_sent_total", "Messages that the network took.")
	mSendFailures  = metric("layak_send_failures_total", "Attempts to send that failed.")
	mSendsRefused  = metric("layak_sends_refused_total", "Attempts to send that WhatsApp refused, by its error code.", "code")
	mTurns         = metric("layak_turns_total", "Turns of conversations stored.")
	mFlowInvalid   = metric("layak_flow_invalid", "Whether the flow folder could not be published, so that an earlier version is live.")
	mReloads       = metric("layak_flow_reloads_total", "Times the flow folder was read again since the start.")
	mReloadsFailed = metric("layak_flow_reload_failures_total", "Times that changed nothing because the folder has problems.")
	mVerdicts      = metric("layak_verdicts_total", "Verdicts given since the database was made, by outcome.", "verdict")
	mMissed        = metric("layak_missed_texts", "Texts that were not understood and are kept.")
	mCasesOpen     = metric("layak_cases_open", "Cases that wait for a person, or that one works on.")
	mUnclaimed     = metric("layak_cases_unclaimed", "Cases that nobody has taken.")
	mHooksWaiting  = metric("layak_hooks_waiting", "What other systems are still to be told.")
	mHooksDead     = metric("layak_hooks_given_up", "What other systems could not be told; layak hooks lists it.")
	mCaseAge       = metric("layak_cases_oldest_seconds", "How long the person who waits longest for one of us has waited.")
	mWaiting       = metric("layak_outbox_waiting", "Messages to be sent.")
	mWaitingAge    = metric("layak_outbox_oldest_seconds", "How long the oldest message to be sent has waited.")
	mPending       = metric("layak_inbox_pending", "Messages to be answered.")
	mPendingAge    = metric("layak_inbox_oldest_seconds", "How long the oldest message to be answered has waited.")
)

// Describe implements prometheus.Collector.
func (h health) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range meaning {
		to <- desc
	}
}

// Collect implements prometheus.Collector. What cannot be known now is left out.
func (h health) Collect(to chan<- prometheus.Metric) {
	put := func(kind prometheus.ValueType, name string, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(meaning[name], kind, value, labels...)
	}
	flag := func(name string, holds bool) {
		value := 0.0
		if holds {
			value = 1
		}
		put(prometheus.GaugeValue, name, value)
	}
	total := func(name string, value int64, labels ...string) {
		put(prometheus.CounterValue, name, float64(value), labels...)
	}
	s := h.whatsapp()
	flag(mStandby, h.standby())
	flag(mLoggedIn, s.Connected)
	flag(mRefused, s.Refused != nil)
	flag(mStale, s.Stale)
	flag(mQuiet, h.quiet(s))
	flag(mLocked, s.Locked)
	total(mLogins, int64(s.Logins))
	total(mReconnects, s.Reconnects)
	total(mAccepted, s.Accepted)
	total(mIgnored, s.Ignored)
	total(mUndecryptable, s.Undecryptable)
	total(mSent, s.Sent)
	total(mSendFailures, s.SendFailures)
	for code, n := range s.RefusedSends {
		total(mSendsRefused, n, strconv.Itoa(code))
	}
	total(mTurns, h.turns())
	flow := h.flow()
	flag(mFlowInvalid, flow.Failure != nil)
	total(mReloads, flow.Reloads)
	total(mReloadsFailed, flow.Failures)

	ctx, cancel := context.WithTimeout(context.Background(), pingWait)
	defer cancel()
	up := h.ping(ctx) == nil
	flag(mStorageUp, up)
	if !up {
		return
	}
	c, err := h.counts(ctx)
	if err != nil {
		return
	}
	gauge := func(name string, value float64) { put(prometheus.GaugeValue, name, value) }
	gauge(mMissed, float64(c.Missed))
	gauge(mCasesOpen, float64(c.OpenCases))
	gauge(mUnclaimed, float64(c.Unclaimed))
	gauge(mHooksWaiting, float64(c.HooksWaiting))
	gauge(mHooksDead, float64(c.HooksDead))
	gauge(mCaseAge, h.age(c.OldestCase))
	gauge(mWaiting, float64(c.Waiting))
	gauge(mWaitingAge, h.age(c.OldestWaiting))
	gauge(mPending, float64(c.Pending))
	gauge(mPendingAge, h.age(c.OldestPending))
	for verdict, n := range c.Verdicts {
		total(mVerdicts, n, verdict)
	}
}

// age is for how many seconds something has waited, 0 for nothing.
func (h health) age(since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, h.now().Sub(since).Seconds())
}

// turnCounter is a store that counts the turns it stores.
type turnCounter struct {
	*storage.Store
	turns *atomic.Int64
}

// Commit implements bot.Store.
func (c turnCounter) Commit(ctx context.Context, t bot.TurnRecord) error {
	err := c.Store.Commit(ctx, t)
	if err == nil {
		c.turns.Add(1)
	}
	return err
}

var (
	_ prometheus.Collector = health{}
	_ bot.Store            = turnCounter{}
	_ bot.Keeper           = turnCounter{}
	_ bot.Housekeeper      = turnCounter{}
)
