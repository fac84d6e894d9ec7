// Package waserver is a WhatsApp server for tests: it listens on a loopback port, speaks the wire protocol to one or more
// real clients in this or another process, and simulates the phones and the people on the other side.
//
// A test makes a Server, an Account (the business and its phone) and as many Prospects as it needs, points the bot's
// connections at Server.Host, gives it Server.RootKey as the certificate root, and then behaves like people do:
//
//	srv, err := waserver.New(waserver.Options{})
//	account := srv.NewAccount("628110000001")
//	err = account.Scan(ctx, qrText)            // the text the bot shows as a QR code
//	rina := srv.NewProspect("628120000001", waserver.ProspectOptions{})
//	id, err := rina.Send(ctx, "Halo")
//	answer, err := rina.Next(ctx)
//
// Messages are encrypted with the real Signal protocol on both sides. Everything lives in memory and ends with the Server.
// All exported methods may be called from several goroutines at the same time.
package waserver
