package whatsapp

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"sync/atomic"

	"go.mau.fi/libsignal/logger"
	waLog "go.mau.fi/whatsmeow/util/log"
)

// Telephone numbers have at least seven digits, hidden ids have fifteen; shorter runs are codes, counts and years.
var longNumber = regexp.MustCompile(`\d{4,}\d{3}`)

// Names that people gave themselves, as they stand in printed stanzas.
var printedName = regexp.MustCompile(`\b(notify|name|display_name|username)="[^"]*"`)

// Mask removes telephone numbers, hidden ids and names of people from text meant for a log. The last three digits stay,
// so that two lines about one person can be matched.
func Mask(text string) string {
	text = longNumber.ReplaceAllStringFunc(text, func(n string) string { return "***" + n[len(n)-3:] })
	return printedName.ReplaceAllString(text, `$1="***"`)
}

// libraryLog hands whatsmeow's log to slog, masked. Stanzas as they pass by (debug lines of Recv and Send) are left out
// altogether, because they hold what people write.
type libraryLog struct {
	log    *slog.Logger
	module string
}

func newLibraryLog(log *slog.Logger) waLog.Logger { return &libraryLog{log: log} }

func (l *libraryLog) write(level slog.Level, format string, args []any) {
	if !l.log.Enabled(context.Background(), level) {
		return
	}
	l.log.Log(context.Background(), level, Mask(fmt.Sprintf(format, args...)), "module", l.module)
}

// Errorf implements waLog.Logger.
func (l *libraryLog) Errorf(format string, args ...any) { l.write(slog.LevelError, format, args) }

// Warnf implements waLog.Logger.
func (l *libraryLog) Warnf(format string, args ...any) { l.write(slog.LevelWarn, format, args) }

// Infof implements waLog.Logger. What the library finds worth telling is detail to an operator.
func (l *libraryLog) Infof(format string, args ...any) { l.write(slog.LevelDebug, format, args) }

// Debugf implements waLog.Logger, and drops the line.
func (l *libraryLog) Debugf(string, ...any) {}

// Sub implements waLog.Logger.
func (l *libraryLog) Sub(module string) waLog.Logger {
	if l.module != "" {
		module = l.module + "/" + module
	}
	return &libraryLog{log: l.log, module: module}
}

// signalLog is the log of the encryption library. Its own default prints to standard output and races with itself.
type signalLog struct{}

// Debug implements logger.Loggable, and drops the line.
func (signalLog) Debug(string, string) {}

// Info implements logger.Loggable, and drops the line.
func (signalLog) Info(string, string) {}

// Warning implements logger.Loggable.
func (signalLog) Warning(caller, message string) { toSignalLog(caller, message) }

// Error implements logger.Loggable. Messages that came twice are among these, so it is no error to an operator.
func (signalLog) Error(caller, message string) { toSignalLog(caller, message) }

func toSignalLog(caller, message string) {
	if log := signalTarget.Load(); log != nil {
		log.Debug(Mask(message), "module", "libsignal", "caller", caller)
	}
}

// Configure implements logger.Loggable.
func (signalLog) Configure(string) {}

// signalTarget is the log of the encryption library, nil before there is one.
var signalTarget atomic.Pointer[slog.Logger]

// The library keeps its log in a variable, which must not change while it is in use.
func init() {
	var l logger.Loggable = signalLog{}
	logger.Setup(&l)
}

// setSignalLog gives the encryption library a log, once per process.
func setSignalLog(log *slog.Logger) { signalTarget.CompareAndSwap(nil, log) }
