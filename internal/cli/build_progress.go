package cli

import (
	"fmt"
	"strings"

	"tongbao/internal/sqlmodel"
)

// buildProgress shows what a build is doing: one moving line on a terminal, a line per table where asked for, else nothing.
type buildProgress struct {
	app     *App
	verbose bool
	shown   bool
}

func (app *App) progress(verbose bool) *buildProgress {
	return &buildProgress{app: app, verbose: verbose}
}

func (b *buildProgress) report(done sqlmodel.Result) {
	if b.verbose {
		fmt.Fprintln(b.app.Stderr, done)
		return
	}
	b.say(fmt.Sprintf("%s: %d rows", done.Model, done.Rows))
}

func (b *buildProgress) say(what string) {
	if !b.app.Terminal || b.verbose {
		return
	}
	b.shown = true
	fmt.Fprintf(b.app.Stderr, "\r%s\r%s", strings.Repeat(" ", 78), what)
}

// ended clears the moving line and hands the error through.
func (b *buildProgress) ended(err error) error {
	if b.shown {
		fmt.Fprintf(b.app.Stderr, "\r%s\r", strings.Repeat(" ", 78))
		b.shown = false
	}
	return err
}
