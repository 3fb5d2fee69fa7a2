package synth

import "time"

// day is a calendar day, counted from 1970-01-01; 0 is none.
type day int32

func dayOf(year int, month time.Month, dom int) day {
	return day(time.Date(year, month, dom, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func dayAt(t time.Time) day {
	year, month, dom := t.Date()
	return dayOf(year, month, dom)
}

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }
func (d day) year() int       { return d.time().Year() }
func (d day) month() int      { return int(d.time().Month()) }

// until is the day, or none when it lies after the last one.
func (d day) until(last day) day {
	if d > last {
		return 0
	}
	return d
}

// stamp is a moment of a day without a zone, in seconds since 1970-01-01 00:00; 0 is none.
type stamp int64

func (d day) at(hour, minute, second int) stamp {
	return stamp(int64(d)*86400 + int64(hour*3600+minute*60+second))
}

func (s stamp) day() day        { return day(s / 86400) }
func (s stamp) time() time.Time { return time.Unix(int64(s), 0).UTC() }
