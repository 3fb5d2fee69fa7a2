package cli

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var updateDocs = flag.Bool("update-docs", false, "write docs/cli.md anew")

const (
	referenceFile  = "../../docs/cli.md"
	referenceBegin = "<!-- the commands, written by `go test ./internal/cli -run TestReference -update-docs` -->\n"
)

// TestReference holds docs/cli.md to the program: every command, every flag, every example, word for word.
func TestReference(t *testing.T) {
	content, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	hand, written, ok := strings.Cut(string(content), referenceBegin)
	if !ok {
		t.Fatalf("%s lost the line %q", referenceFile, referenceBegin)
	}
	var want strings.Builder
	root := newRoot(&App{})
	for _, cmd := range root.Commands() {
		describeCommand(&want, cmd)
	}
	if written == want.String() {
		return
	}
	if *updateDocs {
		if err := os.WriteFile(referenceFile, []byte(hand+referenceBegin+want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for line := range strings.Lines(want.String()) {
		if !strings.Contains(written, line) {
			t.Errorf("docs/cli.md lacks: %s", strings.TrimSpace(line))
		}
	}
	t.Error("docs/cli.md is behind the program; bring it up with: go test -tags duckdb_arrow ./internal/cli -run TestReference -update-docs")
}

// TestEveryCommandHelps: a short line, and an example wherever there are arguments or flags.
func TestEveryCommandHelps(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Short == "" {
			t.Errorf("%s: no short help", cmd.CommandPath())
		}
		hasFlags := false
		cmd.LocalNonPersistentFlags().VisitAll(func(*pflag.Flag) { hasFlags = true })
		if hasFlags && cmd.Runnable() && cmd.Example == "" {
			t.Errorf("%s: flags, but no example", cmd.CommandPath())
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	for _, cmd := range newRoot(&App{}).Commands() {
		walk(cmd)
	}
}

func describeCommand(b *strings.Builder, cmd *cobra.Command) {
	if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
		return
	}
	fmt.Fprintf(b, "\n### `%s`\n\n", cmd.UseLine())
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprintf(b, "%s\n", strings.TrimSpace(text))
	if cmd.Example != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", unindented(cmd.Example))
	}
	var flags []string
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		line := fmt.Sprintf("| `--%s` | %s |", f.Name, strings.ReplaceAll(f.Usage, "|", `\|`))
		switch f.DefValue {
		case "", "false", "0", "[]", "0s":
		default:
			line = fmt.Sprintf("| `--%s` | %s (default `%s`) |", f.Name, strings.ReplaceAll(f.Usage, "|", `\|`), f.DefValue)
		}
		flags = append(flags, line)
	})
	if len(flags) > 0 {
		fmt.Fprintf(b, "\n| flag | |\n|---|---|\n%s\n", strings.Join(flags, "\n"))
	}
	for _, sub := range cmd.Commands() {
		describeCommand(b, sub)
	}
}

func unindented(example string) string {
	lines := strings.Split(strings.Trim(example, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}
