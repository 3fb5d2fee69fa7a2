package synth

import (
	"errors"
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/region"
)

// Size and seed of the demo's province.
const (
	DefaultEnterprises        = 3200
	DefaultSeed        uint64 = 230000
)

// Options say what province to make. Default gives the demo's.
type Options struct {
	Seed        uint64
	Enterprises int
	FirstYear   int       // plans and visits begin on its first of January
	LastDay     time.Time // nothing that had not happened by then is in any file
	Regions     *region.Tree
	Calendar    *calendar.Calendar
}

// Default is the demo's province: Heilongjiang, 3,200 enterprises, 2018 to the third quarter of 2020.
func Default() (Options, error) {
	tree, err := region.China()
	if err != nil {
		return Options{}, err
	}
	days, err := calendar.China()
	if err != nil {
		return Options{}, err
	}
	return Options{
		Seed: DefaultSeed, Enterprises: DefaultEnterprises, FirstYear: 2018, LastDay: calendar.Date(2020, 10, 10),
		Regions: tree, Calendar: days,
	}, nil
}

func (o Options) check() error {
	switch {
	case o.Enterprises < 1 || o.Enterprises > 1_000_000:
		return errors.New("between 1 and 1,000,000 enterprises")
	case o.FirstYear < 2004 || o.FirstYear > o.LastDay.Year():
		return errors.New("the first year lies between 2004 and the year of the last day")
	case o.Regions == nil || o.Calendar == nil:
		return errors.New("regions and calendar are needed")
	}
	return nil
}
