//go:build unix

package cli

import (
	"os"
	"os/exec"
	"syscall"
)

// bindChildren has nothing to do: each child is told by childAttributes.
func bindChildren() error { return nil }

// detach puts a child and whatever it starts into a group of its own, so that all of it can be stopped.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = childAttributes() }

func askToStop(process *os.Process) error { return syscall.Kill(-process.Pid, syscall.SIGTERM) }

// killGroup ends what a child left behind.
func killGroup(process *os.Process) { _ = syscall.Kill(-process.Pid, syscall.SIGKILL) }
