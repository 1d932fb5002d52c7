package config

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Duration is written with its unit: 500ms, 5s, 1m30s, 24h. A bare number is refused, 0 too.
type Duration time.Duration

// UnmarshalText reads a duration that is not negative.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || text[0] < '0' || text[0] > '9' || string(text) == "0" {
		return fmt.Errorf("%q is no duration: write a number with its unit, like 500ms, 5s or 1m30s", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalText is the form that UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Pattern is what the JSON Schema says of the form.
func (Duration) Pattern() string { return `^` + spanPattern + `$` }

// spanPattern is a duration: digits first, each number with its unit.
const spanPattern = `[0-9]([0-9.]*(ns|us|µs|μs|ms|s|m|h))+`

// Size is a number of bytes, written with its unit: 960KiB, 10MiB, 1MB, 512B.
type Size int64

var sizeUnits = []struct {
	suffix string
	bytes  int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	for _, u := range sizeUnits {
		if digits, ok := strings.CutSuffix(string(text), u.suffix); ok {
			n, err := strconv.ParseUint(digits, 10, 63)
			if err != nil || n > math.MaxInt64/uint64(u.bytes) {
				break
			}
			*s = Size(int64(n) * u.bytes)
			return nil
		}
	}
	return fmt.Errorf("%q is no size: write a whole number with its unit, like 512B, 960KiB or 10MiB", text)
}

// MarshalText is the form that UnmarshalText reads.
func (s Size) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%dB", s), nil }

// Pattern is what the JSON Schema says of the form.
func (Size) Pattern() string { return `^[0-9]+(B|KB|MB|GB|KiB|MiB|GiB)$` }

// Prefix is an IPv4 or IPv6 address or a range of them. Host bits may be set: 10.0.0.1/24 is 10.0.0.0/24.
type Prefix struct{ netip.Prefix }

// UnmarshalText reads an address or a prefix.
func (p *Prefix) UnmarshalText(text []byte) error {
	if a, err := netip.ParseAddr(string(text)); err == nil && a.Zone() == "" {
		p.Prefix = netip.PrefixFrom(a, a.BitLen())
		return nil
	}
	v, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("%q is no address: write 203.0.113.9, 10.0.0.0/8 or 2001:db8::/32", text)
	}
	p.Prefix = v.Masked()
	return nil
}

// Pattern is what the JSON Schema says of the form.
func (Prefix) Pattern() string { return `^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$` }

// IsZero says that nothing was written.
func (p Prefix) IsZero() bool { return !p.IsValid() }
