package dashboards

import (
	"html/template"

	"tongbao/dashboards/chart"
)

// A page is filled by the site_<page>.go files and worded by templates/page.html; nothing in it is computed later.
type page struct {
	Path       string // below the site's folder, with slashes
	Kind       string // which entry of the navigation it belongs to
	Title      string // the document's title
	Heading    string
	Lead       string // one sentence: what the page is about and as of when
	Period     Period
	Region     Region
	Crumbs     []link
	KPIs       []kpi
	Blocks     []*block
	Script     string        // data for site.js, as JSON
	Mode       string        // rows, enterprises or empty: what site.js adds
	Indexed    []link        // links to other pages shown as an index
	Body       template.HTML // in place of blocks: enterprises
	IndexLabel string        // what the index leads to; empty: 下级地区
}

type link struct {
	Text, Href string
	Current    bool
	Label      string // what is read aloud when Text alone does not say it
}

// kpi is one headline figure.
type kpi struct {
	ID, Label, Value, Unit string
	Detail                 string // 完成 26 项 / 有效 32 项
	Changes                []string
	State                  string // good, bad or empty
	StateText              string
	Spark                  template.HTML
	Href                   string
}

// block is one finding: a title that says it, the n behind it, picture, table, link to the rows.
type block struct {
	ID, Title, Note string
	Chart           chart.Chart
	Picture         template.HTML // of Chart, or drawn by ourselves
	Option          template.JS   // of Chart, safe inside a script element
	Table           *table
	Extra           *table // a second table: numbers at risk
	Rows            []link
	Trace           string // id of the figure whose evidence `tongbao trace` lists row by row
	Wide            bool
}

// table is what is shown, downloaded and read aloud.
type table struct {
	ID, Caption string
	Columns     []column
	Rows        [][]cell
	Note        string
	CSV         string     // path of the download, relative to the page
	Open        bool       // shown without unfolding
	MarkFirst   bool       // the first column is a row header
	lines       [][]string // of a list in a pack: every line, for the workbook; Rows are the first of them
}

type column struct {
	Label   string
	Numeric bool
	Hint    string
	Long    bool // names: wide and breakable
	Date    bool // never broken
}

// Class is the column's class in the style sheet.
func (c column) Class() string {
	switch {
	case c.Numeric:
		return "n"
	case c.Long:
		return "name"
	case c.Date:
		return "d"
	}
	return ""
}

// cell is one field; Number is the value behind Text for spreadsheets, when it has one.
type cell struct {
	Text   string
	Href   string
	ID     string // figure id
	Number *float64
	Class  string
	Markup template.HTML // shown instead of Text, made by us
}

func text(s string) cell { return cell{Text: s} }

func num(s string, value float64) cell { return cell{Text: s, Number: &value} }

func ref(s, href string) cell { return cell{Text: s, Href: href} }
