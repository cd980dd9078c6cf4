package io.postern.checks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The house rules that byte code can be asked about. Each is shown to bite by fixtures, which live
 * below another root package and are built like the real modules.
 */
final class HouseRules {
  /**
   * In sdk-core, outside its exported packages, at most this share of the top-level classes is
   * public.
   */
  private static final int PUBLIC_PERCENT = 20;

  private static final Pattern BANNED_NAME =
      Pattern.compile(".*(Impl|Manager|Utils?|Helper|Base|Data)");

  /** Types of which a static final field is still state that outlives its owner. */
  private static final List<Class<?>> STATEFUL =
      List.of(
          Executor.class,
          Thread.class,
          ThreadGroup.class,
          ThreadLocal.class,
          java.util.Timer.class,
          java.lang.ref.Cleaner.class,
          Lock.class,
          StringBuilder.class,
          java.util.Date.class);

  private final String root;
  private final int publicShareFrom;

  /**
   * @param root {@code io.postern}, or what stands for it in fixtures
   * @param publicShareFrom from how many classes on the share of public ones is looked at
   */
  HouseRules(String root, int publicShareFrom) {
    this.root = root;
    this.publicShareFrom = publicShareFrom;
  }

  List<HouseRule> all() {
    return List.of(
        apiKnowsNobody(),
        modulesKnowOnlyTheApi(),
        namesSayRoleOrTechnique(),
        new HouseRule("no-static-state", classes -> perClass(classes, this::staticState)),
        never(
            "no-exit",
            "end the host's JVM",
            call(Set.of("exit", "halt"), System.class, Runtime.class)),
        never(
            "no-shutdown-hook",
            "hook into the host's end",
            call(Set.of("addShutdownHook"), Runtime.class)),
        standardStreams(),
        never(
            "no-print-stack-trace",
            "print stack traces",
            call(Set.of("printStackTrace"), Throwable.class)),
        // The one target of injection that is a program.
        never(
            "no-exec",
            "run programs here",
            call(Set.of("exec"), Runtime.class).or(constructorOf(ProcessBuilder.class)),
            "core.injection.ProcessInjector"),
        never(
            "no-timed-futures",
            "leave a thread of the platform's in the host for ever",
            call(
                Set.of("orTimeout", "completeOnTimeout", "delayedExecutor"),
                CompletableFuture.class)),
        dependsNot("no-object-streams", "java.io.ObjectInputStream", "java.io.ObjectOutputStream"),
        foreignLogging(),
        dependsNot("no-date", "java.util.Date", "java.util.Calendar", "java.text.SimpleDateFormat"),
        clockIsInjected(),
        new HouseRule(
            "no-guice-in-signatures", classes -> perClass(classes, this::guiceInSignature)),
        noStringFromSecret(),
        HouseRule.of(
            "no-cycles-in-core", slices().matching(root + ".core.(*)..").should().beFreeOfCycles()),
        new HouseRule("package-private-by-default", this::tooManyPublic));
  }

  private HouseRule apiKnowsNobody() {
    return HouseRule.of(
        "api-knows-nobody",
        classes()
            .that(areApi())
            .should()
            .onlyDependOnClassesThat(
                areApi().or(resideInAnyPackage("java..", "javax..", "org.jspecify.."))));
  }

  private HouseRule modulesKnowOnlyTheApi() {
    return new HouseRule(
        "modules-know-only-the-api",
        classes ->
            PosternModules.behindTheApi().stream()
                .flatMap(
                    one ->
                        HouseRule.of(
                            "",
                            noClasses()
                                .that()
                                .resideInAPackage(below(one))
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(
                                    PosternModules.behindTheApi().stream()
                                        .filter(other -> !other.equals(one))
                                        .map(this::below)
                                        .toArray(String[]::new)))
                            .violations()
                            .apply(classes)
                            .stream())
                .toList());
  }

  private static HouseRule namesSayRoleOrTechnique() {
    return new HouseRule(
        "names-say-role-or-technique",
        classes ->
            perClass(
                classes,
                type ->
                    BANNED_NAME.matcher(type.getSimpleName()).matches()
                        ? Stream.of(type.getName() + " is named after no role and no technique")
                        : Stream.of()));
  }

