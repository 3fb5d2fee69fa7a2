package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"tongbao/dashboards/reconcile"
	"tongbao/ingest/charset"
)

// largestChecked is the largest file `check` reads; a notice has a hundredth of it.
const largestChecked = 64 << 20

func newCheckCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE…",
		Short: "List what does not add up in a notice, table or workbook",
		Long: `Read a notice or table (.docx, .xlsx, text) by anybody and list each identity that fails, with its place and what the
number should be: parts and totals (其中 …), shares (占 … %, 分别 …), rates, sums and products (a×b=c), changes (同比 …),
differences (个百分点), totals and derived columns of tables, sentences against tables. In a notice or workbook of ours every figure
is also held against the figure id it carries. What cannot be judged is listed as well.

Exit code 0: nothing fails; 3: something fails (1 with --strict).`,
		Example: `  tongbao check out/2020Q1/notice.docx
  tongbao check 某市通报.docx 附表.xlsx 简报.txt
  tongbao check --json 某市通报.docx | jq .should`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			failed := false
			for _, name := range args {
				report, err := checkFile(app.path(name))
				if err != nil {
					return withHint(err, "check a .docx, an .xlsx or plain text")
				}
				if err := app.printReport(name, report); err != nil {
					return err
				}
				failed = failed || len(report.Findings) > 0
			}
			if failed {
				return errWarnings
			}
			return nil
		},
	}
}

// checkFile reads a file within bounds, decodes text, and checks it.
func checkFile(path string) (reconcile.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return reconcile.Report{}, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, largestChecked+1))
	if err != nil {
		return reconcile.Report{}, err
	}
	if len(content) > largestChecked {
		return reconcile.Report{}, fmt.Errorf("%s is larger than %d MB", path, largestChecked>>20)
	}
	isText := true
	for _, magic := range []string{"PK\x03\x04", "\xd0\xcf\x11\xe0", "%PDF"} {
		isText = isText && !bytes.HasPrefix(content, []byte(magic))
	}
	if isText {
		if content, err = io.ReadAll(charset.NewReader(bytes.NewReader(content))); err != nil {
			return reconcile.Report{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	return reconcile.Check(path, content)
}

// checkLine is one line of `check --json`.
type checkLine struct {
	File   string `json:"file"`
	Result string `json:"result"` // fails, unjudged, summary
	*reconcile.Finding
	Unjudged *reconcile.Unjudged `json:"unjudged,omitempty"`
	Checked  *int                `json:"checked,omitempty"`
	Failed   *int                `json:"failed,omitempty"`
	Left     *int                `json:"left,omitempty"`
	Suspects []string            `json:"suspects,omitempty"`
}

func (app *App) printReport(name string, report reconcile.Report) error {
	failed, left := len(report.Findings), len(report.Unjudged)
	if app.json {
		for i := range report.Findings {
			if err := app.printJSON(checkLine{File: name, Result: "fails", Finding: &report.Findings[i]}); err != nil {
				return err
			}
		}
		for i := range report.Unjudged {
			if err := app.printJSON(checkLine{File: name, Result: "unjudged", Unjudged: &report.Unjudged[i]}); err != nil {
				return err
			}
		}
		return app.printJSON(checkLine{File: name, Result: "summary", Checked: &report.Checked, Failed: &failed, Left: &left, Suspects: report.Suspects()})
	}
	out := app.Stdout
	fmt.Fprintf(out, "%s: %d identities checked, %d fail, %d could not be judged\n", name, report.Checked, failed, left)
	for _, finding := range report.Findings {
		fmt.Fprintf(out, "  FAILS     %s\n", finding)
		if finding.Rule != "figure" {
			fmt.Fprintf(out, "            “%s”\n", finding.Quote)
		}
	}
	for _, suspect := range report.Suspects() {
		fmt.Fprintf(out, "  LOOK AT   %s\n", suspect)
	}
	for _, item := range report.Unjudged {
		fmt.Fprintf(out, "  UNJUDGED  %s\n", item)
	}
	return nil
}
