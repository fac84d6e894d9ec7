package waserver

import (
	"context"
	"errors"
)

type passkey struct{}

type passkeyExchange struct{}

func (k *passkey) exchange(ctx context.Context, c *session, adv []byte) ([]byte, error) {
	return nil, errors.New("later")
}
