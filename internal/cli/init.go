package cli

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tongbao/internal/config"
	"tongbao/internal/region"
)

//go:embed initfiles
var initFiles embed.FS

func newInitCommand(app *App) *cobra.Command {
	var province string
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Make a project folder",
		Long: `Make a project folder: a commented tongbao.yaml with every key and its default, an inbox for exports, and places for the
province's own contracts, models, metrics, queries and notice template. An existing project is left alone.`,
		Example: `  tongbao init heilongjiang
  tongbao init liaoning --province 210000`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := app.initProject(args[0], province)
			if err != nil {
				return err
			}
			if app.json {
				return app.printJSON(map[string]string{"project": dir, "province": province})
			}
			fmt.Fprintf(app.Stdout, "Project %s made.\n", dir)
			fmt.Fprintf(app.Stderr, "Next: put exports into %s, then `tongbao --project %s run`. The settings are in %s.\n",
				filepath.Join(dir, "inbox"), args[0], filepath.Join(dir, config.FileName))
			return nil
		},
	}
	cmd.Flags().StringVar(&province, "province", "230000", "GB/T 2260 code of the province")
	return cmd
}

// initProject makes the folder and returns its absolute path.
func (app *App) initProject(name, province string) (string, error) {
	dir := name
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(app.Dir, dir)
	}
	text, regions, err := projectConfig(province)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, config.FileName)); err == nil {
		return "", withHint(usageError{fmt.Errorf("%s is a project already", dir)}, "choose another folder; nothing was changed")
	} else if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("make project %s: %w", dir, err)
	}
	for _, folder := range []string{"inbox", "contracts", "models", "metrics", "templates", "queries"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			return "", fmt.Errorf("make project %s: %w", dir, err)
		}
	}
	files := map[string]string{config.FileName: text}
	for target, source := range map[string]string{
		"contracts/README.md": "contracts.md", "templates/README.md": "templates.md", "queries/visits_by_city.sql": "query.sql",
	} {
		content, err := initFiles.ReadFile("initfiles/" + source)
		if err != nil {
			return "", err
		}
		files[target] = string(content)
	}
	if regions != "" {
		files["regions.csv"] = regions
	}
	for target, content := range files {
		if err := writeNew(filepath.Join(dir, filepath.FromSlash(target)), content); err != nil {
			return "", fmt.Errorf("make project %s: %w", dir, err)
		}
	}
	return dir, nil
}

// writeNew writes a file unless it is there already: what people put into a folder is theirs.
func writeNew(path, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	return errors.Join(err, file.Close())
}

// projectConfig is tongbao.yaml for a province, and a first region file where the shipped tree does not know the code.
func projectConfig(province string) (text, regions string, err error) {
	content, err := initFiles.ReadFile("initfiles/" + config.FileName)
	if err != nil {
		return "", "", err
	}
	text = string(content)
	if province == config.Default().Province {
		return text, "", nil
	}
	text = strings.Replace(text, `province: "230000"`, fmt.Sprintf("province: %q", province), 1)
	tree, err := region.China()
	if err != nil {
		return "", "", err
	}
	found, known := tree.Lookup(province)
	name := found.Name + "应急管理厅"
	if !known {
		regions = "# code,name in administrative order; see `regions` in tongbao.yaml\ncode,name\n" + province + ",\"name of the whole\"\n"
		text = strings.Replace(text, `#regions: ""`, "regions: regions.csv", 1)
		name = ""
	} else if found.Level != region.Province {
		return "", "", withHint(usageError{fmt.Errorf("--province %s is %s, a %s", province, tree.FullName(province), found.Level)},
			"give the code of its province: %s0000", province[:2])
	}
	// Another office's symbol and basis must not stand in this one's notice.
	for key, value := range map[string]string{"name": name, "symbol": "", "basis": ""} {
		text = replaceSetting(text, "office", key, value)
	}
	if cfg, err := config.Parse([]byte(text)); err != nil || cfg.Province != province {
		return "", "", withHint(usageError{fmt.Errorf("--province: %w", err)}, "give a GB/T 2260 code of six digits, such as 230000")
	}
	return text, regions, nil
}

// replaceSetting makes a commented key of a section active with another value.
func replaceSetting(text, section, key, value string) string {
	lines := strings.Split(text, "\n")
	inside := false
	for i, line := range lines {
		bare := strings.TrimPrefix(line, "#")
		switch {
		case bare == section+":":
			lines[i], inside = bare, true
		case inside && strings.HasPrefix(bare, "  "+key+":"):
			lines[i] = fmt.Sprintf("  %s: %q", key, value)
			return strings.Join(lines, "\n")
		}
	}
	return text
}
