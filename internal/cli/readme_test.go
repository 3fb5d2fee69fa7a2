package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tongbao/internal/synth"
)

const repository = "../.."

// TestReadmeCommands runs every command of the README's code blocks, in order, in a folder of its own. Where the text says to drop
// exports into the inbox, the test does. The other language shows the same commands.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	commands := codeBlocks(readText(t, filepath.Join(repository, "README.md")))
	if other := codeBlocks(readText(t, filepath.Join(repository, "README.zh-CN.md"))); !slices.Equal(commands, other) {
		t.Errorf("README.zh-CN.md shows other commands: %q, not %q", other, commands)
	}
	makefile := readText(t, filepath.Join(repository, "Makefile"))
	dir, ran := t.TempDir(), 0
	for _, line := range commands {
		words := strings.Fields(line)
		switch words[0] {
		case "make":
			if !strings.Contains(makefile, "\n"+words[1]+":") {
				t.Errorf("%s: the Makefile has no target %s", line, words[1])
			}
		case "cd":
			dir = filepath.Join(dir, words[1])
		case "tongbao":
			if words[1] == "run" {
				dropExports(t, filepath.Join(dir, "inbox"))
			}
			runDocumented(t, dir, words[1:])
			ran++
		default:
			t.Errorf("%s: a code block of the README holds commands only", line)
		}
	}
	if ran < 2 {
		t.Errorf("%d commands ran", ran)
	}
}

func runDocumented(t *testing.T, dir string, args []string) {
	t.Helper()
	var out, log strings.Builder
	env := testEnv(dir, &out, &log)
	if code := Run(t.Context(), args, env); code != exitDone && code != exitWarnings {
		t.Errorf("tongbao %s: exit code %d\n%s%s", strings.Join(args, " "), code, out.String(), log.String())
	}
}

// dropExports puts a small synthetic province into an inbox.
func dropExports(t *testing.T, inbox string) {
	t.Helper()
	options, err := synth.Default()
	if err != nil {
		t.Fatal(err)
	}
	options.Enterprises = 60
	if _, err := synth.WriteExports(t.Context(), inbox, options, nil); err != nil {
		t.Fatal(err)
	}
}

// TestDocumentedCommandsExist holds every `tongbao …` in running text to the program.
func TestDocumentedCommandsExist(t *testing.T) {
	inline := regexp.MustCompile("`tongbao ([a-z]+)[^`]*`")
	known := map[string]bool{}
	for _, cmd := range newRoot(&App{}).Commands() {
		known[cmd.Name()] = true
	}
	for _, file := range markdown(t) {
		for _, found := range inline.FindAllStringSubmatch(readText(t, file), -1) {
			if !known[found[1]] {
				t.Errorf("%s: %s: no such command", file, found[0])
			}
		}
	}
}

// TestLinks holds every relative link of the documentation to a file.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, file := range markdown(t) {
		for _, found := range link.FindAllStringSubmatch(readText(t, file), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), found[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", file, found[1])
			}
		}
	}
}

func markdown(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(repository, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != repository && (strings.HasPrefix(name, ".") || name == "testdata" || strings.HasPrefix(name, "demo") || name == "bin") {
			return fs.SkipDir
		}
		if filepath.Ext(name) == ".md" {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// codeBlocks are the lines of fenced blocks without a language.
func codeBlocks(text string) []string {
	var lines []string
	open, plain := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "```"):
			open = !open
			plain = open && line == "```"
		case plain && line != "":
			lines = append(lines, line)
		}
	}
	return lines
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
