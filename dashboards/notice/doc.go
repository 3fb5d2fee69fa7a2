// Package notice turns the figures of one period into the quarterly notice, as a document without a format: sections one to
// seven, tables and annexes in the office's fixed wording. Problems and highlights are chosen by rule. Every number carries
// its figure's id; nothing is said that the base of a figure does not carry.
package notice
