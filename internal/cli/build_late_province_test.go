package cli

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tongbao/transform/transformtest"
)

// lateProvince draws rows of a small, dense province: what an enterprise has mostly keeps to itself, but keys are received again with
// other values, move to other enterprises, and name what is not there.
type lateProvince struct {
	*rand.Rand
	minute int
}

func (l *lateProvince) pick(of ...string) string { return of[l.IntN(len(of))] }

func (l *lateProvince) seldom(often string, seldom func() string) string {
	if l.IntN(12) == 0 {
		return seldom()
	}
	return often
}

func (l *lateProvince) day(first, last string) string {
	from, _ := time.Parse(time.DateOnly, first)
	until, _ := time.Parse(time.DateOnly, last)
	return from.AddDate(0, 0, l.IntN(int(until.Sub(from).Hours()/24)+1)).Format(time.DateOnly)
}

func (l *lateProvince) maybe(text string) string {
	if l.IntN(3) == 0 {
		return ""
	}
	return text
}

const lateEnterprises = 40

func enterpriseOf(number int) string { return fmt.Sprintf("E%02d", number%lateEnterprises) }

func (l *lateProvince) anyEnterprise() string { return enterpriseOf(l.IntN(lateEnterprises)) }

// agencyFor is mostly one of those in whose region the enterprise lies: two cities with two counties each.
func (l *lateProvince) agencyFor(uscc string) string {
	n := 0
	_, _ = fmt.Sscanf(uscc, "E%d", &n)
	return l.seldom(l.pick(fmt.Sprintf("C%d", n%2), fmt.Sprintf("D%d", n%4), fmt.Sprintf("F%d", n%2)), func() string { return l.pick("C0", "C1", "D0", "D1", "D2", "D3", "P", "X") })
}

const lateAgencies = "agency_code,agency_name,level,region_code\nP,省厅,province,230000\nC0,哈市局,city,230100\nC1,齐市局,city,230200\nF0,哈消防,city,230100\nF1,齐消防,city,230200\n" +
	"D0,道里局,county,230102\nD1,龙沙局,county,230202\nD2,南岗局,county,230103\nD3,建华局,county,230203\n"

func lateHeaders() map[string]string {
	return map[string]string{
		"enterprise":       "uscc,regulator_code,enterprise_name,region_code,sector,risk_grade,is_key_unit,status",
		"plan_item":        "plan_item_id,plan_year,agency_code,uscc,class,method,planned_visits,scheduled_month,approved_on",
		"plan_change":      "plan_change_id,plan_item_id,action,reason,decided_on,reapproved_on,new_month",
		"inspection":       "inspection_id,uscc,agency_code,plan_item_id,kind,joint_task_id,started_on,ended_on,officers,items,entered_at,disclosed_on",
		"hazard":           "hazard_id,inspection_id,item_code,category,severity,found_on,due_on,rectified_on,closed_on",
		"penalty":          "penalty_id,uscc,agency_code,inspection_id,decided_on,kind,amount_yuan,disclosed_on",
		"accident":         "accident_id,uscc,occurred_on,fatalities",
		"credit_event":     "credit_event_id,uscc,kind,started_on,ended_on",
		"quarterly_return": "region_code,period,submitted_at,planned,completed,inspected,hazards_found,penalties",
	}
}

