package transform

import (
	"context"
	"fmt"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// sourceDataset is the table that says which files count: what a late file changes first of all.
const sourceDataset = "core.source_dataset"

// Pieces are the tables of which a partial build holds the affected rows before it has made any model.
func Pieces() []string {
	pieces := []string{sourceDataset}
	for _, l := range links() {
		pieces = append(pieces, "raw."+l.dataset)
	}
	return pieces
}

// BuildLate brings core.* of a copied version to what Build would make of raw.* as it is now. run.* stays: the caller has made sure that
// nothing but raw.* differs from the base. raw.* must be offered to Main from the attached database of that name. Where that cannot be
// done for certain, the error is a sqlmodel.Refusal.
func BuildLate(ctx context.Context, p *sqlmodel.Partial, in Inputs, attached string, layers ...sqlmodel.Layer) ([]*sqlmodel.Model, error) {
	models, err := Load(layers...)
	if err != nil {
		return nil, err
	}
	sources, err := sqlmodel.Sources(ctx, p.Main)
	if err != nil {
		return nil, err
	}
	ordered, err := sqlmodel.Order(ctx, p.Main, models, sources)
	if err != nil {
		return nil, err
	}
	if err := sameLedger(ctx, p.Main); err != nil {
		return nil, err
	}
	whole := RunTables()
	for _, m := range ordered {
		if m.By == "" && m.Lookup == nil && !m.Enum {
			whole = append(whole, m.Name)
		}
	}
	for _, side := range []warehouse.Queryer{p.Before, p.After} {
		if err := sqlmodel.InstallFunctions(ctx, side); err != nil {
			return nil, err
		}
	}
	if err := p.Offer(ctx, whole); err != nil {
		return nil, err
	}
	if err := offerFiles(ctx, p, ordered, attached); err != nil {
		return nil, err
	}
	if err := offerAffected(ctx, p, attached); err != nil {
		return nil, err
	}
	if err := p.Build(ctx, ordered); err != nil {
		return nil, err
	}
	return ordered, sameFirstYear(ctx, p.Main, in)
}

// sameLedger refuses a base that knows files the warehouse does not have, or has otherwise.
func sameLedger(ctx context.Context, q warehouse.Queryer) error {
	const line = "concat_ws('|', file_id, name, path, content_hash, bytes, received_at, format, encoding, layout, region_code, rows_read, rows_loaded, rows_rejected, rows_duplicate, rows_ignored, origin_file_id)"
	lost, err := warehouse.Select[string](ctx, q, `select b.name from (select *, `+line+` as line from core.source_file) as b
		left join (select file_id, `+line+` as line from raw.file) as f on f.file_id = b.file_id and f.line = b.line where f.file_id is null order by b.file_id limit 1`)
	if err != nil || len(lost) == 0 {
		return err
	}
	return sqlmodel.Refused("the file %s is no longer what it was in the ledger", lost[0])
}

// offerFiles gives each side the files that count for it.
func offerFiles(ctx context.Context, p *sqlmodel.Partial, ordered []*sqlmodel.Model, attached string) error {
	if _, err := p.Before.ExecContext(ctx, "create schema if not exists core; create table "+sourceDataset+" as select * from "+warehouse.Ident(p.MainName)+"."+sourceDataset); err != nil {
		return err
	}
	for _, m := range ordered {
		if m.Name != sourceDataset {
			continue
		}
		statement := "create schema if not exists raw; create schema if not exists core; create schema if not exists fresh;"
		for _, ref := range m.Refs {
			if schema := ref[:4]; schema == "raw." {
				statement += "create view " + ref + " as select * from " + warehouse.Ident(attached) + "." + ref + ";"
			}
		}
		_, err := p.After.ExecContext(ctx, statement+"create table "+sourceDataset+" as "+m.SQL)
		return err
	}
	return sqlmodel.Refused("there is no model of %s", sourceDataset)
}

// offerAffected finds the files that count now and did not, or no longer do, and offers all rows of the enterprises they touch.
func offerAffected(ctx context.Context, p *sqlmodel.Partial, attached string) error {
	before, after := sqlmodel.Before+"."+sourceDataset, sqlmodel.After+"."+sourceDataset
	moved, err := warehouse.One[int64](ctx, p.After, `with kept as (
			select row_number() over (partition by b.dataset order by b.receipt) as old_place, row_number() over (partition by b.dataset order by a.receipt) as place
			from `+before+` as b join `+after+` as a on a.dataset = b.dataset and a.file_id = b.file_id)
		select count(*) from kept where place <> old_place`)
	if err != nil {
		return err
	}
	if moved > 0 {
		return sqlmodel.Refused("the order in which files were received is another one")
	}
	found, err := newAffected(ctx, p.After, attached)
	if err != nil {
		return err
	}
	for _, l := range links() {
		files, err := warehouse.Select[int64](ctx, p.After, `(select file_id from `+before+` where dataset = ? except select file_id from `+after+` where dataset = ?)
			union all (select file_id from `+after+` where dataset = ? except select file_id from `+before+` where dataset = ?) order by 1`, l.dataset, l.dataset, l.dataset, l.dataset)
		if err != nil {
			return err
		}
		if len(files) == 0 {
			continue
		}
		p.Changed("raw." + l.dataset)
		if err := found.seed(ctx, l, files); err != nil {
			return err
		}
	}
	if err := found.close(ctx); err != nil {
		return err
	}
	if err := notTooMany(ctx, p); err != nil {
		return err
	}
	return found.offer(ctx, p.Before)
}

// notTooMany refuses where a full build is hardly dearer, and the affected rows would not fit beside everything else.
func notTooMany(ctx context.Context, p *sqlmodel.Partial) error {
	const few, share = 5000, 8
	affected, err := warehouse.One[int64](ctx, p.After, "select count(*) from affected.uscc")
	if err != nil || affected <= few {
		return err
	}
	all, err := warehouse.One[int64](ctx, p.Main, "select count(*) from core.enterprise")
	if err != nil || affected*share <= all {
		return err
	}
	return sqlmodel.Refused("%d of %d enterprises are affected", affected, all)
}

// sameFirstYear refuses when rows now begin in another year: every period index would be another one.
func sameFirstYear(ctx context.Context, q warehouse.Queryer, in Inputs) error {
	first, err := firstYear(ctx, q, in)
	if err != nil {
		return err
	}
	was, err := warehouse.One[int](ctx, q, "select first_year from run.parameter")
	if err != nil || was == first {
		return err
	}
	return sqlmodel.Refused("the first year with rows is %d, no longer %d", first, was)
}

// firstYear is the first year with figures: the one asked for, or the first with a plan item or an inspection.
func firstYear(ctx context.Context, q warehouse.Queryer, in Inputs) (int, error) {
	if in.FirstYear != 0 {
		return in.FirstYear, nil
	}
	found, err := warehouse.One[*int](ctx, q, `select min(year) from (
		select min(plan_year) as year from core.plan_item union all select cast(min(year(started_on)) as integer) from core.inspection)`)
	if err != nil {
		return 0, fmt.Errorf("first year: %w", err)
	}
	if found == nil {
		return in.CutOff.Year(), nil
	}
	return *found, nil
}
