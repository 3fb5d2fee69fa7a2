package synth

// character is what is planted in a city: how its offices work. Figures come out near these shares.
type character struct {
	Code         string  `json:"code"`
	Weight       float64 `json:"weight"`        // share of the province's enterprises
	Realised     float64 `json:"realised"`      // share of planned visits made in or soon after their month
	KeyShare     float64 `json:"key_share"`     // key items among plan items
	DoubleRandom float64 `json:"double_random"` // items drawn by double random
	ZeroHazard   float64 `json:"zero_hazard"`   // visits that find nothing
	OnTime       float64 `json:"on_time"`       // hazards rectified by their due day
	Recurrence   float64 `json:"recurrence"`    // closed classes found again at the next visit
	Duplicate    float64 `json:"duplicate"`     // visits followed by another agency's within the window
	Penalty      float64 `json:"penalty"`       // visits with hazards that end in a penalty
	Entry        float64 `json:"entry"`         // visits entered within three working days
	Disclosure   float64 `json:"disclosure"`    // results public in time
	Honest       float64 `json:"honest"`        // returns that agree with the system
	Layout       string  `json:"layout"`        // how it writes its exports
}

// Late is the city that is behind with everything: its last export is missing and its returns come late.
const lateCity = "232700"

// emptyCounty is registered but has neither agencies nor enterprises.
const emptyCounty = "230725"

func characters() []character {
	return []character{
		{"230100", .235, .96, .66, .38, .14, .90, .09, .12, .10, .86, .85, .95, "system"},
		{"230200", .125, .92, .62, .33, .20, .84, .11, .10, .08, .78, .80, .90, "gbk"},
		{"230300", .055, .82, .70, .24, .18, .76, .16, .09, .11, .70, .66, .80, "gbk_dots"},
		{"230400", .040, .9, .71, .31, .17, .80, .14, .08, .09, .75, .74, .90, "sheet"},
		{"230500", .045, .88, .58, .27, .22, .79, .13, .07, .08, .72, .70, .85, "gbk"},
		{"230600", .115, .985, .74, .42, .12, .94, .06, .11, .12, .92, .91, 1, "sheet"},
		{"230700", .035, .88, .61, .30, .28, .82, .10, .05, .05, .74, .72, .90, "archive"},
		{"230800", .070, .92, .63, .34, .19, .86, .10, .09, .08, .80, .79, .95, "utf16"},
		{"230900", .035, .78, .72, .26, .16, .72, .18, .10, .12, .66, .62, .75, "sheet"},
		{"231000", .080, .96, .65, .36, .18, .89, .08, .08, .08, .85, .84, .95, "system"},
		{"231100", .055, .92, .56, .29, .24, .83, .11, .06, .06, .76, .75, .90, "gbk_dots"},
		{"231200", .085, .86, .60, .22, .25, .78, .13, .13, .06, .71, .69, .80, "gbk"},
		{"232700", .025, .74, .52, .25, .30, .70, .15, .05, .04, .58, .55, .70, "sheet"},
	}
}
