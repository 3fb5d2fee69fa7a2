package analysis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"tongbao/internal/warehouse"
)

// Closed is a signed-off period: who signed, on which version, and every unsliced figure as it was then.
type Closed struct {
	Period   string         `json:"period"`
	Version  string         `json:"version"`
	CutOff   string         `json:"cut_off"`
	Hash     string         `json:"hash"` // of the figures, in order
	By       string         `json:"by"`
	Reason   string         `json:"reason"`
	ClosedAt string         `json:"closed_at"`
	Figures  []ClosedFigure `json:"figures"`
}

// ClosedFigure is one frozen figure. Definition is the hash of the metric's SQL, so that a later change of it is told from late data.
type ClosedFigure struct {
	ID         string  `json:"id" db:"figure_id"`
	Num        *string `json:"num,omitempty" db:"num"`
	Den        *int64  `json:"den,omitempty" db:"den"`
	Value      float64 `json:"value" db:"value"`
	Definition string  `json:"definition" db:"definition"`
}

// Freeze reads the figures of a period from a published version and hashes them.
func Freeze(ctx context.Context, q warehouse.Queryer, period string) ([]ClosedFigure, string, error) {
	figures, err := warehouse.Select[ClosedFigure](ctx, q, `select f.figure_id, cast(f.num as varchar) as num, f.den, f.value, md5(m.sql || m.formula) as definition
		from mart.figure as f join mart.metric as m on m.metric = f.metric where f.period = ? and f.slice = '' order by f.figure_id`, period)
	if err != nil {
		return nil, "", err
	}
	return figures, HashFigures(figures), nil
}

// HashFigures is the hash a closed period carries: a frozen file that was edited no longer has it.
func HashFigures(figures []ClosedFigure) string {
	sum := sha256.New()
	for _, f := range figures {
		num, den := "", ""
		if f.Num != nil {
			num = *f.Num
		}
		if f.Den != nil {
			den = fmt.Sprint(*f.Den)
		}
		fmt.Fprintf(sum, "%s|%s|%s|%s|%s\n", f.ID, num, den, double(f.Value), f.Definition)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// OfferClosed writes run.closed_period and run.closed_figure for a build. A period whose figures do not have the hash they were
// signed with is refused.
func OfferClosed(ctx context.Context, q warehouse.Queryer, closed []Closed) error {
	if _, err := q.ExecContext(ctx, "create schema if not exists run; drop table if exists run.closed_period; drop table if exists run.closed_figure; "+ClosedTables); err != nil {
		return err
	}
	periods, figures := warehouse.NewRows("run.closed_period"), warehouse.NewRows("run.closed_figure")
	for _, c := range closed {
		if HashFigures(c.Figures) != c.Hash {
			return fmt.Errorf("the closed figures of %s are not those that were signed: their hash is another one", c.Period)
		}
		periods.Add(c.Period, c.Version, c.Hash, c.By, c.Reason, c.ClosedAt, c.CutOff)
		for _, f := range c.Figures {
			figures.Add(c.Period, f.ID, f.Num, f.Den, f.Value, f.Definition)
		}
	}
	if err := periods.Insert(ctx, q); err != nil {
		return err
	}
	return figures.Insert(ctx, q)
}
