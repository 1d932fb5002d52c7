package event

import "postern/shared/fault"

// Reach says whether a fault can come to pass at a door.
type Reach struct {
	Mark string // R: as documented; L: where a limit is set that is lower than the door's; X: never
	Why  string // Markdown; "" for R
}

// Reaches says for each door whether a fault of this kind can come to pass there.
func Reaches(kind fault.Kind) map[string]Reach {
	r := func(why string) Reach { return Reach{"R", why} }
	l := func(why string) Reach { return Reach{"L", why} }
	x := func(why string) Reach { return Reach{"X", why} }
	each := []Reach{r("")}
	switch kind {
	case fault.RequestSize:
		each = []Reach{r(""), l("below 1 MB"), l("below 4.5 MB")}
	case fault.BackendSize:
		each = []Reach{
			r(""), l("below 1 MB"), r("streamed; else below 6 MB"), l("below 6 MB"), r("streamed; else below 6 MB"),
		}
	case fault.BackendTimeout:
		each = []Reach{r(""), r(""), l("below 29 s; R streamed, or with a raised quota"), l("below 30 s"), r("")}
	case fault.RequestMalformed:
		each = []Reach{
			r(""), x("the load balancer answers 400"), r("only `X-HTTP-Method-Override`"), r("only a path in doubt"),
			x("nothing is in doubt"),
		}
	case fault.RequestUpgrade:
		each = []Reach{r(""), l("`Sec-WebSocket-*` alone: the door answers an `Upgrade` itself")}
	case fault.RequestAddress:
		each = []Reach{r(""), r("with more than 30 addresses the load balancer answers 463"), r("")}
	case fault.ClientGone:
		each = []Reach{r(""), x("the function is not told")}
	case fault.InternalBusy:
		each = []Reach{r(""), x("an environment has one request at a time")}
	case fault.InternalVerdict:
		each = []Reach{x("there is no authorizer"), x("there is no authorizer"), r(""), r(""), x("there is no authorizer")}
	}
	reaches := map[string]Reach{}
	for i, door := range Doors() {
		reaches[door] = each[min(i, len(each)-1)]
	}
	return reaches
}
