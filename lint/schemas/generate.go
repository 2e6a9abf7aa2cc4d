// Writes the compact form of CustomResourceDefinitions, and the field tables of the Go types that
// Tekton's webhooks decode into. Run by ./update.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	tektonv1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	tektonv1alpha1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1alpha1"
	tektonv1beta1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1beta1"
)

var tekton = map[string]any{
	"tekton.dev/v1/Task":                     tektonv1.Task{},
	"tekton.dev/v1/TaskRun":                  tektonv1.TaskRun{},
	"tekton.dev/v1/Pipeline":                 tektonv1.Pipeline{},
	"tekton.dev/v1/PipelineRun":              tektonv1.PipelineRun{},
	"tekton.dev/v1beta1/Task":                tektonv1beta1.Task{},
	"tekton.dev/v1beta1/TaskRun":             tektonv1beta1.TaskRun{},
	"tekton.dev/v1beta1/Pipeline":            tektonv1beta1.Pipeline{},
	"tekton.dev/v1beta1/PipelineRun":         tektonv1beta1.PipelineRun{},
	"tekton.dev/v1beta1/CustomRun":           tektonv1beta1.CustomRun{},
	"tekton.dev/v1beta1/StepAction":          tektonv1beta1.StepAction{},
	"tekton.dev/v1alpha1/StepAction":         tektonv1alpha1.StepAction{},
	"tekton.dev/v1alpha1/VerificationPolicy": tektonv1alpha1.VerificationPolicy{},
}

var core = map[string]any{
	"v1/ConfigMap":                                     corev1.ConfigMap{},
	"v1/Secret":                                        corev1.Secret{},
	"v1/ServiceAccount":                                corev1.ServiceAccount{},
	"v1/PersistentVolumeClaim":                         corev1.PersistentVolumeClaim{},
	"v1/PersistentVolume":                              corev1.PersistentVolume{},
	"v1/Service":                                       corev1.Service{},
	"v1/Pod":                                           corev1.Pod{},
	"v1/Namespace":                                     corev1.Namespace{},
	"v1/LimitRange":                                    corev1.LimitRange{},
	"v1/ResourceQuota":                                 corev1.ResourceQuota{},
	"rbac.authorization.k8s.io/v1/Role":                rbacv1.Role{},
	"rbac.authorization.k8s.io/v1/RoleBinding":         rbacv1.RoleBinding{},
	"rbac.authorization.k8s.io/v1/ClusterRole":         rbacv1.ClusterRole{},
	"rbac.authorization.k8s.io/v1/ClusterRoleBinding":  rbacv1.ClusterRoleBinding{},
	"apps/v1/Deployment":                               appsv1.Deployment{},
	"apps/v1/StatefulSet":                              appsv1.StatefulSet{},
	"apps/v1/DaemonSet":                                appsv1.DaemonSet{},
	"batch/v1/Job":                                     batchv1.Job{},
	"batch/v1/CronJob":                                 batchv1.CronJob{},
	"networking.k8s.io/v1/NetworkPolicy":               networkingv1.NetworkPolicy{},
	"networking.k8s.io/v1/Ingress":                     networkingv1.Ingress{},
	"policy/v1/PodDisruptionBudget":                    policyv1.PodDisruptionBudget{},
	"storage.k8s.io/v1/StorageClass":                   storagev1.StorageClass{},
}

// ---- field tables of Go types ------------------------------------------------------

type fields map[string]string

var types = map[string]fields{}

var unmarshaler = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()

// "string", "int", "bool", "float", "any", "bytes", "[]T", "{}T", "*T", "~Name" for a type with its
// own decoder, else the name of a struct in the table. A "?" at the end: left out where empty.
func describe(t reflect.Type) string {
	if t.Kind() != reflect.Pointer && (t.Implements(unmarshaler) || reflect.PointerTo(t).Implements(unmarshaler)) {
		return "~" + t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + describe(t.Elem())
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + describe(t.Elem())
	case reflect.Map:
		return "{}" + describe(t.Elem())
	case reflect.Interface:
		return "any"
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.Int32, reflect.Uint32, reflect.Int, reflect.Int64, reflect.Uint64, reflect.Uint8, reflect.Int16, reflect.Uint16, reflect.Int8:
		return map[bool]string{true: "int64", false: "int32"}[t.Kind() == reflect.Int64 || t.Kind() == reflect.Int || t.Kind() == reflect.Uint64]
	case reflect.Struct:
		name := filepath.Base(filepath.Dir(t.PkgPath())) + "." + filepath.Base(t.PkgPath()) + "." + t.Name()
		if _, known := types[name]; !known {
			types[name] = fields{}
			collect(t, types[name])
		}
		return name
	}
	panic(t.String())
}

