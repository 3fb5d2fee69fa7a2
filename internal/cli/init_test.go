package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"tongbao/internal/config"
)

// uncommented is the shipped tongbao.yaml with every `#key` line active.
func uncommented(t *testing.T) string {
	t.Helper()
	content, err := initFiles.ReadFile("initfiles/" + config.FileName)
	if err != nil {
		t.Fatal(err)
	}
	var active []string
	for line := range strings.Lines(string(content)) {
		bare, commented := strings.CutPrefix(line, "#")
		if commented && (strings.HasPrefix(bare, " ") && !strings.HasPrefix(bare, "  ") || bare == "\n") {
			continue // prose
		}
		active = append(active, bare)
	}
	return strings.Join(active, "")
}

func TestInitConfigIsTheDefault(t *testing.T) {
	content, err := initFiles.ReadFile("initfiles/" + config.FileName)
	if err != nil {
		t.Fatal(err)
	}
	untouched, err := config.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config.Default(), untouched); diff != "" {
		t.Errorf("as shipped the file changes something:\n%s", diff)
	}
	whole, err := config.Parse([]byte(uncommented(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Schedules) != 3 {
		t.Errorf("%d example schedules", len(whole.Schedules))
	}
	whole.Schedules = nil
	for _, list := range []*[]string{&whole.Office.CopyTo, &whole.Notify.Command, &whole.Notify.On} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	if len(whole.Parameters.Goals) == 0 && len(whole.Parameters.Index) == 0 {
		whole.Parameters.Goals, whole.Parameters.Index = nil, nil
	}
	if diff := cmp.Diff(config.Default(), whole); diff != "" {
		t.Errorf("a default printed in the file is not the default:\n%s", diff)
	}
}

func TestInitConfigHasEveryKey(t *testing.T) {
	var printed map[string]any
	if err := yaml.Unmarshal([]byte(uncommented(t)), &printed); err != nil {
		t.Fatal(err)
	}
	var walk func(reflect.Type, any, string)
	walk = func(shape reflect.Type, value any, path string) {
		if shape.Kind() == reflect.Slice && shape.Elem().Kind() == reflect.Struct {
			walk(shape.Elem(), value.([]any)[0], path+"[0]")
			return
		}
		if shape.Kind() != reflect.Struct {
			return
		}
		section, _ := value.(map[string]any)
		for i := range shape.NumField() {
			key := shape.Field(i).Tag.Get("yaml")
			inner, ok := section[key]
			if !ok {
				t.Errorf("%s%s is not in the file", path, key)
				continue
			}
			walk(shape.Field(i).Type, inner, path+key+".")
		}
	}
	walk(reflect.TypeFor[config.Config](), printed, "")
}

func TestInitOtherProvince(t *testing.T) {
	app := &App{Env: Env{Dir: t.TempDir()}}
	dir, err := app.initProject("p", "210000")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Province != "210000" || cfg.Office.Name != "辽宁省应急管理厅" || cfg.Office.Symbol != "" || cfg.Office.Basis != "" || cfg.Office.Address == "" {
		t.Errorf("%+v", cfg.Office)
	}
	dir, err = app.initProject("elsewhere", "990000")
	if err != nil {
		t.Fatal(err)
	}
	if cfg, err = config.Load(dir); err != nil || cfg.Regions != "regions.csv" {
		t.Errorf("%q, %v", cfg.Regions, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "regions.csv")); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"210100", "21", "liaoning", ""} {
		if _, err := app.initProject("wrong", wrong); err == nil {
			t.Errorf("province %q makes a project", wrong)
		}
	}
	if _, err := os.Stat(filepath.Join(app.Dir, "wrong")); err == nil {
		t.Error("a refused project leaves a folder")
	}
}
