// Package journal turns records into lines of an append-only file and back: one JSON object per line, forced to disk before the
// append returns, optionally chained by hash so that a changed, removed or inserted line is found. The line torn by a kill or a
// full disk in mid-write is recognised and set aside. It imports nothing of ours.
package journal
