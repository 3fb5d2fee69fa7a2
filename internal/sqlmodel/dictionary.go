package sqlmodel

import (
	"fmt"
	"html"
	"strings"
)

// Section is a chapter of the dictionary.
type Section struct {
	Title, Intro string
	Tables       []DictionaryTable
}

// DictionaryTable is one table, or one metric, of the dictionary.
type DictionaryTable struct {
	Name, Doc string
	Facts     [][2]string // shown under the text: grain, unit, source …
	Columns   []DictionaryColumn
	SQL       string // shown last, if not empty
}

// DictionaryColumn is one line of a table's columns.
type DictionaryColumn struct{ Name, Label, Type, Doc string }

// DictionaryOf turns models into dictionary tables, in their order.
func DictionaryOf(models []*Model) []DictionaryTable {
	var tables []DictionaryTable
	for _, m := range models {
		t := DictionaryTable{Name: m.Name, Doc: m.Doc}
		if len(m.Grain) > 0 {
			t.Facts = append(t.Facts, [2]string{"Grain", strings.Join(m.Grain, ", ")})
		}
		for _, check := range m.Checks {
			t.Facts = append(t.Facts, [2]string{"Check", check.Expr + " — " + check.Why})
		}
		if m.Enum {
			t.Facts = append(t.Facts, [2]string{"Enumeration", "columns of this type hold one of its values, or nothing"})
		}
		kinds := map[string]string{}
		for _, c := range m.Coded {
			kinds[c.Column] = c.Type
		}
		for _, column := range m.Columns {
			t.Columns = append(t.Columns, DictionaryColumn{Name: column.Name, Type: kinds[column.Name], Doc: column.Doc})
		}
		tables = append(tables, t)
	}
	return tables
}

// Markdown writes the dictionary with a table of contents.
func Markdown(title string, sections []Section) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n", title)
	for _, s := range sections {
		fmt.Fprintf(&out, "\n## %s\n\n%s\n", s.Title, s.Intro)
		for _, t := range s.Tables {
			fmt.Fprintf(&out, "\n### %s\n\n%s\n", mdText(t.Name), mdText(t.Doc))
			if len(t.Facts) > 0 {
				out.WriteString("\n")
			}
			for _, fact := range t.Facts {
				fmt.Fprintf(&out, "- %s: %s\n", mdText(fact[0]), mdText(fact[1]))
			}
			if len(t.Columns) > 0 {
				out.WriteString("\n| column | 中文 | type | meaning |\n|---|---|---|---|\n")
			}
			for _, c := range t.Columns {
				fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", c.Name, mdText(c.Label), c.Type, mdText(c.Doc))
			}
			if t.SQL != "" {
				fmt.Fprintf(&out, "\n```sql\n%s\n```\n", strings.TrimSpace(t.SQL))
			}
		}
	}
	return out.String()
}

func mdText(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "*", `\*`, "<", "&lt;").Replace(text)
}

// HTML writes the dictionary as one page that asks nothing of the network.
func HTML(title string, sections []Section) string {
	var out, toc strings.Builder
	e := html.EscapeString
	for _, s := range sections {
		fmt.Fprintf(&toc, "<h3>%s</h3><ul>", e(s.Title))
		fmt.Fprintf(&out, "<h2>%s</h2><p>%s</p>\n", e(s.Title), e(s.Intro))
		for _, t := range s.Tables {
			fmt.Fprintf(&toc, `<li><a href="#%s">%s</a></li>`, e(t.Name), e(t.Name))
			fmt.Fprintf(&out, `<section id="%s"><h3>%s</h3><p>%s</p>`, e(t.Name), e(t.Name), e(t.Doc))
			if len(t.Facts) > 0 {
				out.WriteString("<ul>")
				for _, fact := range t.Facts {
					fmt.Fprintf(&out, "<li><b>%s</b> %s</li>", e(fact[0]), e(fact[1]))
				}
				out.WriteString("</ul>")
			}
			if len(t.Columns) > 0 {
				out.WriteString("<table><thead><tr><th>column<th>中文<th>type<th>meaning</tr></thead><tbody>")
				for _, c := range t.Columns {
					fmt.Fprintf(&out, "<tr><td><code>%s</code><td>%s<td>%s<td>%s</tr>", e(c.Name), e(c.Label), e(c.Type), e(c.Doc))
				}
				out.WriteString("</tbody></table>")
			}
			if t.SQL != "" {
				fmt.Fprintf(&out, "<details><summary>SQL</summary><pre>%s</pre></details>", e(strings.TrimSpace(t.SQL)))
			}
			out.WriteString("</section>\n")
		}
		toc.WriteString("</ul>")
	}
	return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>` + e(title) + `</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif;margin:0;color:#1d2530;display:grid;grid-template-columns:16rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1rem;background:#f4f6f8;box-sizing:border-box;font-size:13px}
nav ul{list-style:none;padding:0;margin:0 0 1rem}nav a{color:#1f4e8c;text-decoration:none}main{padding:1.5rem 2rem;max-width:70rem}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{border-bottom:1px solid #dde3ea;text-align:left;padding:.25rem .6rem;vertical-align:top}
code,pre{font-family:ui-monospace,Consolas,monospace;font-size:13px}pre{background:#f4f6f8;padding:.8rem;overflow:auto}section{margin:0 0 2rem}
@media(max-width:50rem){body{display:block}nav{position:static;height:auto}}@media print{nav{display:none}body{display:block}}
</style></head><body><nav>` + toc.String() + `</nav><main><h1>` + e(title) + "</h1>\n" + out.String() + "</main></body></html>\n"
}
