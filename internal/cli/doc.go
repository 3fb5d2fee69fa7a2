// Package cli turns arguments into calls to the stages. One file per command; root.go lists them.
// It is the only package that knows the clock, the environment and the terminal: they arrive in an Env.
package cli