  private Stream<String> staticState(JavaClass type) {
    boolean fillsCollections =
        type.getStaticInitializer().stream()
            .anyMatch(
                start ->
                    start.getCallsFromSelf().stream().anyMatch(HouseRules::makesMutableCollection)
                        && start.getCallsFromSelf().stream().noneMatch(HouseRules::makesImmutable));
    return type.getFields().stream()
        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
        .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
        .filter(field -> isState(field, fillsCollections))
        .map(field -> field.getFullName() + " is static state; give it to an object with an owner");
  }

  private static boolean isState(JavaField field, boolean fillsCollections) {
    JavaClass type = field.getRawType();
    boolean collection = type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    return !field.getModifiers().contains(JavaModifier.FINAL)
        || STATEFUL.stream().anyMatch(type::isAssignableTo)
        || type.getPackageName().equals("java.util.concurrent.atomic")
        || (collection
            && (!type.isInterface()
                || type.getPackageName().contains("concurrent")
                || fillsCollections))
        || (type.isArray() && !field.getModifiers().contains(JavaModifier.PRIVATE));
  }

  private static boolean makesMutableCollection(JavaCall<?> call) {
    JavaClass owner = call.getTargetOwner();
    return (call.getTarget().getName().equals("<init>")
            && owner.getPackageName().startsWith("java.util")
            && (owner.isAssignableTo(Collection.class) || owner.isAssignableTo(Map.class)))
        || (owner.isEquivalentTo(java.util.Collections.class)
            && call.getTarget().getName().startsWith("synchronized"));
  }

  private static boolean makesImmutable(JavaCall<?> call) {
    String name = call.getTarget().getName();
    return name.equals("copyOf") || name.startsWith("unmodifiable");
  }

  private static HouseRule standardStreams() {
    return HouseRule.of(
        "no-standard-streams",
        noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .accessField(System.class, "in"));
  }

  private HouseRule clockIsInjected() {
    DescribedPredicate<JavaCall<?>> readsClock =
        describe(
            "read a clock that was not injected",
            call -> {
              JavaClass owner = call.getTargetOwner();
              String name = call.getTarget().getName();
              boolean noClock =
                  call.getTarget().getRawParameterTypes().stream()
                      .noneMatch(type -> type.isEquivalentTo(java.time.Clock.class));
              return (owner.getPackageName().equals("java.time") && name.equals("now") && noClock)
                  || (owner.isEquivalentTo(java.time.Clock.class)
                      && (name.startsWith("system") || name.startsWith("tick")))
                  || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"));
            });
    return HouseRule.of(
        "clock-is-injected",
        noClasses()
            .that(areNot("core.PosternBuilder", "core.PosternModule"))
            .should()
            .callCodeUnitWhere(readsClock));
  }

  private Stream<String> guiceInSignature(JavaClass type) {
    boolean exported =
        areApi().test(type)
            || type.getPackageName().equals(root + ".core")
            || !type.getPackageName().startsWith(root + ".core");
    if (!exported
        || !type.getModifiers().contains(JavaModifier.PUBLIC)
        || type.getName().equals(root + ".core.PosternModule")) {
      return Stream.of();
    }
    Stream<JavaClass> seen =
        Stream.of(
                type.getRawSuperclass().stream(),
                type.getRawInterfaces().stream(),
                type.getFields().stream()
                    .filter(field -> isVisible(field.getModifiers()))
                    .map(JavaField::getRawType),
                type.getCodeUnits().stream()
                    .filter(unit -> isVisible(unit.getModifiers()))
                    .flatMap(HouseRules::signature))
            .flatMap(part -> part);
    return seen.filter(
            part -> part.getBaseComponentType().getPackageName().startsWith("com.google.inject"))
        .map(part -> type.getName() + " shows " + part.getName() + " to those who embed it");
  }

  private static Stream<JavaClass> signature(JavaCodeUnit unit) {
    return Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream());
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private HouseRule noStringFromSecret() {
    DescribedPredicate<JavaClass> touchSecrets =
        describe(
            "touch secrets",
            type ->
                type.getName().equals(root + ".credential.Secret")
                    || type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(
                            on ->
                                on.getTargetClass().getName().equals(root + ".credential.Secret")));
    return HouseRule.of(
        "no-string-from-secret",
        noClasses()
            .that(touchSecrets)
            // The one place for interfaces of the platform that take nothing but a String.
            .and(areNot("core.injection.PlatformText"))
            .should()
            .callCodeUnitWhere(
                describe("make text of bytes or characters", HouseRules::makesText)));
  }

