package notice

import (
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// change is a row of mart.change: what moved, over regions with data in both periods.
type change struct {
	value, base float64
	percent     *float64
	suppressed  bool
	excluded    []string // names of regions
}

// lists are the lines of mart lists that sentences and annexes print.
type lists struct {
	uninspected, repeats, pairs listTable
	late                        []lateReturn
	removalFaults               map[string]int64
	removedBy                   []reasonCount
	returnFaults                []reasonCount
	returned                    returnedRows
	restated                    listTable
	freshness                   []freshness
	planSteps                   map[string]map[string]int64 // region → step → items
	classes                     []class                     // that came back twice or more in the quarter, most first
}

// class is a class of hazard and how often it came back in the quarter.
type class struct {
	name, short string
	recurrences int64
}

// classSource is where counts of recurrences by class are from.
const classSource = "recurrence_matrix"

type reasonCount struct {
	word string
	n    int64
}

type lateReturn struct {
	code, name            string
	submitted             *time.Time
	limit, rolled         time.Time
	missing, late, lateOn bool // lateOn: after the rolled limit
}

type returnedRows struct{ pending, corrected, waived int64 }

type freshness struct {
	region string
	files  int64
	last   time.Time
}

func (c *composer) read() error {
	for _, step := range []struct {
		table string
		read  func() error
	}{
		{"change", c.readChanges}, {"list_late_return", c.readLate}, {"list_removal_fault", c.readRemovalFaults},
		{"waterfall", c.readWaterfall}, {"list_return_check", c.readReturnFaults}, {"rejected", c.readReturned}, {"file", c.readFreshness},
		{"recurrence_matrix", c.readClasses},
	} {
		if !c.m.HasTable(step.table) {
			continue
		}
		if err := step.read(); err != nil {
			return fmt.Errorf("mart.%s: %w", step.table, err)
		}
	}
	return c.readListTables()
}

func (c *composer) each(query string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := c.in.DB.QueryContext(c.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (c *composer) readChanges() error {
	c.changes = map[string]change{}
	return c.each(`select figure_id, value, base_value, percent, is_suppressed, coalesce(excluded, '') from mart.change
		where period = ? and basis = 'yoy' and region_code = ?`, func(rows *sql.Rows) error {
		var id, excluded string
		var value, base *float64
		var x change
		if err := rows.Scan(&id, &value, &base, &x.percent, &x.suppressed, &excluded); err != nil {
			return err
		}
		if value == nil || base == nil {
			return nil
		}
		x.value, x.base = *value, *base
		for _, code := range strings.FieldsFunc(excluded, func(r rune) bool { return r == ';' }) {
			name := c.m.RegionName(code)
			if code == c.province() {
				name = "省本级"
			}
			x.excluded = append(x.excluded, name)
		}
		c.changes[id] = x
		return nil
	}, c.p.Name, c.province())
}

func (c *composer) readClasses() error {
	kinds := map[string]string{"item": "检查项", "clause": "条款", "category": "类别"}
	return c.each(`select class, class_kind, recurrences from mart.recurrence_matrix
		where period = ? and span = 'quarter' and region_code = ? and recurrences > 1
		order by recurrences desc, class, class_kind limit ?`, func(rows *sql.Rows) error {
		var x class
		var kind string
		if err := rows.Scan(&x.short, &kind, &x.recurrences); err != nil {
			return err
		}
		x.short = strings.TrimPrefix(x.short, kind+":")
		if kind == "category" {
			x.short = c.m.Word("category", x.short)
		}
		x.name = kinds[kind] + x.short
		c.lists.classes = append(c.lists.classes, x)
		return nil
	}, c.p.Name, c.province(), classesShown)
}

func (c *composer) readLate() error {
	return c.each(`select region_code, region_name, first_submitted_at, limit_on, rolled_limit_on, is_missing,
			coalesce(is_late, false), coalesce(is_late_rolled, false)
		from mart.list_late_return where period = ? order by region_code`, func(rows *sql.Rows) error {
		var l lateReturn
		if err := rows.Scan(&l.code, &l.name, &l.submitted, &l.limit, &l.rolled, &l.missing, &l.late, &l.lateOn); err != nil {
			return err
		}
		c.lists.late = append(c.lists.late, l)
		return nil
	}, c.p.Name)
}

func (c *composer) readRemovalFaults() error {
	c.lists.removalFaults = map[string]int64{}
	return c.each(`select fault, count(*) from mart.list_removal_fault where period = ? group by fault`, func(rows *sql.Rows) error {
		var fault string
		var n int64
		err := rows.Scan(&fault, &n)
		c.lists.removalFaults[fault] = n
		return err
	}, c.p.Name)
}

func (c *composer) readWaterfall() error {
	c.lists.planSteps = map[string]map[string]int64{}
	return c.each(`select region_code, scope, step, coalesce(reason, ''), items from mart.waterfall where period = ? order by region_code, scope, sort_order, reason`,
		func(rows *sql.Rows) error {
			var region, scope, step, reason string
			var items int64
			if err := rows.Scan(&region, &scope, &step, &reason, &items); err != nil {
				return err
			}
			if region == c.province() && scope == "all" && step == "removed" && items > 0 {
				word := "未填原因"
				if reason != "" && reason != "unknown" {
					word = c.m.Word("reason", reason)
				}
				c.lists.removedBy = append(c.lists.removedBy, reasonCount{word, items})
			}
			key := region + "/" + scope
			if c.lists.planSteps[key] == nil {
				c.lists.planSteps[key] = map[string]int64{}
			}
			c.lists.planSteps[key][step] += items
			return nil
		}, c.p.Name)
}

func (c *composer) readReturnFaults() error {
	words := map[string]string{"planned": "计划数", "completed": "完成数", "inspected": "检查家次", "hazards_found": "发现隐患数",
		"hazards_rectified": "已整改隐患数", "penalties": "处罚次数", "fines_yuan": "罚款金额",
		"completed_within_planned": "完成数大于计划数", "rectified_within_found": "已整改数大于发现数"}
	return c.each(`select identity, count(*) from mart.list_return_check where period = ? and not holds group by identity order by count(*) desc, identity`,
		func(rows *sql.Rows) error {
			var r reasonCount
			if err := rows.Scan(&r.word, &r.n); err != nil {
				return err
			}
			if word, ok := words[r.word]; ok {
				r.word = word
			}
			c.lists.returnFaults = append(c.lists.returnFaults, r)
			return nil
		}, c.p.Name)
}

func (c *composer) readReturned() error {
	return c.each(`select count(*) filter (where state = 'pending'), count(*) filter (where state = 'corrected'), count(*) filter (where state = 'waived') from mart.rejected`,
		func(rows *sql.Rows) error {
			r := &c.lists.returned
			return rows.Scan(&r.pending, &r.corrected, &r.waived)
		})
}

func (c *composer) readFreshness() error {
	if !c.m.HasColumn("file", "region_code") || !c.m.HasColumn("file", "received_at") {
		return nil
	}
	place := "region_code"
	if c.m.HasColumn("file", "city_code") {
		place = "coalesce(nullif(city_code, ''), region_code)"
	}
	return c.each(`select coalesce(`+place+`, ''), count(*), max(received_at) from mart.file group by 1 order by coalesce(`+place+`, '') = '', 1`, func(rows *sql.Rows) error {
		var f freshness
		if err := rows.Scan(&f.region, &f.files, &f.last); err != nil {
			return err
		}
		c.lists.freshness = append(c.lists.freshness, f)
		return nil
	})
}
