package yaml

import "slices"

const stagesKey = "stages"

// stageNames are the stages that a policy names.
func stageNames(policy *node) (names []string) {
	stages := policy.get(stagesKey)
	if stages == nil {
		return nil
	}
	for _, e := range stages.entries {
		names = append(names, e.key)
	}
	return names
}

// merged is what layers of policies come to, each over those before it. Of every stage that is named it holds a whole policy,
// in which each layer is followed by what it says for the stage. Stages of other names stay as they are, to be reported.
func merged(layers []*node, names []string) *node {
	policy := overlaid(layers, "")
	if len(names) == 0 {
		return policy
	}
	stages := &node{kind: mapping, at: policy.at}
	if said := policy.get(stagesKey); said != nil {
		if said.kind != mapping {
			return policy // for the decoder to report
		}
		*stages = *said
		stages.entries = slices.Clone(said.entries)
	}
	for _, name := range names {
		whole := without(overlaid(layers, name), stagesKey)
		i := slices.IndexFunc(stages.entries, func(e entry) bool { return e.key == name })
		if i < 0 {
			stages.entries = append(stages.entries, entry{name, policy.at, whole})
		} else if stages.entries[i].value.kind == mapping {
			stages.entries[i].value = whole
		}
	}
	policy = without(policy, stagesKey)
	policy.entries = append(policy.entries, entry{stagesKey, stages.at, stages})
	return policy
}

// overlaid is each layer over those before it, followed by what it says for a stage; "": for none.
func overlaid(layers []*node, stage string) *node {
	all := layers[0]
	for i, layer := range layers {
		if i > 0 {
			all = overlay(all, layer)
		}
		if stages := layer.get(stagesKey); stage != "" && stages != nil {
			if own := stages.get(stage); own != nil && own.kind == mapping {
				all = overlay(all, own)
			}
		}
	}
	return all
}

// flat reports stages within stages.
func (s *Source) flat(policy *node, path string) {
	stages := policy.get(stagesKey)
	if stages == nil {
		return
	}
	for _, e := range stages.entries {
		if within := e.value.get(stagesKey); within != nil {
			s.problem(within, within.at, path+".stages."+e.key+".stages", "a stage has no stages of its own: remove them")
		}
	}
}

func without(n *node, key string) *node {
	left := *n
	left.entries = slices.DeleteFunc(slices.Clone(n.entries), func(e entry) bool { return e.key == key })
	return &left
}
