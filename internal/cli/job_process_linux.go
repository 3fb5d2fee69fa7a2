package cli

import "syscall"

// childAttributes makes a child die with its daemon, however that dies: the next daemon runs the job again.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
