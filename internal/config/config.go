package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"go.yaml.in/yaml/v3"
)

// FileName is the file that makes a folder a project.
const FileName = "tongbao.yaml"

// Config is everything a project may set. Every key is optional; Default gives the rest.
type Config struct {
	Province   string     `yaml:"province"` // GB/T 2260 code of the root of the region tree
	Timezone   string     `yaml:"timezone"` // IANA name; dates in exports are local to it
	Regions    string     `yaml:"regions"`  // region file of the project, relative to it; empty: the shipped tree
	Holidays   string     `yaml:"holidays"` // extra years of days off, relative to the project
	Office     Office     `yaml:"office"`   // who signs
	Parameters Parameters `yaml:"parameters"`
	Engine     Engine     `yaml:"engine"`
	Versions   Versions   `yaml:"versions"`
	Outputs    []string   `yaml:"outputs"` // site, notice, annex, packs, returns
	Schedules  []Schedule `yaml:"schedules"`
	Notify     Notify     `yaml:"notify"`
}

// Office is what the notice prints about its sender.
type Office struct {
	Name     string   `yaml:"name"`     // 黑龙江省应急管理厅
	Symbol   string   `yaml:"symbol"`   // 黑应急通报
	Basis    string   `yaml:"basis"`    // the document that orders the notice
	Address  string   `yaml:"address"`  // 各市(地)应急管理局
	Contact  string   `yaml:"contact"`  //
	Phone    string   `yaml:"phone"`    //
	CopyTo   []string `yaml:"copy_to"`  // 抄送
	Language string   `yaml:"language"` // of outputs: zh (default) or en
}

// Parameters are the numbers the metric definitions leave to the office. Changing one makes a different version.
type Parameters struct {
	RecurrenceDays           int                `yaml:"recurrence_days"`            // W
	DuplicateDays            int                `yaml:"duplicate_days"`             // D
	ThetaNum                 int                `yaml:"theta_num"`                  // shared items ≥ theta_num/theta_den of the union
	ThetaDen                 int                `yaml:"theta_den"`                  //
	ReviewDays               int                `yaml:"review_days"`                //
	EntryDays                int                `yaml:"entry_days"`                 // working days
	InspectionDisclosureDays int                `yaml:"inspection_disclosure_days"` // working days
	PenaltyDisclosureDays    int                `yaml:"penalty_disclosure_days"`    // working days
	ManyHazards              int                `yaml:"many_hazards"`               //
	MinBase                  int                `yaml:"min_base"`                   //
	ExemptKinds              []string           `yaml:"exempt_kinds"`               // kinds of inspection that never make a duplicate
	Goals                    map[string]float64 `yaml:"goals"`                      // metric → goal, over the metric's own
	Index                    map[string]float64 `yaml:"index"`                      // metric → weight in the composite index
}

// Engine bounds what a run may take from the machine.
type Engine struct {
	Threads  int `yaml:"threads"`   // 0: all cores
	MemoryMB int `yaml:"memory_mb"` // 0: the default of 2,500
}

// Versions says how many published versions are kept besides the signed-off ones.
type Versions struct {
	Keep   int   `yaml:"keep"`
	DiskMB int64 `yaml:"disk_mb"` // 0: no limit; oldest open ones go first, closed ones never
}

// Schedule is one job of the daemon.
type Schedule struct {
	Name     string        `yaml:"name"`
	Job      string        `yaml:"job"`      // ingest, quarter, backup
	When     string        `yaml:"when"`     // cron expression, or a calendar rule such as @quarter+5d
	Timezone string        `yaml:"timezone"` // default: the project's
	Catchup  string        `yaml:"catchup"`  // latest (default), all, none
	Window   time.Duration `yaml:"window"`   // how far back catch-up looks; default 31 days
	Overlap  string        `yaml:"overlap"`  // skip (default) or queue
	Retries  int           `yaml:"retries"`
	Backoff  time.Duration `yaml:"backoff"` // before the first retry, doubled for each further one; default 1m
	Timeout  time.Duration `yaml:"timeout"` // of one attempt; default 6h
	Keep     int           `yaml:"keep"`    // job backup: how many are kept; default 8
}

// Notify says whom to tell; both are optional.
type Notify struct {
	Webhook string   `yaml:"webhook"`
	Command []string `yaml:"command"`
	On      []string `yaml:"on"` // failure, published
}