  /** A String cannot be wiped, and neither can the array behind a Charset's own buffer. */
  private static boolean makesText(JavaCall<?> call) {
    CodeUnitCallTarget target = call.getTarget();
    JavaClass owner = call.getTargetOwner();
    String name = target.getName();
    boolean ofArray =
        target.getRawParameterTypes().stream()
            .anyMatch(type -> Set.of("[B", "[C", "[I").contains(type.getName()));
    if (owner.isEquivalentTo(String.class)) {
      return ofArray && Set.of("<init>", "valueOf", "copyValueOf").contains(name);
    }
    if (owner.isEquivalentTo(StringBuilder.class) || owner.isEquivalentTo(StringBuffer.class)) {
      return ofArray && Set.of("append", "insert").contains(name);
    }
    return (owner.isEquivalentTo(java.nio.CharBuffer.class) && name.equals("toString"))
        || (owner.isEquivalentTo(java.nio.charset.Charset.class) && name.equals("decode"));
  }

  private List<String> tooManyPublic(JavaClasses classes) {
    List<JavaClass> hidden =
        classes.stream()
            .filter(type -> type.getPackageName().startsWith(root + ".core."))
            .filter(type -> !type.getPackageName().equals(root + ".core.injection"))
            .filter(JavaClass::isTopLevelClass)
            .toList();
    List<JavaClass> open =
        hidden.stream().filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)).toList();
    if (hidden.size() < publicShareFrom || open.size() * 100 <= hidden.size() * PUBLIC_PERCENT) {
      return List.of();
    }
    return List.of(
        "%d of %d classes behind %s.core are public, more than %d %%: %s"
            .formatted(
                open.size(),
                hidden.size(),
                root,
                PUBLIC_PERCENT,
                open.stream().map(JavaClass::getName).sorted().toList()));
  }

  /** What implements a DataSource cannot but name the platform's logger. */
  private HouseRule foreignLogging() {
    return HouseRule.of(
        "no-foreign-logging",
        noClasses()
            .that(areNot("core.injection.SessionDataSource"))
            .should()
            .dependOnClassesThat(banned("java.util.logging..", "java.lang.System$Logger")));
  }

  private HouseRule never(
      String name, String what, Predicate<JavaCall<?>> call, String... exceptIn) {
    return HouseRule.of(
        name, noClasses().that(areNot(exceptIn)).should().callCodeUnitWhere(describe(what, call)));
  }

  private static HouseRule dependsNot(String name, String... packagesOrClasses) {
    return HouseRule.of(name, noClasses().should().dependOnClassesThat(banned(packagesOrClasses)));
  }

  private static DescribedPredicate<JavaClass> banned(String... packagesOrClasses) {
    return describe(
        "are banned",
        type ->
            Stream.of(packagesOrClasses)
                .anyMatch(
                    one ->
                        one.endsWith("..")
                            ? (type.getPackageName() + ".")
                                .startsWith(one.substring(0, one.length() - 1))
                            : type.getName().equals(one)));
  }

  private static Predicate<JavaCall<?>> call(Set<String> methods, Class<?>... owners) {
    return call ->
        methods.contains(call.getTarget().getName())
            && Stream.of(owners).anyMatch(call.getTargetOwner()::isAssignableTo);
  }

  private static Predicate<JavaCall<?>> constructorOf(Class<?> owner) {
    return call(Set.of("<init>"), owner);
  }

  private static List<String> perClass(
      JavaClasses classes, java.util.function.Function<JavaClass, Stream<String>> check) {
    List<String> found = new ArrayList<>();
    classes.forEach(type -> check.apply(type).forEach(found::add));
    return found;
  }

  private DescribedPredicate<JavaClass> areApi() {
    DescribedPredicate<JavaClass> ours = resideInAnyPackage(root + "..");
    return ours.and(
            DescribedPredicate.not(
                resideInAnyPackage(
                    PosternModules.behindTheApi().stream()
                        .map(this::below)
                        .toArray(String[]::new))))
        .as("belong to the API");
  }

  /** Neither one of these classes nor nested in one. */
  private DescribedPredicate<JavaClass> areNot(String... names) {
    return describe(
        "are not " + String.join(", ", names),
        type ->
            Stream.of(names)
                .map(name -> root + "." + name)
                .noneMatch(
                    name -> type.getName().equals(name) || type.getName().startsWith(name + "$")));
  }

  private String below(String module) {
    return root + "." + module + "..";
  }
}
