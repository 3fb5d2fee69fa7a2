package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"tongbao/dashboards/returns"
)

// newDocsTemplatesCommand is `docs templates`.
func newDocsTemplatesCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "templates DIR",
		Short: "Write an empty workbook per dataset, with drop-downs and notes, for offices to fill in",
		Long: `Writes one empty workbook per dataset of the contracts into DIR, named by the dataset's label. The first sheet explains every column; the
second is to be filled in, with drop-downs for code lists, and is read back by ingest as it is.`,
		Example: `  tongbao docs templates templates/`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			set, err := p.ContractSet()
			if err != nil {
				return err
			}
			paths, err := returns.WriteTemplates(set, app.path(args[0]))
			if err != nil {
				return err
			}
			for _, path := range paths {
				if app.json {
					err = app.printJSON(map[string]string{"template": path})
				} else {
					_, err = fmt.Fprintln(app.Stdout, path)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}
