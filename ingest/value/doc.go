// Package value turns one text as an office wrote it into a date, a time, a number, an amount, a yes or no, an identifier: or
// into a Fault that says in Chinese what is wrong and what it may have been meant to be. Nothing is guessed.
package value

// Fault is why a text cannot be read. Both are for the person who corrects the row.
type Fault struct {
	Reason     string // 该日期不存在
	Suggestion string // may be empty
}
