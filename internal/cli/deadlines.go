package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/region"
	"tongbao/internal/warehouse"
)

// deadline is one of the rules' dates: the last one passed or the next one coming, and what is missing from whom.
type deadline struct {
	Rule    string        `json:"rule"`
	Subject string        `json:"subject"`          // 2020, 2020Q1
	On      string        `json:"on"`               // as written
	Rolled  string        `json:"rolled,omitempty"` // to the next working day, where that is another one
	Passed  bool          `json:"passed"`
	Days    int           `json:"days"`   // until it, or since
	Cities  int           `json:"cities"` // that have to answer
	Missing []missingFrom `json:"missing"`
	Late    []missingFrom `json:"late,omitempty"`
}

// missingFrom is a city, and what has not come from it.
type missingFrom struct {
	RegionCode string `json:"region_code"`
	Name       string `json:"name"`
	What       string `json:"what,omitempty"`
}

// dueFacts is what the deadlines need from the warehouse.
type dueFacts struct {
	agencies []string // region code of each agency
	plans    []planFacts
	returns  []returnFacts
}

type planFacts struct {
	Year       int64      `db:"plan_year"`
	RegionCode *string    `db:"region_code"`
	Items      int64      `db:"items"`
	Unfiled    int64      `db:"unfiled"`
	LastFiled  *time.Time `db:"last_filed"`
}

type returnFacts struct {
	RegionCode string    `db:"region_code"`
	Period     string    `db:"period"`
	First      time.Time `db:"first_submitted"`
}

func readDueFacts(ctx context.Context, db *warehouse.DB, tables map[string]bool, now time.Time) (facts dueFacts, err error) {
	if !tables["agency"] {
		return facts, nil
	}
	facts.agencies, err = warehouse.Select[string](ctx, db, "select distinct region_code from raw.agency where region_code is not null order by 1")
	if err != nil {
		return facts, err
	}
	if tables["plan_item"] {
		facts.plans, err = warehouse.Select[planFacts](ctx, db, `
with agency as (
    select agency_code, arg_max(region_code, file_id) as region_code from raw.agency group by agency_code
),
item as (
    select plan_item_id, max_by(struct_pack(y := plan_year, a := agency_code, f := filed_on, o := origin), file_id) as last
    from raw.plan_item where plan_year >= ? group by plan_item_id
)
select cast(last.y as bigint) as plan_year, region_code, count(*) as items, count(*) - count(last.f) as unfiled, max(last.f) as last_filed
from item left join agency on agency.agency_code = last.a
where last.o is null or last.o = 'original'
group by 1, 2 order by 1, 2`, now.Year()-1)
		if err != nil {
			return facts, err
		}
	}
	if tables["quarterly_return"] {
		facts.returns, err = warehouse.Select[returnFacts](ctx, db, `
select region_code, period, min(submitted_at) as first_submitted
from raw.quarterly_return where region_code is not null and period is not null and submitted_at is not null
group by region_code, period order by region_code, period`)
	}
	return facts, err
}

// deadlines are those of the rules, where the data that answer to them exist: plans filed by 10 March, each quarter's return by the
// 5th of the month after it, the annual one by 30 December.
func (f rawFacts) deadlines(tree *region.Tree, days *calendar.Calendar, province string, now time.Time) []deadline {
	today := calendar.DayOf(now)
	cities := f.due.cities(tree, province)
	found := []deadline{}
	if f.tables["plan_item"] {
		found = append(found, f.due.planDeadline(tree, days, cities, today.Year(), today))
	}
	if f.tables["quarterly_return"] {
		ended := calendar.LastEnded(today)
		literal, rolled := days.ReturnDue(ended)
		found = append(found, f.due.returnDeadline(cities, "quarterly returns by the 5th of the month after", ended.String(), literal, rolled, today))
		literal, rolled = days.ReturnDue(ended.Next())
		found = append(found, f.due.returnDeadline(cities, "quarterly returns by the 5th of the month after", ended.Next().String(), literal, rolled, today))
		annual := calendar.Date(today.Year(), time.December, 30)
		fourth := calendar.Quarter{Year: today.Year(), Number: 4}
		found = append(found, f.due.returnDeadline(cities, "annual return (the fourth quarter's, cumulative) by 30 December", fourth.String(), annual, days.Roll(annual), today))
	}
	slices.SortStableFunc(found, func(a, b deadline) int { return strings.Compare(a.On, b.On) })
	for i := range found {
		found[i].Cities = len(cities)
	}
	return found
}

