package chart

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Chart is one picture, drawn here for every reader, and what the live chart that scripts put in its place is made from: of the
// same size in pixels, with the same axes and labels. The zero Chart draws nothing.
type Chart struct {
	Picture       string // the static one: SVG without ids, styles and scripts, texts escaped
	Width, Height int
	live          func() (json.RawMessage, error)
}

// IsZero says whether there is nothing to draw.
func (c Chart) IsZero() bool { return c.Picture == "" }

// Option makes the option of the live chart: keys in order, no functions, no markup. Most pages do without.
func (c Chart) Option() (json.RawMessage, error) { return c.live() }

// source is what every go-echarts chart can do.
type source interface {
	Validate()
	JSON() map[string]interface{}
}

// finish is a chart with its static picture; the live one is made when somebody asks for it.
func finish(s source, width, height int, still string, patch func(option map[string]any)) Chart {
	live := func() (json.RawMessage, error) { return optionOf(s, patch) }
	return Chart{Picture: still, Width: width, Height: height, live: live}
}

// optionOf validates a go-echarts chart and turns it into an option of ours: sorted keys, one type face, no animation, no
// interactive states (they cost time and say nothing), tooltips drawn as text and never as markup.
func optionOf(s source, patch func(option map[string]any)) (json.RawMessage, error) {
	s.Validate()
	text, err := json.Marshal(s.JSON())
	if err != nil {
		return nil, fmt.Errorf("encoding a chart option: %w", err)
	}
	option := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&option); err != nil {
		return nil, fmt.Errorf("reading a chart option back: %w", err)
	}
	for _, unused := range []string{"title", "toolbox", "color", "brush", "calendar"} {
		delete(option, unused)
	}
	option["animation"] = false
	option["textStyle"] = map[string]any{"color": Ink, "fontFamily": "inherit"}
	if series, ok := option["series"].([]any); ok {
		for _, one := range series {
			one.(map[string]any)["emphasis"] = map[string]any{"disabled": true}
		}
	}
	if tooltip, ok := option["tooltip"].(map[string]any); ok {
		tooltip["renderMode"] = "richText"
		tooltip["confine"] = true
	}
	if patch != nil {
		patch(option)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out) // escapes <, > and &: safe inside a script element
	if err := encoder.Encode(option); err != nil {
		return nil, fmt.Errorf("encoding a chart option: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// seriesAt gives the nth series of an option for patching what go-echarts has no field for.
func seriesAt(option map[string]any, n int) map[string]any {
	return option["series"].([]any)[n].(map[string]any)
}

func axisText(size int) *opts.AxisLabel {
	return &opts.AxisLabel{Color: Muted, FontSize: size}
}

func quietLine() *opts.SplitLine {
	return &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: Rule}}
}

func base(grid opts.Grid, tooltip string) []charts.GlobalOpts {
	return []charts.GlobalOpts{
		charts.WithAnimation(false),
		charts.WithGridOpts(grid),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item", Formatter: types.FuncStr(tooltip)}),
	}
}
