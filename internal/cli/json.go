package cli

import "encoding/json"

// printJSON writes one result line: a JSON object and a line end, letters of all scripts as they are.
func (app *App) printJSON(value any) error {
	encoder := json.NewEncoder(app.Stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
