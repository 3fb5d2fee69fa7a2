package cli

import (
	"os"
	"os/exec"
	"strconv"
)

func detach(*exec.Cmd) {}

// askToStop kills at once, children included: Windows has no polite way for a process without a window.
func askToStop(process *os.Process) error {
	return exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(process.Pid)).Run()
}

func killGroup(*os.Process) {}
