package cli

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"tongbao/ingest"
)

// progressFrom is the size of a file from which on its progress is shown: smaller ones are done before anybody wonders.
const progressFrom = 4 << 20

// ingestProgress tells on stderr how far a large file has come: one moving line on a terminal, a line now and then otherwise.
type ingestProgress struct {
	app   *App
	meter *ingest.Meter
	name  string
	mutex sync.Mutex // of stderr: the file's own lines come between
	shown bool
	stop  chan struct{}
	done  sync.WaitGroup
}

func (app *App) watchProgress(meter *ingest.Meter, name string, size int64) *ingestProgress {
	p := &ingestProgress{app: app, meter: meter, name: name, stop: make(chan struct{})}
	if size < progressFrom || meter == nil {
		return p
	}
	p.done.Add(1)
	go p.run()
	return p
}

func (p *ingestProgress) run() {
	defer p.done.Done()
	wait := 1500 * time.Millisecond
	if p.app.Terminal {
		wait = 500 * time.Millisecond
	}
	for {
		select {
		case <-p.stop:
			return
		case <-time.After(wait):
		}
		p.say()
		if !p.app.Terminal {
			wait = 10 * time.Second
		}
	}
}

func (p *ingestProgress) say() {
	at, size, rows := p.meter.Progress()
	if size == 0 {
		return
	}
	text := fmt.Sprintf("%s: %d rows, %.0f of %.0f MB", p.name, rows, float64(at)/1e6, float64(size)/1e6)
	if rows == 0 {
		text = fmt.Sprintf("%s: checked %.0f of %.0f MB", p.name, float64(at)/1e6, float64(size)/1e6)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if !p.app.Terminal {
		fmt.Fprintln(p.app.Stderr, text)
		return
	}
	p.shown = true
	fmt.Fprintf(p.app.Stderr, "\r%s\r%s", strings.Repeat(" ", 78), text)
}

// between prints other lines while the file is being taken in.
func (p *ingestProgress) between(print func() error) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.clear()
	return print()
}

func (p *ingestProgress) clear() {
	if p.shown {
		fmt.Fprintf(p.app.Stderr, "\r%s\r", strings.Repeat(" ", 78))
		p.shown = false
	}
}

func (p *ingestProgress) end() {
	close(p.stop)
	p.done.Wait()
	p.clear()
}
