package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// perDoor are the resources that come and go with a door.
func perDoor() map[string][]string {
	return map[string][]string{
		"alb": {"LoadBalancer"}, "rest": {"RestApi", "RestPermission"}, "http": {"HttpApi", "HttpPermission"},
		"url": {"ProxyUrl", "ProxyUrlPermission", "ProxyUrlInvokePermission"},
	}
}

// combinations are all sets of doors but the empty one, as Doors names them.
func combinations() (all []string) {
	doors := []string{"alb", "rest", "http", "url"}
	for set := 1; set < 1<<len(doors); set++ {
		var chosen []string
		for i, door := range doors {
			if set>>i&1 == 1 {
				chosen = append(chosen, door)
			}
		}
		all = append(all, strings.Join(chosen, "-"))
	}
	return all
}

// doors: every combination can be chosen, and makes the resources of its doors and of no other.
func doors(root object) (c complaints) {
	values := texts(root, "Parameters", "Doors", "AllowedValues")
	slices.Sort(values)
	c.same("the values of Doors", values, slices.Sorted(slices.Values(combinations())))
	c.same("the default of Doors", text(root, "Parameters", "Doors", "Default"), "alb")
	c.same("the rows of ChosenDoors", slices.Sorted(maps.Keys(objects(root, "Mappings", "ChosenDoors"))), values)
	for _, way := range product(map[string][]string{"Doors": combinations(), "Authorizer": {"none", "annotate", "enforce"}}) {
		d := deploy(root, way)
		chosen := strings.Split(way["Doors"], "-")
		made := d.made("Resources")
		for door, resources := range perDoor() {
			for _, name := range resources {
				if there := made[name] != nil; there != slices.Contains(chosen, door) {
					c.add("with the doors %s %s is made: %v", way["Doors"], name, there)
				}
			}
		}
		rest, http := slices.Contains(chosen, "rest"), slices.Contains(chosen, "http")
		rest, http = rest && way["Authorizer"] != "none", http && way["Authorizer"] != "none"
		for name, want := range map[string]bool{
			"AuthorizerFunction": rest || http, "AuthorizerRole": rest || http, "AuthorizerLog": rest || http,
			"AuthorizerDefectFilter": rest || http, "RestAuthorizerPermission": rest, "HttpAuthorizerPermission": http,
		} {
			if there := made[name] != nil; there != want {
				c.add("with %v %s is made: %v", way, name, there)
			}
		}
	}
	return c
}

// parametersOf are good ones for doors.
func parametersOf(doors string, more map[string]string) map[string]string {
	all := map[string]string{"Doors": doors}
	if strings.Contains(doors, "alb") {
		maps.Copy(all, map[string]string{"VpcId": "vpc-1", "SubnetIds": "subnet-1,subnet-2", "CertificateArn": "arn"})
	}
	maps.Copy(all, more)
	return all
}

// annotated are good parameters for an authorizer in that mode.
func annotated(doors, integration string) map[string]string {
	return parametersOf(doors, map[string]string{"Authorizer": "annotate", "Deployment": "AllAtOnce", "Integration": integration})
}

// rules: what does not go together is refused before anything is made, with a text that says what to do.
func rules(root object) (c complaints) {
	for _, doors := range combinations() {
		balanced, api := strings.Contains(doors, "alb"), strings.Contains(doors, "rest") || strings.Contains(doors, "http")
		refused := deploy(root, map[string]string{"Doors": doors}).refused()
		c.same("what is refused of the doors "+doors+" alone", len(refused), map[bool]int{true: 3, false: 0}[balanced])
		refused = deploy(root, annotated(doors, "")).refused()
		c.same("what is refused of an authorizer behind "+doors, len(refused), map[bool]int{true: 0, false: 1}[api])
	}
	for _, wrong := range []struct {
		parameters map[string]string
		want       string // begins the only refusal; "": none
	}{
		{parametersOf("alb", nil), ""},
		{parametersOf("alb", map[string]string{"VpcId": ""}), "The door alb needs VpcId"},
		{parametersOf("alb-url", map[string]string{"SubnetIds": ""}), "The door alb needs SubnetIds"},
		{parametersOf("alb", map[string]string{"CertificateArn": ""}), "The door alb needs CertificateArn"},
		{parametersOf("alb", map[string]string{"ClientCertificates": "verify"}), "ClientCertificates verify needs TrustStoreArn"},
		{parametersOf("alb", map[string]string{"ClientCertificates": "verify", "TrustStoreArn": "arn"}), ""},
		{parametersOf("alb", map[string]string{"TrustStoreArn": "arn"}), "TrustStoreArn is for"},
		{annotated("url", ""), "An authorizer needs"},
		{parametersOf("rest", map[string]string{"Authorizer": "annotate"}), "The authorizer annotate needs Deployment AllAtOnce"},
		{parametersOf("http", map[string]string{"Authorizer": "enforce"}), "The authorizer enforce needs Integration"},
		{parametersOf("http", map[string]string{"Authorizer": "enforce", "Integration": "https://a"}), ""},
		{parametersOf("rest", map[string]string{"Integration": "https://a"}), "Integration is for"},
		{annotated("rest", "https://a"), "Integration is for"},
	} {
		refused := deploy(root, wrong.parameters).refused()
		none := len(refused) == 0 && wrong.want == ""
		if one := len(refused) == 1 && wrong.want != "" && strings.HasPrefix(refused[0], wrong.want); !none && !one {
			c.add("of %v is refused: %q, want %q", wrong.parameters, refused, wrong.want)
		}
	}
	return c
}

// TestCombinations: there are fifteen.
func TestCombinations(t *testing.T) {
	if all := combinations(); len(all) != 15 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 15 {
		t.Error(fmt.Sprint(all))
	}
}
