package validate

// The drafts that a schema may be written in.
const (
	draft4    = 4
	draft6    = 6
	draft7    = 7
	draft2020 = 2020
)

// target is the draft that schemas are rewritten to.
const target = "https://json-schema.org/draft/2020-12/schema"

// shape is what the value of a keyword looks like.
type shape int

const (
	anything shape = iota
	number
	positive
	count // a whole number, not negative
	boolean
	list
	names // a list of strings
	pattern
	types     // a type's name, or a list of them
	schema    // one schema
	schemas   // a list of schemas
	schemaMap // schemas by name
	namesMap  // lists of strings by name
	special   // rewritten by a function of its own
)

// keyword is one that judges. All others, like title and format, are left out.
type keyword struct {
	shape   shape
	from    int  // the first draft that has it; 0: the first of ours
	inPlace bool // its schemas judge the same value, not a part of it
}

func keywords() map[string]keyword {
	return map[string]keyword{
		"type": {shape: types}, "enum": {shape: list}, "const": {shape: anything, from: draft6},
		"multipleOf": {shape: positive}, "minimum": {shape: special}, "maximum": {shape: special},
		"exclusiveMinimum": {shape: special}, "exclusiveMaximum": {shape: special},
		"minLength": {shape: count}, "maxLength": {shape: count}, "pattern": {shape: pattern},
		"minItems": {shape: count}, "maxItems": {shape: count}, "uniqueItems": {shape: boolean},
		"items": {shape: special}, "prefixItems": {shape: schemas, from: draft2020},
		"unevaluatedItems": {shape: schema, from: draft2020},
		"contains":         {shape: schema, from: draft6}, "minContains": {shape: count, from: draft2020},
		"maxContains":   {shape: count, from: draft2020},
		"minProperties": {shape: count}, "maxProperties": {shape: count}, "required": {shape: names},
		"properties": {shape: schemaMap}, "patternProperties": {shape: special}, "additionalProperties": {shape: schema},
		"propertyNames": {shape: schema, from: draft6}, "unevaluatedProperties": {shape: schema, from: draft2020},
		"dependencies": {shape: special}, "dependentRequired": {shape: namesMap, from: draft2020},
		"dependentSchemas": {shape: schemaMap, from: draft2020, inPlace: true},
		"allOf":            {shape: schemas, inPlace: true}, "anyOf": {shape: schemas, inPlace: true},
		"oneOf": {shape: schemas, inPlace: true}, "not": {shape: schema, inPlace: true},
		"if": {shape: schema, from: draft7, inPlace: true}, "then": {shape: schema, from: draft7, inPlace: true},
		"else":        {shape: schema, from: draft7, inPlace: true},
		"$dynamicRef": {shape: special, from: draft2020},
	}
}
