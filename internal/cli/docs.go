package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tongbao/analysis"
	"tongbao/ingest"
	"tongbao/internal/contract"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform"
)

func newDocsCommand(app *App) *cobra.Command {
	var format, output string
	cmd := &cobra.Command{
		Use:   "docs",
		Short: "Write the data dictionary and the metric definitions",
		Long: `Writes what every table, column, code and metric means: raw from the contracts, core and mart from the headers of their models, metrics with
their definitions and SQL. Inside a project its own contracts, models and metrics are in it too.`,
		Example: "  tongbao docs > dictionary.md\n  tongbao docs --format html --output dictionary.html",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format == "" && strings.EqualFold(filepath.Ext(output), ".html") {
				format = "html"
			}
			if format != "" && format != "markdown" && format != "html" {
				return usageError{fmt.Errorf("--format %s: markdown or html", format)}
			}
			sections, err := app.dictionary(cmd.Context())
			if err != nil {
				return err
			}
			text := sqlmodel.Markdown("数据字典与指标定义", sections)
			if format == "html" {
				text = sqlmodel.HTML("数据字典与指标定义", sections)
			}
			if output == "" {
				_, err = fmt.Fprint(app.Stdout, text)
				return err
			}
			return os.WriteFile(output, []byte(text), 0o644)
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "markdown (default) or html")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this file instead of standard output")
	cmd.AddCommand(newDocsTemplatesCommand(app), newDocsFunctionsCommand(app))
	return cmd
}

// dictionary collects the sections; outside a project those of what is shipped.
func (app *App) dictionary(ctx context.Context) ([]sqlmodel.Section, error) {
	var set *contract.Set
	var models, metrics []sqlmodel.Layer
	var made []sqlmodel.DictionaryTable
	p, err := app.project()
	switch {
	case err == nil:
		if set, err = p.ContractSet(); err != nil {
			return nil, err
		}
		models, metrics = p.modelLayers(), p.metricLayers()
		made = app.madeTables(ctx, p)
	case app.projectDir != "":
		return nil, err
	default:
		if set, err = contract.Load(ingest.Contracts(), nil); err != nil {
			return nil, err
		}
	}
	core, err := transform.Load(models...)
	if err != nil {
		return nil, err
	}
	mart, err := analysis.LoadModels(models...)
	if err != nil {
		return nil, err
	}
	catalogue, err := analysis.LoadMetrics(metrics...)
	if err != nil {
		return nil, err
	}
	martTables := sqlmodel.DictionaryOf(mart)
	for _, table := range made {
		if !slices.ContainsFunc(martTables, func(t sqlmodel.DictionaryTable) bool { return t.Name == table.Name }) {
			martTables = append(martTables, table)
		}
	}
	slices.SortFunc(martTables, func(a, b sqlmodel.DictionaryTable) int { return strings.Compare(a.Name, b.Name) })
	return []sqlmodel.Section{
		{Title: "raw: rows as received", Intro: "One table per contract, append-only, plus file_id, sheet, row_number, received and extra.", Tables: rawTables(set)},
		{Title: "core: cleaned and derived", Intro: "What holds at the cut-off: one version per key, regions as they are called now, flags, visits and episodes.", Tables: sqlmodel.DictionaryOf(core)},
		{Title: "mart: what outputs read", Intro: "Figures, lists and curves; nothing else computes a number.", Tables: martTables},
		{Title: "指标 metrics", Intro: "Definitions as they are computed and printed.", Tables: metricTables(catalogue)},
	}, nil
}

func rawTables(set *contract.Set) []sqlmodel.DictionaryTable {
	var tables []sqlmodel.DictionaryTable
	for _, d := range set.Datasets {
		t := sqlmodel.DictionaryTable{Name: "raw." + d.Name, Doc: strings.TrimSpace(d.Label + " " + d.Note), Facts: [][2]string{{"Key", strings.Join(d.Key, ", ")}}}
		for i := range d.Columns {
			c := &d.Columns[i]
			doc := c.Note
			var words []string
			for _, code := range c.Codes {
				words = append(words, code.Code+" "+code.Word)
			}
			if words != nil {
				doc = strings.TrimSpace(doc + " " + strings.Join(words, " · "))
			}
			if c.Required {
				doc = strings.TrimSpace("必填 " + doc)
			}
			t.Columns = append(t.Columns, sqlmodel.DictionaryColumn{Name: c.Name, Label: c.Label, Type: string(c.Type), Doc: doc})
		}
		tables = append(tables, t)
	}
	return tables
}

func metricTables(catalogue []*analysis.Metric) []sqlmodel.DictionaryTable {
	var tables []sqlmodel.DictionaryTable
	for _, m := range catalogue {
		t := sqlmodel.DictionaryTable{Name: m.ID + " " + m.TitleZH, Doc: m.DefinitionZH + " " + m.DefinitionEN, SQL: m.SQL}
		for _, fact := range [][2]string{{"English", m.TitleEN}, {"Theme", m.Theme}, {"Unit", m.Unit}, {"Better", m.Better}, {"Aggregate", m.Aggregate}, {"Spans", strings.Join(m.Spans, ", ")},
			{"Subject", m.Subject}, {"Basis", m.Basis}, {"Rank", m.Rank}, {"Interval", m.Interval}} {
			if fact[1] != "" {
				t.Facts = append(t.Facts, fact)
			}
		}
		if m.Goal != nil {
			t.Facts = append(t.Facts, [2]string{"Goal", fmt.Sprint(*m.Goal)})
		}
		tables = append(tables, t)
	}
	return tables
}

// madeTables describes the tables of mart that no model makes, from the comments of the published version, if there is one.
func (app *App) madeTables(ctx context.Context, p Project) []sqlmodel.DictionaryTable {
	db, _, err := p.openPublished(ctx, "")
	if err != nil {
		return nil // before the first build there is nothing to describe
	}
	defer db.Close()
	type column struct {
		Table   string  `db:"full_name"`
		About   *string `db:"about"`
		Name    string  `db:"column_name"`
		Type    string  `db:"data_type"`
		Comment *string `db:"comment"`
	}
	columns, err := warehouse.Select[column](ctx, db, `select c.schema_name || '.' || c.table_name as full_name, t.comment as about, c.column_name, `+shownType("c.data_type")+` as data_type, c.comment
		from duckdb_columns() as c
		join (select database_name, schema_name, table_name, comment from duckdb_tables() union all select database_name, schema_name, view_name, comment from duckdb_views()) as t
			on t.table_name = c.table_name and t.schema_name = c.schema_name and t.database_name = c.database_name
		where c.database_name = current_database() and c.schema_name = 'mart' order by full_name, c.column_index`)
	if err != nil {
		app.complain(fmt.Errorf("describe mart: %w", err))
		return nil
	}
	var tables []sqlmodel.DictionaryTable
	for _, c := range columns {
		if len(tables) == 0 || tables[len(tables)-1].Name != c.Table {
			tables = append(tables, sqlmodel.DictionaryTable{Name: c.Table, Doc: deref(c.About)})
		}
		t := &tables[len(tables)-1]
		t.Columns = append(t.Columns, sqlmodel.DictionaryColumn{Name: c.Name, Type: c.Type, Doc: deref(c.Comment)})
	}
	return tables
}

// shownType is SQL for a column's type as people are shown it: the values of an enumeration only where they are few.
func shownType(of string) string {
	return "case when " + of + " like 'ENUM(%' and length(" + of + ") > 80 then 'ENUM of ' || len(string_split(" + of + ", ''', ''')) || ' values' else " + of + " end"
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