// cities are those with an agency, in administrative order.
func (f dueFacts) cities(tree *region.Tree, province string) []region.Region {
	has := map[string]bool{}
	for _, code := range f.agencies {
		if city, ok := tree.CityOf(code); ok {
			has[city.Code] = true
		}
	}
	return slices.DeleteFunc(tree.Children(province), func(r region.Region) bool { return !has[r.Code] })
}

func newDeadline(rule, subject string, literal, rolled, today time.Time) deadline {
	d := deadline{Rule: rule, Subject: subject, On: literal.Format(time.DateOnly), Missing: []missingFrom{}}
	if !rolled.Equal(literal) {
		d.Rolled = rolled.Format(time.DateOnly)
	}
	d.Passed = today.After(literal)
	d.Days = int(literal.Sub(today).Hours() / 24)
	if d.Passed {
		d.Days = -d.Days
	}
	return d
}

func (f dueFacts) planDeadline(tree *region.Tree, days *calendar.Calendar, cities []region.Region, year int, today time.Time) deadline {
	limit := calendar.Date(year, time.March, 10)
	d := newDeadline("annual plans filed by 10 March", fmt.Sprint(year), limit, days.Roll(limit), today)
	items, unfiled, last := map[string]int64{}, map[string]int64{}, map[string]time.Time{}
	for _, plan := range f.plans {
		if plan.Year != int64(year) || plan.RegionCode == nil {
			continue
		}
		city, ok := tree.CityOf(*plan.RegionCode)
		if !ok {
			continue
		}
		items[city.Code] += plan.Items
		unfiled[city.Code] += plan.Unfiled
		if plan.LastFiled != nil && plan.LastFiled.After(last[city.Code]) {
			last[city.Code] = *plan.LastFiled
		}
	}
	for _, city := range cities {
		switch {
		case items[city.Code] == 0:
			d.Missing = append(d.Missing, missingFrom{city.Code, city.Name, "no plan"})
		case unfiled[city.Code] > 0:
			d.Missing = append(d.Missing, missingFrom{city.Code, city.Name, fmt.Sprintf("%d of %d items not filed", unfiled[city.Code], items[city.Code])})
		case last[city.Code].After(limit):
			d.Late = append(d.Late, missingFrom{city.Code, city.Name, "the last filed on " + last[city.Code].Format(time.DateOnly)})
		}
	}
	return d
}

func (f dueFacts) returnDeadline(cities []region.Region, rule, period string, literal, rolled, today time.Time) deadline {
	d := newDeadline(rule, period, literal, rolled, today)
	first := map[string]time.Time{}
	for _, r := range f.returns {
		if r.Period == period {
			first[r.RegionCode] = r.First
		}
	}
	for _, city := range cities {
		submitted, ok := first[city.Code]
		switch {
		case !ok:
			d.Missing = append(d.Missing, missingFrom{city.Code, city.Name, ""})
		case calendar.DayOf(submitted).After(rolled):
			d.Late = append(d.Late, missingFrom{city.Code, city.Name, "on " + submitted.Format(time.DateOnly)})
		case calendar.DayOf(submitted).After(literal):
			d.Late = append(d.Late, missingFrom{city.Code, city.Name, "on " + submitted.Format(time.DateOnly) + ", within the rolled day"})
		}
	}
	return d
}
