package dashboards

import (
	"html/template"
	"strings"
)

// Markup is the table as HTML. It is written here and not by the page template because tables are nearly all of a site: a cell
// costs one escape instead of a dozen calls by reflection. Every text goes through write.
func (t *table) Markup() template.HTML {
	var b strings.Builder
	b.Grow(1024 + 96*len(t.Rows)*len(t.Columns))
	write := func(text string) {
		if strings.ContainsAny(text, "&<>'\"\x00") {
			text = template.HTMLEscapeString(text)
		}
		b.WriteString(text)
	}
	attribute := func(name, value string) {
		b.WriteString(" " + name + `="`)
		write(value)
		b.WriteByte('"')
	}
	b.WriteString(`<div class="scroll" role="group"`)
	attribute("aria-label", t.Caption)
	b.WriteString(` tabindex="0"><table`)
	attribute("id", "t-"+t.ID)
	b.WriteString(`><caption>`)
	write(t.Caption)
	b.WriteString(`</caption><thead><tr>`)
	for _, c := range t.Columns {
		b.WriteString(`<th scope="col"`)
		if class := c.Class(); class != "" {
			attribute("class", class)
		}
		b.WriteByte('>')
		write(c.Label)
		b.WriteString(`</th>`)
	}
	b.WriteString(`</tr></thead><tbody>`)
	for _, row := range t.Rows {
		b.WriteString(`<tr>`)
		for i, x := range row {
			element := "td"
			if i == 0 {
				element = "th"
				b.WriteString(`<th scope="row"`)
				switch x.Class {
				case "":
				case "anchor":
					attribute("id", x.Text)
				default:
					attribute("class", x.Class)
				}
			} else {
				b.WriteString(`<td`)
				if class := t.Columns[i].Class(); class != "" {
					attribute("class", class)
				}
				if x.ID != "" {
					attribute("title", x.ID)
				}
			}
			b.WriteByte('>')
			if x.Href != "" {
				b.WriteString(`<a`)
				attribute("href", x.Href) // made by us; what data adds to it is escaped for an address
				b.WriteByte('>')
			}
			if x.Markup != "" {
				b.WriteString(string(x.Markup))
			} else {
				write(x.Text)
			}
			if x.Href != "" {
				b.WriteString(`</a>`)
			}
			b.WriteString(`</` + element + `>`)
		}
		b.WriteString(`</tr>`)
	}
	b.WriteString(`</tbody></table></div>
<p class="under">`)
	if t.Note != "" {
		b.WriteString(`<span>`)
		write(t.Note)
		b.WriteString(`</span> `)
	}
	b.WriteString(`<a`)
	attribute("href", t.CSV)
	b.WriteString(` download`)
	attribute("aria-label", "CSV "+t.Caption)
	b.WriteString(`>CSV</a></p>`)
	return template.HTML(b.String())
}
