package dev.modelcar.cli;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import dev.modelcar.cli.views.Environment;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules that keep the modules what their names say. */
final class ArchitectureTest {
  private static final String ALL = "dev.modelcar..";

  private static JavaClasses classes;

  @BeforeAll
  static void readAllClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.modelcar");
  }

  @Test
  void modulesUseOnlyWhatLiesBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage(ALL)
        .layer("core")
        .definedBy("dev.modelcar.core..")
        .layer("findings")
        .definedBy("dev.modelcar.findings..")
        .layer("http")
        .definedBy("dev.modelcar.http..")
        .layer("oci")
        .definedBy("dev.modelcar.oci..")
        .layer("source")
        .definedBy("dev.modelcar.source..")
        .layer("packaging")
        .definedBy("dev.modelcar.packaging..")
        .layer("modelregistry")
        .definedBy("dev.modelcar.modelregistry..")
        .layer("sizing")
        .definedBy("dev.modelcar.sizing..")
        .layer("report")
        .definedBy("dev.modelcar.report..")
        .layer("lint")
        .definedBy("dev.modelcar.lint..")
        .layer("kubernetes")
        .definedBy("dev.modelcar.kubernetes..")
        .layer("testkit")
        .definedBy("dev.modelcar.testkit..")
        .layer("cli")
        .definedBy("dev.modelcar.cli..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("kubernetes")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("findings")
        .mayOnlyBeAccessedByLayers("kubernetes", "lint", "cli")
        .whereLayer("modelregistry")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("sizing")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("lint")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("packaging")
        .mayOnlyBeAccessedByLayers("sizing", "report", "cli")
        .whereLayer("source")
        .mayOnlyBeAccessedByLayers("packaging", "sizing", "report", "cli")
        .whereLayer("oci")
        .mayOnlyBeAccessedByLayers("packaging", "sizing", "kubernetes", "cli")
        .whereLayer("http")
        .mayOnlyBeAccessedByLayers(
            "oci", "source", "packaging", "modelregistry", "kubernetes", "cli")
        .whereLayer("core")
        .mayOnlyBeAccessedByLayers(
            "findings",
            "http",
            "oci",
            "source",
            "packaging",
            "sizing",
            "report",
            "lint",
            "modelregistry",
            "kubernetes",
            "cli")
        .whereLayer("testkit")
        .mayOnlyBeAccessedByLayers("cli")
        .check(classes);
  }

  /** What each room may use of the other rooms of its module; a room that is not here, nothing. */
  private static final Map<String, Set<String>> ROOMS =
      Map.ofEntries(
          Map.entry("http.settings", Set.of("http")),
          Map.entry("http.ranges", Set.of("http")),
          Map.entry("http.apache", Set.of("http", "http.settings")),
          Map.entry("oci.auth", Set.of("oci")),
          Map.entry("oci.image", Set.of("oci", "oci.tar")),
          Map.entry("oci.layout", Set.of("oci", "oci.tar")),
          Map.entry("oci.registry.errors", Set.of("oci", "oci.auth")),
          Map.entry("oci.registry.auth", Set.of("oci", "oci.auth", "oci.registry.errors")),
          Map.entry(
              "oci.registry.client",
              Set.of("oci", "oci.auth", "oci.registry.auth", "oci.registry.errors")),
          Map.entry(
              "oci.registry.upload",
              Set.of("oci", "oci.registry.auth", "oci.registry.client", "oci.registry.errors")),
          Map.entry(
              "oci.registry",
              Set.of(
                  "oci",
                  "oci.auth",
                  "oci.registry.auth",
                  "oci.registry.client",
                  "oci.registry.errors",
                  "oci.registry.upload")),
          Map.entry("oci.transport", Set.of("oci", "oci.layout", "oci.registry")),
          Map.entry(
              "packaging",
              packaging("layers", "plan", "reuse", "selection", "transfer", "weights")),
          Map.entry("packaging.build", packaging("layers", "plan", "transfer", "weights")),
          Map.entry("packaging.copy", packaging("layers", "reuse", "transfer")),
          Map.entry("packaging.facts", packaging("layers", "weights")),
          Map.entry("packaging.fetch", packaging("layers", "selection", "transfer")),
          Map.entry("packaging.layers", packaging("weights")),
          Map.entry("packaging.plan", packaging("layers", "selection", "weights")),
          Map.entry("packaging.reuse", packaging("layers", "plan", "transfer")),
          Map.entry("packaging.reuse.journal", packaging("layers")),
          Map.entry("packaging.selection", packaging("weights")),
          Map.entry("packaging.transfer", packaging("layers")),
          Map.entry("packaging.verify", packaging("selection")),
          Map.entry("sizing.gpu", Set.of("sizing.model")),
          Map.entry("sizing.llamacpp", Set.of("sizing.model")),
          Map.entry("sizing.vllm", Set.of("sizing.gpu", "sizing.model")),
          Map.entry(
              "sizing", Set.of("sizing.gpu", "sizing.llamacpp", "sizing.model", "sizing.vllm")),
          Map.entry("lint.rules", Set.of("lint.tree")),
          Map.entry("lint.schema", Set.of("lint.rules", "lint.tree")),
          Map.entry("lint.decode", Set.of("lint.rules", "lint.schema", "lint.tree")),
          Map.entry("lint.kserve", Set.of("lint.rules", "lint.tree")),
          Map.entry("lint.advice", Set.of("lint.decode", "lint.rules", "lint.schema", "lint.tree")),
          Map.entry("lint.fix", Set.of("lint.rules", "lint.tree")),
          Map.entry("lint.tekton", Set.of("lint.decode", "lint.rules", "lint.schema", "lint.tree")),
          Map.entry(
              "lint",
              Set.of(
                  "lint.advice",
                  "lint.decode",
                  "lint.fix",
                  "lint.kserve",
                  "lint.rules",
                  "lint.schema",
                  "lint.tekton",
                  "lint.tree")),
          Map.entry("kubernetes.tekton", Set.of("kubernetes.cluster")),
          Map.entry("kubernetes.serving", Set.of("kubernetes.cluster")),
          Map.entry("kubernetes.collect", Set.of("kubernetes.cluster")),
          Map.entry("kubernetes.readiness", Set.of("kubernetes.cluster", "kubernetes.serving")),
          Map.entry("findings.redaction", Set.of("findings.evidence")),
          Map.entry("findings.evidence", Set.of("findings")),
          Map.entry(
              "findings.diagnosis",
              Set.of("findings", "findings.evidence", "findings.logs", "findings.redaction")),
          Map.entry("findings.logs", Set.of("findings")),
          Map.entry("kubernetes.render", Set.of("kubernetes.cluster", "kubernetes.tekton")),
          Map.entry("cli.views", Set.of("cli.documents")),
          Map.entry("cli.options", Set.of("cli.views")),
          Map.entry(
              "cli.commands",
              Set.of(
                  "cli.commands.cluster",
                  "cli.commands.lint",
                  "cli.commands.findings",
                  "cli.commands.registration",
                  "cli.commands.repositories",
                  "cli.commands.shell",
                  "cli.options",
                  "cli.views",
                  "cli.documents")),
          Map.entry(
              "cli.commands.registration", Set.of("cli.options", "cli.views", "cli.documents")),
          Map.entry("cli.commands.lint", Set.of("cli.options", "cli.views", "cli.documents")),
          Map.entry(
              "cli.commands.repositories", Set.of("cli.options", "cli.views", "cli.documents")),
          Map.entry(
              "cli.commands.cluster",
              Set.of(
                  "cli.commands.registration",
                  "cli.diagnosis",
                  "cli.options",
                  "cli.views",
                  "cli.documents")),
          Map.entry(
              "cli.commands.findings",
              Set.of(
                  "cli.diagnosis",
                  "cli.commands.cluster",
                  "cli.commands.registration",
                  "cli.options",
                  "cli.views",
                  "cli.documents")),
          Map.entry("cli.commands.shell", Set.of("cli.options", "cli.views", "cli.documents")),
          Map.entry("cli", Set.of("cli.commands", "cli.options", "cli.views", "cli.documents")));

  private static Set<String> packaging(String... rooms) {
    return Stream.of(rooms).map(room -> "packaging." + room).collect(Collectors.toSet());
  }

  /** Rooms of these modules are listed above. */
  private static final Set<String> MODULES =
      Set.of(
          "findings",
          "http",
          "oci",
          "packaging",
          "sizing",
          "lint",
          "modelregistry",
          "kubernetes",
          "cli");

  private static String room(JavaClass type) {
    return type.getPackageName().replaceFirst("^dev\\.modelcar\\.", "");
  }

  private static String module(String room) {
    return room.replaceFirst("\\..*", "");
  }

  @Test
  void roomsUseOnlyTheRoomsBelowThem() {
    Set<String> others = new TreeSet<>();
    for (JavaClass type : classes) {
      String from = room(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String to = room(dependency.getTargetClass().getBaseComponentType());
        if (!to.equals(from)
            && MODULES.contains(module(from))
            && module(to).equals(module(from))
            && !ROOMS.getOrDefault(from, Set.of()).contains(to)) {
          others.add(dependency.getDescription());
        }
      }
    }
    assertThat(others).isEmpty();
  }

  @Test
  void aRoomHasTwentyFiveTypesAtTheMost() {
    Map<String, Long> types =
        classes.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .map(ArchitectureTest::room)
            .filter(room -> MODULES.contains(module(room)))
            .collect(Collectors.groupingBy(room -> room, Collectors.counting()));
    types.values().removeIf(count -> count <= 25);
    assertThat(types).isEmpty();
  }

  /** What passes the console is nothing that a terminal obeys. */
  @Test
  void onlyTheConsolePrints() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.modelcar.cli.commands..", "dev.modelcar.cli.options..")
        .should()
        .callMethod(Environment.class, "out")
        .orShould()
        .callMethod(Environment.class, "err")
        .check(classes);
  }

  @Test
  void onlyTheProgramChoosesTheHttpClient() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.modelcar.http.apache..", "dev.modelcar.cli.options")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.modelcar.http.apache..")
        .check(classes);
  }

  @Test
  void theProgramUsesTheTestKitInItsDemoAlone() {
    noClasses()
        .that()
        .resideInAPackage("dev.modelcar.cli..")
        .and()
        .doNotHaveSimpleName("DemoCommand")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.modelcar.testkit..")
        .check(classes);
  }

  @Test
  void packagesDoNotDependOnEachOtherInCircles() {
    slices().matching("dev.modelcar.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void callersOfTheLibraryNeedNoLibraryOfOthers() {
    classes()
        .that()
        .resideInAnyPackage(
            "dev.modelcar.oci..",
            "dev.modelcar.source..",
            "dev.modelcar.packaging..",
            "dev.modelcar.sizing..")
        .and()
        .arePublic()
        .should(showOnlyOwnTypes())
        .check(classes);
  }

  /** The rule finds what it looks for: {@code core} may show its JSON library, others may not. */
  @Test
  void aLibraryOfOthersWouldBeNoticed() {
    assertThat(
            classes()
                .that()
                .haveFullyQualifiedName("dev.modelcar.core.Json")
                .should(showOnlyOwnTypes())
                .evaluate(classes)
                .getFailureReport()
                .getDetails())
        .isNotEmpty()
        .allMatch(detail -> detail.contains("com.fasterxml.jackson"));
  }

  @Test
  void oneRoomKnowsTheHttpLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.modelcar.http.apache..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.hc..")
        .check(classes);
  }

  @Test
  void onlyTheProgramWritesToTheConsole() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.modelcar.cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(classes);
  }

  @Test
  void nothingIsKeptBetweenCalls() {
    fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        .resideInAPackage(ALL)
        .should(neverChange())
        .check(classes);
  }

  // ---- the conditions that ArchUnit does not know ----

  private static ArchCondition<JavaClass> showOnlyOwnTypes() {
    return new ArchCondition<>("show only types of Java and of this project") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getSuperclass().ifPresent(parent -> look(parent, type.getFullName(), events));
        type.getInterfaces().forEach(parent -> look(parent, type.getFullName(), events));
        for (JavaField field : type.getFields()) {
          if (isShown(field)) {
            look(field.getType(), field.getFullName(), events);
          }
        }
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (isShown(unit)) {
            look(unit.getReturnType(), unit.getFullName(), events);
            unit.getParameterTypes().forEach(each -> look(each, unit.getFullName(), events));
            unit.getExceptionTypes().forEach(each -> look(each, unit.getFullName(), events));
          }
        }
      }
    };
  }

  private static boolean isShown(JavaMember member) {
    Set<?> modifiers = member.getModifiers();
    return !modifiers.contains(SYNTHETIC)
        && (modifiers.contains(PUBLIC) || modifiers.contains(PROTECTED));
  }

  private static void look(JavaType shown, String where, ConditionEvents events) {
    for (JavaClass type : shown.getAllInvolvedRawTypes()) {
      String name = type.getBaseComponentType().getPackageName();
      boolean own =
          name.isEmpty()
              || name.startsWith("java.")
              || name.startsWith("dev.modelcar.")
              || name.startsWith("org.jspecify.");
      if (!own) {
        events.add(violated(type, where + " shows " + type.getFullName()));
      }
    }
  }

  /** What can be changed although the field that holds it is final. */
  private static final Set<String> CHANGING =
      Set.of(
          "java.util.ArrayList",
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.TreeMap",
          "java.lang.StringBuilder",
          "java.lang.ThreadLocal");

  private static ArchCondition<JavaField> neverChange() {
    return new ArchCondition<>("never change") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        String type = field.getRawType().getFullName();
        boolean changes =
            !field.getModifiers().contains(FINAL)
                || type.startsWith("java.util.concurrent.")
                || CHANGING.contains(type);
        if (changes && !field.getModifiers().contains(SYNTHETIC)) {
          events.add(violated(field, field.getFullName() + " of type " + type + " may change"));
        }
      }
    };
  }
}
