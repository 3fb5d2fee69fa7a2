package analysis

import "fmt"

// datasetRows are the rows of one dataset as core keeps them: the table, the key as a person reads it, the enterprise a row is about,
// the agency, and its principal day.
type datasetRows struct {
	Dataset, Table, Key  string
	Uscc, Agency, Region string // expressions over alias r; "null" where a row has none
	Day                  string
	join                 string // what Uscc needs beside r
}

// rowsOf lists the datasets' rows in the order of Datasets.
func rowsOf() []datasetRows {
	item := " left join core.plan_item as i on i.plan_item_id = r.plan_item_id"
	return []datasetRows{
		{"agency", "core.agency", "r.agency_code", "null", "r.agency_code", "r.region_code", "null", ""},
		{"enterprise", "core.enterprise_claim", "r.uscc || ' ' || r.regulator_code", "r.uscc", "r.regulator_code", "r.region_code", "null", ""},
		{"plan_item", "core.plan_item", "r.plan_item_id", "r.uscc", "r.agency_code", "null", "r.approved_on", ""},
		{"plan_change", "core.plan_change", "r.plan_change_id", "i.uscc", "i.agency_code", "null", "r.decided_on", item},
		{"inspection", "core.inspection", "r.inspection_id", "r.uscc", "r.agency_code", "null", "r.started_on", ""},
		{"hazard", "core.hazard", "r.hazard_id", "r.uscc", "null", "r.agency_region_code", "r.found_on", ""},
		{"penalty", "core.penalty", "r.penalty_id", "r.uscc", "r.agency_code", "null", "r.decided_on", ""},
		{"quarterly_return", "core.quarterly_return", "r.region_code || ' ' || r.period || ' ' || cast(r.submitted_at as varchar)", "null", "null", "r.region_code", "null", ""},
		{"accident", "core.accident", "r.accident_id", "r.uscc", "null", "null", "r.occurred_on", ""},
		{"credit_event", "core.credit_event", "r.credit_event_id", "r.uscc", "null", "null", "r.started_on", ""},
		{"officer", "core.officer", "r.officer_id", "null", "r.agency_code", "null", "null", ""},
		{"frequency_cap", "core.frequency_cap", "r.sector || ' ' || r.grade || ' ' || r.level || ' ' || cast(r.effective_from as varchar)", "null", "null", "null", "null", ""},
	}
}

func rowsOfDataset(name string) (datasetRows, bool) {
	for _, d := range rowsOf() {
		if d.Dataset == name {
			return d, true
		}
	}
	return datasetRows{}, false
}

// source is a SELECT of rows with what they are evidence of: subject_kind, subject_id, why, dataset, row_key, file_id, sheet, row_number.
// link joins u, the subjects of that kind (u.id), to the rows r.
func (d datasetRows) source(kind, why, link, where string) string {
	return fmt.Sprintf("select %s as subject_kind, u.id as subject_id, %s as why, %s as dataset, %s as row_key, r.file_id, r.sheet, r.row_number\n"+
		"from (select distinct subject_key as id from subject where subject_kind = %[1]s) as u%[5]s%[6]s where %[7]s",
		text(kind), text(why), text(d.Dataset), d.Key, link, d.join, where)
}

// on is the plainest link: the rows whose column is the subject.
func (d datasetRows) on(column string) string {
	return " join " + d.Table + " as r on r." + column + " = u.id"
}
