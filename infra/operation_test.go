package infra_test

import (
	"maps"
	"slices"
	"strings"
)

// alarms: those that end a deployment know the function alone, since the alias waits for them; the metric of the log is the
// one that its alarm watches.
func alarms(root object) (c complaints) {
	c.same("the alarms of a deployment", at(properties(root, "ProxyFunction"), "DeploymentPreference", "Alarms"),
		[]any{ref("CrashAlarm"), ref("DefectAlarm")})
	crash, defect := properties(root, "CrashAlarm"), properties(root, "DefectAlarm")
	c.same("what CrashAlarm watches", crash["Dimensions"], []any{object{"Name": "FunctionName", "Value": ref("ProxyFunction")}})
	metric := objects(properties(root, "DefectFilter"), "MetricTransformations", "0")
	c.same("what DefectAlarm watches", []any{defect["Namespace"], defect["MetricName"]},
		[]any{metric["MetricNamespace"], metric["MetricName"]})
	c.same("where DefectFilter looks", properties(root, "DefectFilter")["LogGroupName"], ref("ProxyLog"))
	one, other := properties(root, "DefectFilter"), properties(root, "AuthorizerDefectFilter")
	c.same("where AuthorizerDefectFilter looks", other["LogGroupName"], ref("AuthorizerLog"))
	c.same("what AuthorizerDefectFilter counts", other["MetricTransformations"], one["MetricTransformations"])
	for name, resource := range objects(root, "Resources") {
		if text(resource, "Type") == "AWS::CloudWatch::Alarm" {
			said, end := text(resource, "Properties", "AlarmDescription"), " Runbook: docs/runbook.md#"+anchor(name)
			if !strings.HasSuffix(said, end) {
				c.add("the description of %s does not end with %q", name, end)
			}
			c.same("TreatMissingData of "+name, text(resource, "Properties", "TreatMissingData"), "notBreaching")
			c.same("AlarmActions of "+name, at(resource, "Properties", "AlarmActions"),
				object{"!If": []any{"Alarmed", []any{ref("AlarmTopicArn")}, ref("AWS::NoValue")}})
		}
	}
	return c
}

// parameters: each is described, stands in one group, and does something.
func parameters(root object) (c complaints) {
	used := map[string]bool{}
	for _, part := range []string{"Conditions", "Resources"} {
		every(root[part], func(v any) { used[text(v, "!Ref")] = true })
	}
	var grouped []string
	for _, group := range items(root, "Metadata", "AWS::CloudFormation::Interface", "ParameterGroups") {
		grouped = append(grouped, texts(group, "Parameters")...)
	}
	slices.Sort(grouped)
	all := objects(root, "Parameters")
	c.same("the parameters in groups", strings.Join(grouped, " "), strings.Join(slices.Sorted(maps.Keys(all)), " "))
	for name := range all {
		if text(all, name, "Description") == "" {
			c.add("the parameter %s has no description", name)
		}
		if !used[name] {
			c.add("the parameter %s is not used", name)
		}
	}
	return c
}

// names: a logical name is there once in a template, whatever it is of (CloudFormation user guide, parameters). Outputs may
// repeat it.
func names(root object) (c complaints) {
	templates := named(objects(root, "Nested"))
	templates["template.yaml"] = root
	for file, template := range templates {
		taken := map[string]string{}
		for _, section := range []string{"Parameters", "Rules", "Mappings", "Conditions", "Resources"} {
			for name := range objects(template, section) {
				if other := taken[name]; other != "" {
					c.add("%s: %s is one of %s and of %s", file, name, other, section)
				}
				taken[name] = section
			}
		}
	}
	return c
}
