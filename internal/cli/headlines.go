package cli

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// headline is one of the figures a person looks at first.
type headline struct {
	ID    string   `json:"figure_id" db:"figure_id"`
	Title string   `json:"title" db:"title"`
	Unit  string   `json:"unit" db:"unit"`
	Num   *float64 `json:"num" db:"num"`
	Den   *int64   `json:"den" db:"den"`
	Value float64  `json:"value" db:"value"`
}

// headlines are the province's figures a person looks at first, of one period, from its beginning of the year.
func (p Project) headlines(ctx context.Context, period string) ([]headline, error) {
	db, _, err := p.openPublished(ctx, "")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	metrics := []string{"A1", "A7", "E1", "E3", "B1", "B7", "C3", "C4", "D6"}
	found, err := warehouse.Select[headline](ctx, db, `
		select f.figure_id, m.title_en as title, m.unit, cast(f.num as double) as num, f.den, f.value
		from mart.figure as f
		join mart.metric as m on m.metric = f.metric
		where f.period = ? and f.region_code = ? and f.scope = 'all' and f.slice = '' and f.span in ('at', 'ytd')
			and list_contains(string_split(?, ' '), f.metric)
		order by list_position(string_split(?, ' '), f.metric)`,
		period, p.Config.Province, strings.Join(metrics, " "), strings.Join(metrics, " "))
	if err != nil {
		return nil, fmt.Errorf("read the headline figures: %w", err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no figures for %s", period, p.Config.Province)
	}
	return found, nil
}

// text is the value as a person reads it.
func (h headline) text() string {
	switch h.Unit {
	case "ratio", "probability":
		return fmt.Sprintf("%.1f %%", h.Value*100)
	case "points":
		return fmt.Sprintf("%+.1f pp", h.Value*100)
	}
	return fmt.Sprintf("%.0f", h.Value)
}