func collect(t reflect.Type, into fields) {
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		if name == "-" || (!f.IsExported() && !f.Anonymous) {
			continue
		}
		if name == "" && (strings.Contains(options, "inline") || f.Anonymous) {
			e := f.Type
			if e.Kind() == reflect.Pointer {
				e = e.Elem()
			}
			collect(e, into)
			continue
		}
		if name == "" {
			name = f.Name
		}
		mark := ""
		if strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero") {
			mark = "?"
		}
		into[name] = describe(f.Type) + mark
	}
}

// ---- schemas ------------------------------------------------------------------------

var dropped = map[string]bool{"description": true, "title": true, "example": true, "externalDocs": true}

// A subschema that occurs more than once is kept once.
var definitions = map[string]json.RawMessage{}
var numbers = map[string]string{}
var seen = map[string]int{}

func strip(v any, schema bool) any {
	switch v := v.(type) {
	case map[string]any:
		r := map[string]any{}
		for k, e := range v {
			if schema && dropped[k] {
				continue
			}
			r[k] = strip(e, !(schema && k == "properties"))
		}
		return r
	case []any:
		for i := range v {
			v[i] = strip(v[i], schema)
		}
		return v
	}
	return v
}

func text(v any) string {
	b, err := json.Marshal(v)
	check(err)
	return string(b)
}

func count(v any) {
	switch v := v.(type) {
	case map[string]any:
		if len(text(v)) > 100 {
			seen[text(v)]++
			if seen[text(v)] > 1 {
				return
			}
		}
		for _, e := range v {
			count(e)
		}
	case []any:
		for _, e := range v {
			count(e)
		}
	}
}

// References stand only where a schema may stand: in properties, items and additionalProperties.
func share(v any, schema bool) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	key := text(m)
	if schema && seen[key] > 1 {
		if number, known := numbers[key]; known {
			return map[string]any{"$ref": number}
		}
	}
	r := map[string]any{}
	keys := []string{}
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		e := m[k]
		switch {
		case !schema:
			r[k] = share(e, true)
		case k == "properties":
			r[k] = share(e, false)
		case k == "items" || k == "additionalProperties":
			r[k] = share(e, true)
		default:
			r[k] = e
		}
	}
	if schema && seen[key] > 1 {
		number := fmt.Sprint(len(definitions))
		numbers[key] = number
		definitions[number] = json.RawMessage(text(r))
		return map[string]any{"$ref": number}
	}
	return r
}

type kind struct {
	Schema     any    `json:"schema,omitempty"`
	Type       string `json:"type,omitempty"`
	Namespaced bool   `json:"namespaced"`
	Status     bool   `json:"status,omitempty"`
}

var kinds = map[string]*kind{}

func crd(content []byte) {
	var m struct {
		Kind string
		Spec struct {
			Group    string
			Scope    string
			Names    struct{ Kind string }
			Versions []struct {
				Name         string
				Served       bool
				Subresources map[string]any
				Schema       struct {
					OpenAPIV3Schema map[string]any
				}
			}
		}
	}
	if yaml.Unmarshal(content, &m) != nil || m.Kind != "CustomResourceDefinition" {
		return
	}
	for _, v := range m.Spec.Versions {
		if !v.Served {
			continue
		}
		key := m.Spec.Group + "/" + v.Name + "/" + m.Spec.Names.Kind
		_, status := v.Subresources["status"]
		kinds[key] = &kind{Schema: strip(v.Schema.OpenAPIV3Schema, true), Namespaced: m.Spec.Scope == "Namespaced", Status: status}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// generate WHAT VERSION OUT [CRD FILES...]; WHAT is tekton, kserve or core.
func main() {
	what, version, out := os.Args[1], os.Args[2], os.Args[3]
	for _, file := range os.Args[4:] {
		content, err := os.ReadFile(file)
		check(err)
		for _, document := range bytes.Split(content, []byte("\n---")) {
			crd(document)
		}
	}
	objects := map[string]map[string]any{"tekton": tekton, "core": core}[what]
	for key, object := range objects {
		if what == "core" {
			cluster := strings.Contains(key, "Cluster") || strings.HasSuffix(key, "Namespace") || strings.HasSuffix(key, "StorageClass") || strings.HasSuffix(key, "PersistentVolume")
			kinds[key] = &kind{Namespaced: !cluster, Status: true}
		}
		if k, ok := kinds[key]; ok {
			k.Type = describe(reflect.TypeOf(object))
		}
	}
	if what == "kserve" {
		describe(reflect.TypeOf(metav1.ObjectMeta{}))
	}
	keys := []string{}
	for key := range kinds {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		count(kinds[key].Schema)
	}
	for _, key := range keys {
		if kinds[key].Schema != nil {
			kinds[key].Schema = share(kinds[key].Schema, true)
		}
	}
	b, err := json.Marshal(map[string]any{"product": what, "version": version, "kinds": kinds, "definitions": definitions, "types": types})
	check(err)
	check(os.WriteFile(out, append(b, '\n'), 0o644))
}
