package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
	"tongbao/internal/contract"
	"tongbao/internal/region"
	"tongbao/internal/warehouse"
)

// Config is what an ingest needs from its project.
type Config struct {
	DB        *warehouse.DB
	Contracts *contract.Set
	Regions   *region.Tree
	Province  string         // region inside which names are looked for
	Zone      *time.Location // of the province
	Originals string         // folder of the received bytes; empty: none are kept
	TempDir   string
	Received  time.Time // local time of receipt, as stored
	Only      string    // layout or dataset every file is read with; empty: found
	DryRun    bool      // everything but keeping it
	Formats   []sheet.Format
	Limits    sheet.Limits
	Meter     *Meter // says how far the file being taken in has come; may be nil
}

// Matched is a column and where its values came from.
type Matched struct {
	Sheet, Dataset, Column, Header string // Header is empty where a constant or a default fills the column
}

// Result is what became of one file: exactly one of a ledger line, a no-op, or an error.
type Result struct {
	Path      string           `json:"path"`
	FileID    int              `json:"file_id,omitempty"`
	Known     bool             `json:"known,omitempty"` // the same bytes were received before, as FileID
	Format    string           `json:"format,omitempty"`
	Encoding  string           `json:"encoding,omitempty"`
	Layout    string           `json:"layout,omitempty"`
	Region    string           `json:"region_code,omitempty"`
	Read      int64            `json:"read"`
	Loaded    int64            `json:"loaded"`
	Rejected  int64            `json:"rejected"`
	Duplicate int64            `json:"duplicate"`
	Ignored   int64            `json:"ignored"`
	Datasets  map[string]int64 `json:"datasets,omitempty"`
	Drift     []string         `json:"unknown_columns,omitempty"`
	Matched   []Matched        `json:"-"` // which header became which column
	Notes     []string         `json:"notes,omitempty"`
	Err       error            `json:"-"`
}

// String is the file's line on the terminal.
func (r Result) String() string {
	switch {
	case r.Err != nil:
		var refusal *sheet.Refusal
		if errors.As(r.Err, &refusal) {
			return fmt.Sprintf("%s: failed: %s", r.Path, refusal.What)
		}
		return fmt.Sprintf("%s: failed: %v", r.Path, r.Err)
	case r.Known:
		return fmt.Sprintf("%s: received before as file %d, nothing to do", r.Path, r.FileID)
	}
	return fmt.Sprintf("%s: %s: %d read = %d loaded + %d rejected + %d duplicate + %d ignored",
		r.Path, r.Layout, r.Read, r.Loaded, r.Rejected, r.Duplicate, r.Ignored)
}

// Runner takes files into one warehouse, one after the other. It is not safe for concurrent use.
type Runner struct {
	Config
	finder  *finder
	known   map[string]int // content hash → file
	next    int            // file_id of the next file
	words   map[*contract.Column]*wordList
	batches map[string]*batch
	reject  *ledgerRows
	ignore  *ledgerRows
	repeat  *ledgerRows
	keeper  *keeper
}

// wordList is what a code column's words mean.
type wordList struct {
	all     map[string]string // every word, code and folded form
	plain   map[string]string // words in force
	listing []string
}

// NewRunner prepares the warehouse's tables and reads what it holds already.
func NewRunner(ctx context.Context, config Config) (*Runner, error) {
	if config.Formats == nil {
		config.Formats = Formats(config.DB)
	}
	if config.Limits == (sheet.Limits{}) {
		config.Limits = sheet.DefaultLimits()
	}
	r := &Runner{Config: config, finder: newFinder(config.Contracts), known: map[string]int{}, next: 1,
		words: map[*contract.Column]*wordList{}, batches: map[string]*batch{}, reject: newRejected(), ignore: newIgnored(), repeat: newDuplicate()}
	if config.Only != "" {
		if r.finder = r.finder.only(config.Only); r.finder == nil {
			return nil, fmt.Errorf("no layout or dataset is called %s: there are %s", config.Only, strings.Join(newFinder(config.Contracts).names(), ", "))
		}
	}
	if err := EnsureTables(ctx, config.DB, config.Contracts); err != nil {
		return nil, err
	}
	type file struct {
		ID   int    `db:"file_id"`
		Hash string `db:"content_hash"`
	}
	files, err := warehouse.Select[file](ctx, config.DB, "select file_id, content_hash from raw.file order by file_id")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if _, ok := r.known[f.Hash]; !ok {
			r.known[f.Hash] = f.ID
		}
		r.next = max(r.next, f.ID+1)
	}
	if config.Originals != "" && !config.DryRun {
		r.keeper = &keeper{dir: config.Originals}
	}
	return r, nil
}

// Close ends the list of originals; the warehouse stays open.
func (r *Runner) Close() error { return r.keeper.close() }

// ReadAs makes the following files be received at that time, and read by that layout or dataset; empty: found.
func (r *Runner) ReadAs(received time.Time, only string) error {
	r.Received = received
	if only == r.Only {
		return nil
	}
	found := newFinder(r.Contracts)
	if only != "" {
		if found = found.only(only); found == nil {
			return fmt.Errorf("no layout or dataset is called %s: there are %s", only, strings.Join(newFinder(r.Contracts).names(), ", "))
		}
	}
	r.finder, r.Only = found, only
	return nil
}

// wordsOf compiles a code list once.
func (r *Runner) wordsOf(_ *contract.Dataset, c *contract.Column) *wordList {
	if list := r.words[c]; list != nil {
		return list
	}
	list := &wordList{all: map[string]string{}, plain: map[string]string{}}
	for _, code := range c.Codes {
		list.plain[code.Word] = code.Code
		list.listing = append(list.listing, code.Word)
	}
	for _, code := range c.Codes { // a word in force goes before another's alias
		for _, word := range append([]string{code.Word, code.Code}, code.Aliases...) {
			for _, form := range []string{word, strings.ToLower(value.Fold(word))} {
				if _, taken := list.all[form]; !taken {
					list.all[form] = code.Code
				}
			}
		}
	}
	r.words[c] = list
	return list
}

// batchOf returns the dataset's batch, kept from file to file.
func (r *Runner) batchOf(d *contract.Dataset) *batch {
	b := r.batches[d.Name]
	if b == nil {
		b = datasetBatch(d)
		r.batches[d.Name] = b
	}
	b.reset()
	return b
}
