package cli

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// Env is the world a command runs in. Tests replace any part of it.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Now            func() time.Time
	Getenv         func(string) string
	Dir            string // working directory
	Terminal       bool   // stderr is a terminal: progress bars may be drawn
}

// Host is the Env of this process.
func Host() Env {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	return Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Now: time.Now, Getenv: os.Getenv, Dir: dir,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
}
