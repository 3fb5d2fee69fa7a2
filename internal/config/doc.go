// Package config turns tongbao.yaml and flags into one validated Config. Keys are strict: an unknown one is an error that
// names the line. It imports nothing of ours.
package config
