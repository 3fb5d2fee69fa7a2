package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// The two states a change of rows is told between are catalogs of one connection: each holds core.* of a version.

// derivedColumns are columns of core that a row does not bring itself: they follow from it and from others.
func derivedColumns(dataset string) []string {
	common := []string{"file_id", "sheet", "row_number", "visit_id", "visit_inspections", "episode_id", "episode_hazards", "class", "class_kind", "agency_region_code", "flag_count"}
	switch dataset {
	case "inspection":
		return append(common, "region_code")
	case "hazard":
		return append(common, "region_code", "uscc")
	case "penalty":
		return append(common, "region_code", "kind", "is_fine")
	case "plan_item":
		return []string{"file_id", "sheet", "row_number"}
	}
	return common[:3]
}

// ownColumns are the columns two states of core.<dataset> share that a row brings itself, in the order of the newer one.
func ownColumns(ctx context.Context, q warehouse.Queryer, d datasetRows, old, fresh string) ([]string, error) {
	_, table, _ := strings.Cut(d.Table, ".")
	all, err := warehouse.Select[string](ctx, q, `select n.column_name from duckdb_columns() as n
		join duckdb_columns() as o on o.database_name = ? and o.schema_name = 'core' and o.table_name = n.table_name and o.column_name = n.column_name
		where n.database_name = ? and n.schema_name = 'core' and n.table_name = ? order by n.column_index`, old, fresh, table)
	if err != nil {
		return nil, err
	}
	derived := derivedColumns(d.Dataset)
	own := all[:0]
	for _, name := range all {
		flag := strings.HasPrefix(name, "is_") && (d.Dataset == "inspection" || d.Dataset == "hazard" || d.Dataset == "penalty")
		if !flag && !slices.Contains(derived, name) {
			own = append(own, name)
		}
	}
	return own, nil
}

// changeColumns describe the table of changed rows. Changes lists the columns that differ, {column, old, new} each; all that are filled, of
// a row that is new or withdrawn. Day is the earlier of the row's principal days.
const changeColumns = `dataset varchar, row_key varchar, what varchar, file varchar, sheet varchar, row_number integer, old_file varchar, old_sheet varchar, old_row integer,
	uscc varchar, old_uscc varchar, agency varchar, old_agency varchar, region varchar, old_region varchar, day date, changes struct("column" varchar, "old" varchar, "new" varchar)[]`

// changedRowsSQL selects the rows of one dataset that differ between two catalogs: new (a key that was not there), changed (a later export
// carries other values) and withdrawn (a snapshot or a waived file no longer has it). A row exported again as it was is no change.
func changedRowsSQL(d datasetRows, columns []string, old, fresh string) string {
	in := func(catalog, text string) string { return strings.ReplaceAll(text, " core.", " "+catalog+".core.") }
	rows := func(catalog string) string {
		own := ""
		for _, name := range columns {
			own += ", cast(r." + warehouse.Ident(name) + " as varchar) as " + warehouse.Ident("c_"+name)
		}
		region := d.Region
		return in(catalog, "select "+d.Key+" as row_key, cast("+d.Uscc+" as varchar) as uscc, cast("+d.Agency+" as varchar) as agency, cast("+region+" as varchar) as region, cast("+d.Day+
			" as date) as day, r.file_id, r.sheet, r.row_number"+own+" from "+d.Table+" as r"+d.join)
	}
	counted := func(catalog, other string) string {
		files := func(catalog string) string {
			return in(catalog, "select f.file_id, f.content_hash from core.source_dataset as s join core.source_file as f on f.file_id = s.file_id where s.dataset = "+text(d.Dataset))
		}
		return "select a.file_id from (" + files(catalog) + ") as a left join (" + files(other) + ") as b on b.content_hash = a.content_hash where b.file_id is null"
	}
	var changes []string
	for _, name := range columns {
		c := warehouse.Ident("c_" + name)
		changes = append(changes, `{'column': `+text(name)+`, 'old': o.`+c+`, 'new': n.`+c+`}`)
	}
	list := "list_filter([" + strings.Join(changes, ", ") + `], lambda c: c."old" is distinct from c."new")`
	selected := "select " + text(d.Dataset) + " as dataset, coalesce(n.row_key, o.row_key) as row_key, case when o.row_key is null then 'new' when n.row_key is null then 'withdrawn' else 'changed' end as what, " +
		"nf.name as file, n.sheet, n.row_number, of.name as old_file, o.sheet as old_sheet, o.row_number as old_row, n.uscc, o.uscc as old_uscc, n.agency, o.agency as old_agency, n.region, o.region as old_region, " +
		"least(n.day, o.day) as day, " + list + " as changes\nfrom "
	names := "\nleft join " + fresh + ".core.source_file as nf on nf.file_id = n.file_id left join " + old + ".core.source_file as of on of.file_id = o.file_id"
	return "select * from (\n" + selected + "(" + rows(fresh) + " where r.file_id in (" + counted(fresh, old) + ")) as n left join (" + rows(old) + ") as o on o.row_key = n.row_key" + names +
		"\nunion all\n" + selected + "(" + rows(old) + " where r.file_id in (" + counted(old, fresh) + ")) as o left join (" + rows(fresh) + ") as n on n.row_key = o.row_key" + names +
		" where n.row_key is null or n.file_id not in (" + counted(fresh, old) + ")\n) as changed where what <> 'changed' or len(changes) > 0"
}

// writeChangedRows fills the table, made with changeColumns, with the rows that differ between two catalogs, of the datasets named (none: of
// all).
func writeChangedRows(ctx context.Context, q warehouse.Queryer, table, old, fresh string, datasets []string) error {
	for _, d := range rowsOf() {
		if len(datasets) > 0 && !slices.Contains(datasets, d.Dataset) {
			continue
		}
		columns, err := ownColumns(ctx, q, d, old, fresh)
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, "insert into "+table+" "+changedRowsSQL(d, columns, warehouse.Ident(old), warehouse.Ident(fresh))); err != nil {
			return fmt.Errorf("rows of %s that changed: %w", d.Dataset, err)
		}
	}
	return nil
}
