package cli

import (
	"context"
	"errors"
	"time"

	"tongbao/internal/region"
	"tongbao/internal/warehouse"
)

// cityStatus is how fresh one city's data are, and which of its rows wait for correction.
type cityStatus struct {
	RegionCode    string `json:"region_code"` // empty: rows whose city is unknown
	Name          string `json:"name"`
	LastReceived  string `json:"last_received,omitempty"` // a file from it, or with inspections of its agencies
	LastInspected string `json:"last_inspected,omitempty"`
	Inspections   int64  `json:"inspections"` // rows received
	Pending       int64  `json:"pending"`     // 待改
	Corrected     int64  `json:"corrected"`   // 已改
	Waived        int64  `json:"waived"`      // 豁免
}

// inboxStatus is what lies in the inbox and has not been ingested as it is now.
type inboxStatus struct {
	Waiting int       `json:"waiting"`
	Bytes   int64     `json:"bytes"`
	Oldest  time.Time `json:"oldest,omitzero"`
	Names   []string  `json:"names,omitempty"` // the first ten
}

// rawFacts is what status reads from the warehouse.
type rawFacts struct {
	tables   map[string]bool
	files    []knownFile
	byAgency []agencyFacts
	rejected []rejectedCount
	due      dueFacts
}

type knownFile struct {
	FileID     int64     `db:"file_id"`
	Name       string    `db:"name"`
	Bytes      int64     `db:"bytes"`
	ReceivedAt time.Time `db:"received_at"`
	RegionCode *string   `db:"region_code"`
	Path       *string   `db:"path"`
	Hash       *string   `db:"content_hash"`
}

type agencyFacts struct {
	RegionCode    *string    `db:"region_code"`
	LastFile      int64      `db:"last_file"`
	LastInspected *time.Time `db:"last_inspected"`
	Inspections   int64      `db:"inspections"`
}

type rejectedCount struct {
	RegionCode *string `db:"region_code"`
	State      string  `db:"state"`
	Rows       int64   `db:"n"`
}

// readData fills in what the warehouse knows. While a command writes to it nobody else can read it: then the rest of the screen is
// shown without.
func (s *status) readData(ctx context.Context, p Project) error {
	tree, err := p.Regions()
	if err != nil {
		return err
	}
	days, err := p.Calendar()
	if err != nil {
		return err
	}
	facts, err := readFacts(ctx, p, s.At)
	switch {
	case errors.Is(err, warehouse.ErrMissing):
		facts = rawFacts{tables: map[string]bool{}}
	case errors.Is(err, warehouse.ErrLocked):
		return errors.New("the warehouse is being written to: freshness, inbox, returned rows and deadlines are shown when that ends")
	case err != nil:
		return err
	}
	s.Files = int64(len(facts.files))
	var hashes []string
	for _, file := range facts.files {
		if file.Hash != nil {
			hashes = append(hashes, *file.Hash)
		}
	}
	switch missing, err := p.missingFiles(hashes); {
	case err != nil:
		s.warn("the list of received files: %v", err)
	case missing > 0:
		s.warn("%s; %s", lacks(missing), lacksNext)
	}
	if s.Inbox, err = p.inboxNow(facts.files); err != nil {
		return err
	}
	s.Cities = facts.cities(tree, p.Config.Province)
	s.Deadlines = facts.deadlines(tree, days, p.Config.Province, s.At)
	return nil
}

func readFacts(ctx context.Context, p Project, now time.Time) (facts rawFacts, err error) {
	db, err := warehouse.OpenReadOnly(ctx, p.Warehouse(), warehouse.Options{})
	if err != nil {
		return facts, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	names, err := warehouse.Select[string](ctx, db, "select table_name from duckdb_tables() where schema_name = 'raw'")
	if err != nil {
		return facts, err
	}
	facts.tables = map[string]bool{}
	for _, name := range names {
		facts.tables[name] = true
	}
	if facts.tables["file"] {
		facts.files, err = warehouse.Select[knownFile](ctx, db, "select file_id, name, bytes, received_at, region_code, path, content_hash from raw.file order by file_id")
		if err != nil {
			return facts, err
		}
	}
	if facts.tables["rejected"] {
		facts.rejected, err = warehouse.Select[rejectedCount](ctx, db,
			"select region_code, state, count(*) as n from raw.rejected group by all order by all")
		if err != nil {
			return facts, err
		}
	}
	if facts.tables["inspection"] && facts.tables["agency"] {
		facts.byAgency, err = warehouse.Select[agencyFacts](ctx, db, `
with agency as (
    select agency_code, arg_max(region_code, file_id) as region_code from raw.agency group by agency_code
),
seen as (
    select agency_code, max(file_id) as last_file, max(started_on) filter (where started_on <= cast(? as date)) as last_inspected, count(*) as inspections
    from raw.inspection group by agency_code
)
select region_code, cast(max(last_file) as bigint) as last_file, max(last_inspected) as last_inspected, cast(sum(inspections) as bigint) as inspections
from seen left join agency using (agency_code)
group by region_code order by region_code`, now.Format(time.DateOnly))
		if err != nil {
			return facts, err
		}
	}
	facts.due, err = readDueFacts(ctx, db, facts.tables, now)
	return facts, err
}

// cities folds counties into their city, in administrative order; the province's own agencies and unknown ones come last.
func (f rawFacts) cities(tree *region.Tree, province string) []cityStatus {
	received := map[int64]time.Time{}
	for _, file := range f.files {
		received[file.FileID] = file.ReceivedAt
	}
	var all []cityStatus
	place := map[string]int{}
	add := func(code, name string) int {
		if _, known := place[code]; !known {
			place[code] = len(all)
			all = append(all, cityStatus{RegionCode: code, Name: name})
		}
		return place[code]
	}
	for _, city := range tree.Children(province) {
		add(city.Code, city.Name)
	}
	at := func(code *string) *cityStatus {
		if code != nil {
			if city, ok := tree.CityOf(*code); ok {
				return &all[add(city.Code, city.Name)]
			}
			if top, ok := tree.Canonical(*code); ok {
				return &all[add(top.Code, top.Name+" itself")]
			}
		}
		return &all[add("", "of no known city")]
	}
	for _, a := range f.byAgency {
		c := at(a.RegionCode)
		c.Inspections += a.Inspections
		c.receive(received[a.LastFile])
		if a.LastInspected != nil {
			c.LastInspected = max(c.LastInspected, a.LastInspected.Format(time.DateOnly))
		}
	}
	for _, file := range f.files {
		if file.RegionCode != nil && *file.RegionCode != "" {
			at(file.RegionCode).receive(file.ReceivedAt)
		}
	}
	for _, r := range f.rejected {
		c := at(r.RegionCode)
		switch r.State {
		case "corrected":
			c.Corrected += r.Rows
		case "waived":
			c.Waived += r.Rows
		default:
			c.Pending += r.Rows
		}
	}
	return all
}

// receive notes a file from the city.
func (c *cityStatus) receive(at time.Time) {
	if !at.IsZero() {
		c.LastReceived = max(c.LastReceived, at.Format("2006-01-02 15:04"))
	}
}
