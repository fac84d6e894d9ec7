package main

import (
	"os"
	"testing"
)

func TestExampleConfigIsTheRepositorys(t *testing.T) {
	root, err := os.ReadFile("../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if string(root) != exampleConfig {
		t.Error("cmd/layak/config.example.yaml differs from config.example.yaml; run go generate ./cmd/layak")
	}
}
