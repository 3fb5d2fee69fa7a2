// Package schedules turns jobs and a calendar into runs: each due time runs exactly once, or the ledger says that it was skipped,
// missed or failed, and why. Due times come from cron expressions and calendar rules; what was decided about them is kept in an
// append-only ledger that survives kills, power cuts and wrong clocks. The clock and the work itself are arguments.
package schedules