// row draws one row of a dataset with the key of the given number.
func (l *lateProvince) row(dataset string, number int) string {
	uscc := l.seldom(enterpriseOf(number), l.anyEnterprise)
	agency := l.agencyFor(uscc)
	item := func(of int) string {
		return l.seldom(fmt.Sprint("L", number%lateEnterprises+lateEnterprises*l.IntN(2)), func() string { return fmt.Sprint("L", l.IntN(of)) })
	}
	visited := l.seldom(fmt.Sprint("I", number%lateEnterprises+lateEnterprises*l.IntN(5)), func() string { return fmt.Sprint("I", l.IntN(260)) })
	found := l.day("2019-02-01", "2020-06-30")
	later := l.day(found, "2020-07-31")
	var cells []string
	switch dataset {
	case "enterprise":
		uscc = enterpriseOf(number)
		region := []string{"230102", "230202", "230103", "230203"}[number%4]
		cells = []string{uscc, l.agencyFor(uscc), uscc + "厂", l.seldom(region, func() string { return l.pick("230102", "230203", "230110") }),
			l.pick("coal_mine", "hazchem"), l.pick("A", "B", ""), l.pick("true", "false"), l.seldom("active", func() string { return "closed" })}
	case "plan_item":
		cells = []string{fmt.Sprint("L", number), l.pick("2019", "2020"), agency, uscc, l.pick("key", "general"), l.pick("directed", "double_random"), l.pick("1", "2"), l.pick("2", "5", "9"), "2019-01-10"}
	case "plan_change":
		cells = []string{fmt.Sprint("T", number), item(100), l.pick("remove", "reschedule"), "closed_down", found, l.maybe(later), "6"}
		if cells[2] == "remove" {
			cells[6] = ""
		} else {
			cells[3] = ""
		}
	case "inspection":
		joint := ""
		if l.IntN(5) == 0 {
			joint = fmt.Sprint("J", number%lateEnterprises)
		}
		cells = []string{fmt.Sprint("I", number), uscc, agency, l.maybe(item(100)), l.pick("planned", "special", "review", "double_random", "complaint"), joint,
			found, l.maybe(l.day(found, "2020-07-05")), "甲;乙", l.pick("AQ1;AQ2", "AQ2", "AQ3;AQ4", ""), l.maybe(found + " 10:00:00"), l.maybe(later)}
	case "hazard":
		cells = []string{fmt.Sprint("H", number), visited, l.pick("AQ1", "AQ2", "AQ3", ""), l.pick("设备", "用电"), l.pick("major", "general", "general"), found, l.maybe(later), l.maybe(later), l.maybe(later)}
	case "penalty":
		cells = []string{fmt.Sprint("P", number), uscc, agency, l.maybe(visited), found, l.pick("warning", "fine"), l.pick("100.00", "2500.50", "10.01"), l.maybe(later)}
	case "accident":
		cells = []string{fmt.Sprint("A", number), uscc, found, l.pick("0", "1")}
	case "credit_event":
		cells = []string{fmt.Sprint("K", number), uscc, l.pick("blacklist", "dishonest", "media"), found, l.maybe(later)}
	case "quarterly_return":
		cells = []string{l.pick("230100", "230200"), l.pick("2019Q4", "2020Q1", "2020Q2"), later + " 09:00:00", "5", "3", "9", "8", "1"}
	}
	return strings.Join(cells, ",")
}

// file draws some rows of a dataset, from the keys first to last.
func (l *lateProvince) file(dataset string, rows, first, last int) transformtest.File {
	l.minute++
	text := lateHeaders()[dataset] + "\n"
	seen := map[int]bool{}
	for range rows {
		number := first + l.IntN(last-first)
		if !seen[number] {
			text += l.row(dataset, number) + "\n"
		}
		seen[number] = true
	}
	return transformtest.File{Dataset: dataset, Text: text, Region: l.pick("230100", "230200"), Received: time.Date(2020, 7, 6, 1, l.minute, 0, 0, time.UTC)}
}

// sizes are the keys a dataset has at first; late files draw from half as many again.
func lateSizes() map[string]int {
	return map[string]int{"enterprise": lateEnterprises, "plan_item": 80, "plan_change": 20, "inspection": 200, "hazard": 300, "penalty": 60, "accident": 8, "credit_event": 20, "quarterly_return": 12}
}

// lateDatasets are all that late files bring, in an order that does not change.
func lateDatasets() []string {
	return []string{"enterprise", "plan_item", "plan_change", "inspection", "hazard", "penalty", "accident", "credit_event", "quarterly_return"}
}

// base is what the first version is made of.
func (l *lateProvince) base() []transformtest.File {
	files := []transformtest.File{
		{Dataset: "agency", Text: lateAgencies, Received: time.Date(2020, 7, 6, 0, 30, 0, 0, time.UTC)},
		{Dataset: "frequency_cap", Text: "sector,grade,level,max_visits,effective_from\n*,*,*,4,2019-01-01\ncoal_mine,A,city,2,2019-06-01\n"},
		{Dataset: "officer", Text: "officer_id,officer_name,agency_code,is_professional,trained_on\nO1,甲,C0,true,2019-03-01\nO2,乙,D1,false,2017-03-01\n"},
	}
	for _, dataset := range lateDatasets() {
		size := lateSizes()[dataset]
		files = append(files, l.file(dataset, size*2, 0, size))
	}
	return files
}

// late draws a few late files.
func (l *lateProvince) late() []transformtest.File {
	var files []transformtest.File
	for range 1 + l.IntN(3) {
		dataset := l.pick(lateDatasets()...)
		size := lateSizes()[dataset]
		files = append(files, l.file(dataset, 1+l.IntN(6), 0, size+size/2))
	}
	return files
}

// snapshots makes two of the project's datasets whole snapshots: what the sender's last file no longer has is withdrawn.
func (o *office) snapshots(datasets ...string) {
	for _, dataset := range datasets {
		write(o.t, filepath.Join(o.dir, "contracts", dataset+".yaml"), "dataset: "+dataset+"\nexport: snapshot\n")
	}
}

// contentsBelow maps every file below a folder to its content.
func contentsBelow(o *office, dir string) map[string]string {
	o.t.Helper()
	all := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir)] = string(content)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}
