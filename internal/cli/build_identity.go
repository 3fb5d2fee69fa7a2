package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"sort"
	"strconv"
	"time"

	"tongbao/internal/config"
	"tongbao/internal/warehouse"
)

// identity is what a version is made of: the name it gets, and its inputs by hash.
type identity struct {
	Version    string
	CutOff     time.Time
	Inputs     map[string]string
	Parameters map[string]string
	Files      int
	Hashes     []string // of every file the warehouse holds, also of those received later
}

// identify hashes every input of a build. The cut-off counts as the end of its day unless a file came in or a return was submitted
// later that day: then the moment matters. So a build of the same data on the same day is the same version at any hour.
func (p Project) identify(ctx context.Context, db *warehouse.DB, cutOff time.Time, firstYear int, contracts string) (identity, error) {
	end := endOfDay(cutOff)
	later, err := happens(ctx, db, cutOff, end)
	if err != nil {
		return identity{}, err
	}
	if !later {
		cutOff = end
	}
	id := identity{CutOff: cutOff, Inputs: map[string]string{"program": Version, "cut_off": cutOff.Format("2006-01-02T15:04:05.999999"),
		"first_year": strconv.Itoa(firstYear), "province": p.Config.Province, "contracts": contracts}}
	type rawState struct {
		Files int    `db:"files"`
		Hash  string `db:"hash"`
	}
	raw, err := warehouse.One[rawState](ctx, db, `
		with file as (
			select file_id, concat_ws('|', file_id, name, path, content_hash, received_at, format, layout, region_code, rows_read, rows_loaded, rows_rejected, rows_duplicate, rows_ignored, origin_file_id) as line
			from raw.file where received_at <= ?),
		rejected as (
			select r.file_id, concat_ws('|', r.file_id, r.sheet, r.row_number, r.state, r.state_by, r.state_reason, r.corrected_file_id) as line
			from raw.rejected as r join file as f on f.file_id = r.file_id where r.state <> 'pending')
		select (select count(*) from file) as files,
			md5(coalesce((select string_agg(line, chr(10) order by file_id) from file), '') || chr(10) || coalesce((select string_agg(line, chr(10) order by file_id, line) from rejected), '')) as hash`, cutOff)
	if err != nil {
		return identity{}, fmt.Errorf("read the ledger: %w", err)
	}
	id.Files, id.Inputs["raw"] = raw.Files, raw.Hash
	if id.Hashes, err = warehouse.Select[string](ctx, db, "select distinct content_hash from raw.file where content_hash is not null order by 1"); err != nil {
		return identity{}, fmt.Errorf("read the ledger: %w", err)
	}
	if id.Parameters, err = flatten(p.Config.Parameters); err != nil {
		return identity{}, err
	}
	parameters, err := json.Marshal(id.Parameters)
	if err != nil {
		return identity{}, err
	}
	id.Inputs["parameters"] = hashOf(parameters)
	for name, file := range map[string]string{"regions": p.Config.Regions, "calendar": p.Config.Holidays} {
		text, _, err := p.ownFile(file)
		if err != nil {
			return identity{}, usageError{fmt.Errorf("%s: %w", name, err)}
		}
		id.Inputs[name] = hashOf(text)
	}
	if id.Inputs["models"], err = hashTrees(p.modelTrees()); err != nil {
		return identity{}, err
	}
	if closed, err := p.closedHash(); err != nil {
		return identity{}, err
	} else if closed != "" {
		id.Inputs["closed"] = closed
	}
	id.Version = warehouse.VersionOf(cutOff.Format("2006-01-02"), id.Inputs)
	return id, nil
}

// happens says whether anything that counts by the moment lies after one and up to another: a file received, a return submitted.
func happens(ctx context.Context, db *warehouse.DB, after, until time.Time) (bool, error) {
	files, err := warehouse.One[int](ctx, db, "select count(*) from raw.file where received_at > ? and received_at <= ?", after, until)
	if err != nil || files > 0 {
		return files > 0, err
	}
	tables, err := warehouse.One[int](ctx, db, "select count(*) from information_schema.tables where table_schema = 'raw' and table_name = 'quarterly_return'")
	if err != nil || tables == 0 {
		return false, err
	}
	returns, err := warehouse.One[int](ctx, db, "select count(*) from raw.quarterly_return where submitted_at > ? and submitted_at <= ?", after, until)
	return returns > 0, err
}

// flatten lists the parameters as people name them: parameters.theta_num → 3.
func flatten(p config.Parameters) (map[string]string, error) {
	goals, err := json.Marshal(p.Goals)
	if err != nil {
		return nil, err
	}
	index, err := json.Marshal(p.Index)
	if err != nil {
		return nil, err
	}
	exempt, err := json.Marshal(p.ExemptKinds)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"recurrence_days": strconv.Itoa(p.RecurrenceDays), "duplicate_days": strconv.Itoa(p.DuplicateDays), "theta_num": strconv.Itoa(p.ThetaNum), "theta_den": strconv.Itoa(p.ThetaDen),
		"review_days": strconv.Itoa(p.ReviewDays), "entry_days": strconv.Itoa(p.EntryDays), "inspection_disclosure_days": strconv.Itoa(p.InspectionDisclosureDays),
		"penalty_disclosure_days": strconv.Itoa(p.PenaltyDisclosureDays), "many_hazards": strconv.Itoa(p.ManyHazards), "min_base": strconv.Itoa(p.MinBase),
		"exempt_kinds": string(exempt), "goals": string(goals), "index": string(index),
	}, nil
}

// tree is a folder of SQL files that is part of a version's identity.
type tree struct {
	name string
	fs   fs.FS
}

// hashTrees hashes the names and texts of all .sql files, in order.
func hashTrees(trees []tree) (string, error) {
	sum := sha256.New()
	for _, tree := range trees {
		var files []string
		err := fs.WalkDir(tree.fs, ".", func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return "", fmt.Errorf("%s: %w", tree.name, err)
		}
		sort.Strings(files)
		for _, file := range files {
			text, err := fs.ReadFile(tree.fs, file)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s/%s %d\n%s", tree.name, file, len(text), text)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
