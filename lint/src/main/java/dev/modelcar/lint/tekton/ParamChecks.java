package dev.modelcar.lint.tekton;

import dev.modelcar.lint.decode.ParamValue;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Declarations of parameters, and their use in steps. */
record ParamChecks(Check check) {
  private static final Pattern NAME = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9.-]*");
  private static final Pattern OBJECT_NAME = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9-]*");
  private static final Set<String> TYPES = Set.of("string", "array", "object");

  /** Types and defaults. */
  void types(Collection<Param> params) {
    for (Param param : params) {
      At at = param.at();
      if (!TYPES.contains(param.type())) {
        check.add(
            Rule.PARAM_INVALID,
            at.get("type"),
            "%s is no type of a parameter".formatted(Check.quoted(param.type())),
            "It is string, array or object.");
      } else if (param.standard().isPresent()
          && !ParamValue.type(param.standard().get()).equals(param.type())) {
        check.add(
            Rule.PARAM_INVALID,
            at.get("default"),
            "the default of %s is of type %s, the parameter of type %s"
                .formatted(param.name(), ParamValue.type(param.standard().get()), param.type()));
      } else {
        param
            .properties()
            .orElse(Map.of())
            .forEach((key, type) -> {
              if (!type.equals("string")) {
                check.add(
                    Rule.PARAM_INVALID,
                    at.get("properties", key),
                    "properties of a parameter are strings, not %s".formatted(type));
              }
            });
      }
    }
  }

  /** Names that stand twice, and lists of allowed values. */
  void unique(Collection<Param> params) {
    Set<String> seen = new HashSet<>();
    for (Param param : params) {
      if (!seen.add(param.name())) {
        check.add(
            Rule.NAME_REPEATED,
            param.at().get("name"),
            "parameter %s is declared twice".formatted(param.name()));
      }
      if (!param.values().isEmpty()) {
        check.disabled(param.at().get("enum"), "enum of a parameter", "enable-param-enum");
      }
    }
  }

  void names(Collection<Param> params) {
    for (Param param : params) {
      Pattern form = param.isObject() ? OBJECT_NAME : NAME;
      if (!form.matcher(param.name()).matches()) {
        check.add(
            Rule.PARAM_INVALID,
            param.at().get("name"),
            "not a valid name of a parameter: %s".formatted(Check.quoted(param.name())),
            "A letter or underscore first, then letters, digits, dashes and underscores"
                + (param.isObject() ? "." : ", and dots."));
      }
      if (param.isObject()) {
        for (String key : param.keys()) {
          if (!OBJECT_NAME.matcher(key).matches()) {
            check.add(
                Rule.PARAM_INVALID,
                param.at().get("properties", key),
                "not a valid key of an object: %s".formatted(key));
          }
        }
      }
    }
  }

  /** Lists where only a text may stand, or beside other text. */
  void arrays(List<StepTexts> steps, Collection<Param> params) {
    Set<String> arrays = Param.arrays(params);
    for (StepTexts step : steps) {
      for (At text : step.plain()) {
        check.variable(
            text, Variables.prohibited(text.text(), "params", arrays), Rule.VARIABLE_INVALID);
      }
      for (At word : step.words()) {
        check.variable(
            word, Variables.isolated(word.text(), "params", arrays), Rule.VARIABLE_INVALID);
      }
    }
  }

  /** References to what is not declared, and to objects as a whole. */
  void usage(List<StepTexts> steps, Collection<Param> params) {
    variables(steps, "params", Param.names(params), Rule.PARAM_UNDECLARED);
    List<Param> objects = Param.objects(params);
    for (Param object : objects) {
      variables(steps, "params\\." + object.name(), object.keys(), Rule.PARAM_UNDECLARED);
      if (object.properties().isEmpty()) {
        check.add(
            Rule.PARAM_INVALID,
            object.at(),
            "parameter %s is an object without properties".formatted(object.name()));
      }
    }
    Set<String> names = Param.names(objects);
    for (StepTexts step : steps) {
      for (At text : step.all()) {
        check.variable(text, Variables.entire(text.text(), "params", names), Rule.VARIABLE_INVALID);
      }
    }
  }

  void variables(List<StepTexts> steps, String prefix, Set<String> known, Rule rule) {
    for (StepTexts step : steps) {
      for (At text : step.all()) {
        check.variable(text, Variables.unknown(text.text(), prefix, known), rule);
      }
    }
  }
}