// Default is the configuration of an empty tongbao.yaml: Heilongjiang with the parameters of the definitions.
func Default() Config {
	return Config{
		Province: "230000",
		Timezone: "Asia/Shanghai",
		Office: Office{
			Name: "黑龙江省应急管理厅", Symbol: "黑应急通报", Basis: "黑应急发〔2020〕9号",
			Address: "各市(地)应急管理局", Language: "zh",
		},
		Parameters: Parameters{
			RecurrenceDays: 365, DuplicateDays: 90, ThetaNum: 3, ThetaDen: 10,
			ReviewDays: 10, EntryDays: 3, InspectionDisclosureDays: 20, PenaltyDisclosureDays: 7,
			ManyHazards: 10, MinBase: 10,
			ExemptKinds: []string{"review", "complaint", "assigned", "accident", "media", "licence", "requested", "emergency", "upper_check"},
		},
		Versions: Versions{Keep: 8},
		Outputs:  []string{"site", "notice", "annex", "packs", "returns"},
	}
}

// Load reads dir/tongbao.yaml over Default and validates the result.
func Load(dir string) (Config, error) {
	path := filepath.Join(dir, FileName)
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	cfg, err := Parse(text)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return cfg, nil
}

// Parse reads YAML over Default and validates the result.
func Parse(text []byte) (Config, error) {
	cfg := Default()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&cfg); err != nil && !errors.Is(err, io.EOF) {
		return Config{}, plain(err)
	}
	return cfg, cfg.Validate()
}

// plain says what is wrong in the words of the file instead of the program's.
func plain(err error) error {
	var wrong *yaml.TypeError
	if !errors.As(err, &wrong) {
		return err
	}
	lines := make([]error, len(wrong.Errors))
	for i, line := range wrong.Errors {
		lines[i] = errors.New(unknownKey.ReplaceAllString(line, "unknown key $1"))
	}
	return errors.Join(lines...)
}

var unknownKey = regexp.MustCompile(`field (\S+) not found in type \S+`)

// FieldError names a key whose value cannot be used.
type FieldError struct {
	Field, Value, Want string
}

// Error names the key, its value and what is wanted.
func (e *FieldError) Error() string {
	return fmt.Sprintf("%s: %q is not %s", e.Field, e.Value, e.Want)
}

var codeShape = regexp.MustCompile(`^[0-9]{6}$`)

// Validate returns a FieldError for the first key whose value cannot be used.
func (c Config) Validate() error {
	if !codeShape.MatchString(c.Province) {
		return &FieldError{"province", c.Province, "a code of six digits, in quotes"}
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil {
		return &FieldError{"timezone", c.Timezone, "an IANA time zone such as Asia/Shanghai"}
	}
	p := c.Parameters
	for _, positive := range []struct {
		name  string
		value int
	}{
		{"recurrence_days", p.RecurrenceDays}, {"duplicate_days", p.DuplicateDays},
		{"theta_num", p.ThetaNum}, {"theta_den", p.ThetaDen}, {"review_days", p.ReviewDays},
		{"entry_days", p.EntryDays}, {"inspection_disclosure_days", p.InspectionDisclosureDays},
		{"penalty_disclosure_days", p.PenaltyDisclosureDays}, {"many_hazards", p.ManyHazards}, {"min_base", p.MinBase},
	} {
		if positive.value < 1 {
			return &FieldError{"parameters." + positive.name, fmt.Sprint(positive.value), "a whole number of at least 1"}
		}
	}
	for _, amount := range []struct {
		name  string
		value int64
	}{{"engine.threads", int64(c.Engine.Threads)}, {"engine.memory_mb", int64(c.Engine.MemoryMB)}, {"versions.disk_mb", c.Versions.DiskMB}} {
		if amount.value < 0 {
			return &FieldError{amount.name, fmt.Sprint(amount.value), "a whole number of at least 0"}
		}
	}
	for _, output := range c.Outputs {
		switch output {
		case "site", "notice", "annex", "packs", "returns":
		default:
			return &FieldError{"outputs", output, "one of site, notice, annex, packs, returns"}
		}
	}
	if c.Versions.Keep < 1 {
		return &FieldError{"versions.keep", fmt.Sprint(c.Versions.Keep), "a whole number of at least 1"}
	}
	return nil
}
