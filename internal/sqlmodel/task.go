package sqlmodel

import (
	"context"
	"fmt"
)

// Task is one piece of a build: what it makes, what must be made before, and how.
type Task struct {
	Name  string
	Needs []string // names of tasks; what no task makes is there already
	Do    func(ctx context.Context) error
}

// Do does tasks, up to AtOnce of them at a time, each once what it needs is done; of those that can begin, first the one with the longest
// chain of others behind it. The first error ends the work that goes on beside it and is returned: what fails after it may only be its echo.
func (r Runner) Do(ctx context.Context, tasks []Task) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	waiting, behind := dependents(tasks)
	chain := chains(tasks, behind)
	var ready []int
	for i := range tasks {
		if waiting[i] == 0 {
			ready = append(ready, i)
		}
	}
	type ended struct {
		task int
		err  error
	}
	done := make(chan ended)
	var failed error
	running, left := 0, len(tasks)
	for left > 0 {
		for len(ready) > 0 && running < max(r.AtOnce, 1) && ctx.Err() == nil {
			first := 0
			for i, task := range ready {
				if chain[task] > chain[ready[first]] {
					first = i
				}
			}
			task := ready[first]
			ready = append(ready[:first], ready[first+1:]...)
			running++
			go func() { done <- ended{task, tasks[task].Do(ctx)} }()
		}
		if running == 0 {
			break
		}
		end := <-done
		running, left = running-1, left-1
		if end.err != nil {
			if failed == nil {
				failed = end.err
			}
			cancel()
			continue
		}
		for _, next := range behind[end.task] {
			if waiting[next]--; waiting[next] == 0 {
				ready = append(ready, next)
			}
		}
	}
	switch {
	case failed != nil:
		return failed
	case ctx.Err() == nil && left > 0:
		return fmt.Errorf("%d tasks wait for each other", left)
	}
	return ctx.Err()
}

// dependents counts for each task the tasks it waits for, and lists those that wait for it.
func dependents(tasks []Task) (waiting []int, behind [][]int) {
	waiting, behind = make([]int, len(tasks)), make([][]int, len(tasks))
	at := map[string]int{}
	for i, task := range tasks {
		at[task.Name] = i
	}
	for i, task := range tasks {
		for _, need := range task.Needs {
			if before, ours := at[need]; ours && before != i {
				waiting[i]++
				behind[before] = append(behind[before], i)
			}
		}
	}
	return waiting, behind
}

// chains are the lengths of the longest chains of tasks behind each. The tasks come in an order that respects what they need.
func chains(tasks []Task, behind [][]int) []int {
	length := make([]int, len(tasks))
	for i := len(tasks) - 1; i >= 0; i-- {
		for _, next := range behind[i] {
			length[i] = max(length[i], length[next]+1)
		}
	}
	return length
}
