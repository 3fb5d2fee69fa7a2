package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// Version of the program; part of every published version's manifest.
const Version = "0.1.0"

func newVersionCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the program's version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(app.Stdout, "tongbao", Version)
			return err
		},
	}
}
