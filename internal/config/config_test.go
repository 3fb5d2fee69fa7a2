package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEmptyIsDefault(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "{}\n"} {
		cfg, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if cfg.Province != "230000" || cfg.Parameters.RecurrenceDays != 365 || len(cfg.Outputs) != 5 {
			t.Errorf("%q: %+v", text, cfg)
		}
	}
}

func TestOneKeyLeavesTheOthers(t *testing.T) {
	cfg, err := Parse([]byte("parameters:\n  duplicate_days: 60\noffice:\n  phone: 0451-1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Parameters.DuplicateDays != 60 || cfg.Parameters.ThetaDen != 10 || cfg.Office.Phone != "0451-1" || cfg.Office.Symbol != "黑应急通报" {
		t.Errorf("%+v", cfg)
	}
}

func TestWrongConfigNamesItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"provence: \"230000\"\n":                         "line 1: unknown key provence",
		"province: \"230000\"\nparameters:\n  dupe: 1\n": "line 3: unknown key dupe",
		"province: \"2300\"\n":                           `province: "2300" is not a code of six digits`,
		"province: 0102\n":                               "province",
		"timezone: Mars/Olympus\n":                       "timezone",
		"parameters: {theta_den: 0}\n":                   "parameters.theta_den",
		"parameters: {min_base: many}\n":                 "line 1",
		"outputs: [site, poster]\n":                      "outputs",
		"versions: {keep: 0}\n":                          "versions.keep",
		"engine: {threads: -1}\n":                        "engine.threads",
		"province: [\n":                                  "line",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", text, err, want)
		}
	}
	_, err := Parse([]byte("versions: {keep: -1}\n"))
	var field *FieldError
	if !errors.As(err, &field) || field.Field != "versions.keep" {
		t.Errorf("%v is no FieldError of versions.keep", err)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte("x: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), FileName) {
		t.Errorf("the error names the file: %v", err)
	}
}

// FuzzParse: any text is a valid configuration or an error.
func FuzzParse(f *testing.F) {
	f.Add("province: \"230000\"\nschedules:\n  - {job: ingest, when: \"30 6 * * *\", window: 744h}\n")
	f.Add("a: &a [*a]\n")
	f.Add("parameters: {goals: {A1: .nan}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := Parse([]byte(text))
		if err == nil && cfg.Validate() != nil {
			t.Fatalf("parsed, but not valid: %v", cfg.Validate())
		}
	})
}
