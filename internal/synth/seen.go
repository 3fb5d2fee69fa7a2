package synth

// What an export of a day shows: rows that were entered by then, with what had happened by then.

func (r inspection) seen(on day) (inspection, bool) {
	entered := r.started + 12
	if r.entered != 0 {
		entered = r.entered.day()
	}
	if r.started > on || entered > on {
		return r, false
	}
	r.ended, r.disclosed = r.ended.until(on), r.disclosed.until(on)
	return r, true
}

func (r hazard) seen(on day) (hazard, bool) {
	if r.found > on {
		return r, false
	}
	if r.reviewed > on {
		r.passed, r.failed = false, false
	}
	r.rectified, r.reviewed, r.closed = r.rectified.until(on), r.reviewed.until(on), r.closed.until(on)
	return r, true
}

func (r penalty) seen(on day) (penalty, bool) {
	r.disclosed = r.disclosed.until(on)
	return r, r.decided <= on
}

func (r planItem) seen(on day) (planItem, bool) {
	r.filed = r.filed.until(on)
	return r, r.approved <= on
}

func (r planChange) seen(on day) (planChange, bool) {
	r.reapproved = r.reapproved.until(on)
	return r, r.decided <= on
}

// An enterprise is closed in the last year: exports before it show it working.
func (r claim) seen(on, last day) (claim, bool) {
	if r.status == "注销" && on.year() < last.year() {
		r.status = "正常"
	}
	return r, r.listed <= on
}

func (r accident) seen(on day) (accident, bool) { return r, r.occurred <= on }

func (r creditEvent) seen(on day) (creditEvent, bool) {
	r.ended = r.ended.until(on)
	return r, r.started <= on
}
