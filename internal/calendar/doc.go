// Package calendar turns dates into quarters, working days and deadlines. It holds the State Council's days off and
// make-up workdays as data; there is no clock in it: every date is an argument. A date is a time.Time at midnight UTC.
package calendar
