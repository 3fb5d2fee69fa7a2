package synth

import (
	"tongbao/internal/calendar"
)

// workdays answers what day is n working days after another, without asking the calendar each time.
type workdays struct {
	first day
	index []int32 // working days up to and including the day
	days  []day
}

func newWorkdays(c *calendar.Calendar, from, to day) workdays {
	w := workdays{first: from}
	for _, row := range c.Days(from.time(), to.time()) {
		w.index = append(w.index, int32(row.Index))
		if row.IsWorkday {
			w.days = append(w.days, dayAt(row.Date))
		}
	}
	return w
}

// after is the n-th working day after d; n = 0 is the last working day up to d.
func (w workdays) after(d day, n int) day {
	return w.days[max(0, int(w.index[d-w.first])+n-1)]
}

// roll is the first working day from d on.
func (w workdays) roll(d day) day {
	if at := w.after(d, 0); at == d {
		return d
	}
	return w.after(d, 1)
}
