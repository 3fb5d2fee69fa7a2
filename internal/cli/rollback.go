package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func newRollbackCommand(app *App) *cobra.Command {
	var by, reason string
	cmd := &cobra.Command{
		Use:   "rollback [VERSION]",
		Short: "Point current at an earlier published version",
		Long: `Makes another published version the one everybody reads: the named one, or the one published before the current. Nothing is deleted; the
next build, or a rollback to the newer version, goes forward again. Who and why go into the audit log.`,
		Example: "  tongbao rollback --by 张三 --reason 漏报鸡西数据\n  tongbao rollback 2020-07-06-3fa2b1c9d0 --by 张三 --reason 恢复",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := needNameAndReason("rollback", by, reason); err != nil {
				return err
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			from, err := p.findVersion("")
			to := ""
			if len(args) == 1 {
				to = args[0] // also where current is lost
			} else if err != nil {
				return err
			} else if to, err = p.versionBefore(from.Version); err != nil {
				return err
			}
			target, err := p.findVersion(to)
			if err != nil {
				return err
			}
			if err := p.Store().Point(target.Version); err != nil {
				return err
			}
			app.note("from", from.Version)
			app.note("version", target.Version)
			if app.json {
				return app.printJSON(map[string]string{"version": target.Version, "from": from.Version})
			}
			was := from.Version
			if was == "" {
				was = "lost"
			}
			_, err = fmt.Fprintf(app.Stdout, "Current is now %s (cut-off %s); it was %s.\n", target.Version, target.CutOff, was)
			return err
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who decided it")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	return cmd
}

// versionBefore is the version published last before the given one.
func (p Project) versionBefore(version string) (string, error) {
	all, err := p.Store().List()
	if err != nil {
		return "", err
	}
	for i, v := range all {
		if v.Version == version && i+1 < len(all) {
			return all[i+1].Version, nil
		}
	}
	return "", withHint(usageError{errors.New("there is no version before the current one")}, "`tongbao versions` lists them; name one to go to it")
}
