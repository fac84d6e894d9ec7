package main

import (
	"context"
	"errors"
)

type linkCmd struct {
	configFlag
	Code  string `help:"Link by a code that is typed on the phone with this number, in international form, instead of by QR code." placeholder:"PHONE"`
	JSON  bool   `help:"Print one JSON object per event."`
	Force bool   `help:"Link anew although an account is linked."`
}

// Help ends in the example of `layak link --help`.
func (linkCmd) Help() string {
	return `On the phone: WhatsApp, Linked devices, Link a device.

Example:

    layak link --config config.yaml`
}

// Run links the account.
func (c linkCmd) Run(ctx context.Context, con *console) error {
	if _, err := c.load(con); err != nil {
		return err
	}
	return errors.New("link is not written yet")
}
