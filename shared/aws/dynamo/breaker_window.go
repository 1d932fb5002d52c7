package dynamo

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"postern/shared/forward"
)

// windowPrefix is of attributes that count failures. The end of their time follows: in seconds for failures in a row, in
// milliseconds for a slice of the circuit's own window.
const windowPrefix = "f@"

const (
	shortestWindow = 60     // seconds
	longestWindow  = 3600   // seconds
	tenths         = 10     // slices of a circuit's window: an attribute cannot slide
	mostStale      = tenths // slices that an item keeps beyond their time
)

// windowOf is the attribute that counts at now. For failures in a row, it is as long as all of them that time out one after
// another.
func windowOf(c forward.Circuit, now time.Time) string {
	at, length := now.UnixMilli(), sliceOf(c)
	if c.Window == 0 {
		row := int64(min(c.Failures, longestWindow)) * int64(c.Trial/time.Second)
		at, length = now.Unix(), min(max(row, shortestWindow), longestWindow)
	}
	return windowPrefix + strconv.FormatInt((at/length+1)*length, 10)
}

// sliceOf is the length of a circuit's slices in milliseconds.
func sliceOf(c forward.Circuit) int64 { return max(c.Window.Milliseconds()/tenths, 1) }

// counting are those of the names that count at now, and stale are the others. Of a window, the slices that lie wholly within it
// count: nine tenths of it at least, and nothing that is older.
func counting(c forward.Circuit, names []string, now time.Time) (counts, stale []string) {
	current := windowOf(c, now)
	for _, name := range names {
		if name == current || c.Window > 0 && sliceEnd(name) > sliceEnd(current)-tenths*sliceOf(c) {
			counts = append(counts, name)
		} else {
			stale = append(stale, name)
		}
	}
	return counts, stale
}

// sliceEnd is when a slice is over, in milliseconds.
func sliceEnd(name string) int64 {
	end, _ := endOf(name)
	return end
}

// windowsOf are the attributes of an item that count failures, the last first.
func windowsOf(i item) []string {
	var names []string
	for name := range i {
		if strings.HasPrefix(name, windowPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names) // of one length until 2286
	slices.Reverse(names)
	return names
}

// failuresIn is what those attributes of an item count together.
func failuresIn(i item, names []string) (sum int64) {
	for _, name := range names {
		n, _ := numberOf(i[name])
		sum += n
	}
	return sum
}
