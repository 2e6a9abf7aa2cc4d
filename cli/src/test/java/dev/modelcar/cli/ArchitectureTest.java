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
import java.util.Set;
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
        .layer("http")
        .definedBy("dev.modelcar.http..")
        .layer("oci")
        .definedBy("dev.modelcar.oci..")
        .layer("source")
        .definedBy("dev.modelcar.source..")
        .layer("packaging")
        .definedBy("dev.modelcar.packaging..")
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
        .whereLayer("packaging")
        .mayOnlyBeAccessedByLayers("kubernetes", "cli")
        .whereLayer("source")
        .mayOnlyBeAccessedByLayers("packaging", "kubernetes", "cli")
        .whereLayer("oci")
        .mayOnlyBeAccessedByLayers("packaging", "kubernetes", "cli")
        .whereLayer("http")
        .mayOnlyBeAccessedByLayers("oci", "source", "packaging", "kubernetes", "cli")
        .whereLayer("core")
        .mayOnlyBeAccessedByLayers("http", "oci", "source", "packaging", "kubernetes", "cli")
        .whereLayer("testkit")
        .mayOnlyBeAccessedByLayers("cli")
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
            "dev.modelcar.oci..", "dev.modelcar.source..", "dev.modelcar.packaging..")
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
