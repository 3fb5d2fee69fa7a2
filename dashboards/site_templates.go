package dashboards

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
)

//go:embed templates/page.html
var pageHTML string

//go:embed templates/site.css
var siteCSS string

//go:embed templates/site.js
var siteJS string

// headScript is the one script inside a page: it marks that scripts run, before anything is drawn.
const headScript = `document.documentElement.className="js"`

type templates struct{ page *template.Template }

// policy allows nothing but the site's own files and the one inline script. file: is named because browsers do not agree
// that 'self' covers a page opened from disk.
func policy() string {
	sum := sha256.Sum256([]byte(headScript))
	return fmt.Sprintf("default-src 'none'; script-src 'self' file: 'sha256-%s'; style-src 'self' file:; img-src 'self' file: data:; base-uri 'none'; form-action 'none'",
		base64.StdEncoding.EncodeToString(sum[:]))
}

func newTemplates() (*templates, error) {
	t, err := template.New("page").Funcs(template.FuncMap{
		"policy":     func() template.HTMLAttr { return template.HTMLAttr(`content="` + policy() + `"`) },
		"headScript": func() template.JS { return template.JS(headScript) },
		"data":       func(json string) template.JS { return template.JS(json) }, // from encoding/json, which escapes <, > and &
		"add":        func(a, b int) int { return a + b },
	}).Parse(pageHTML)
	if err != nil {
		return nil, fmt.Errorf("reading the page template: %w", err)
	}
	return &templates{t}, nil
}

// start is the page at the top of the folder: it leads to the first page, with a link for those whose browser does not.
func (t *templates) start(path, title string) string {
	return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><meta http-equiv="refresh" content="0; url=` + template.HTMLEscapeString(path) +
		`"><title>` + template.HTMLEscapeString(title) + `</title></head><body><main><h1><a href="` + template.HTMLEscapeString(path) + `">` + template.HTMLEscapeString(title) + `</a></h1></main></body></html>
`
}
