// Command tongbao turns a province's work-safety inspection exports into its quarterly notice.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a machine without a zone database (Windows, a bare container) knows the zones all the same

	"tongbao/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], cli.Host())
	stop()
	os.Exit(code)
}
