package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page of a run in a real browser: whole, quiet, accessible, and live. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final GeneratedModel MODEL = GeneratedModel.llama(71, 4, 8 << 20);
  private static final String EVIL = "<img src=x onerror=document.title='owned'>.json";

  @TempDir private static Path folder;
  private Browser page;
  private ChromeDriver browser;
  private FakeHub hub;

  @BeforeAll
  void start() {
    page = Browser.start();
    browser = page.driver();
    hub = FakeHub.start();
    MODEL.hashAll();
    hub.add("team/model", MODEL);
  }

  @AfterAll
  void stop() {
    if (page != null) {
      page.close();
      hub.close();
    }
  }

  private Modelcar modelcar() throws IOException {
    return Modelcar.in(folder.resolve("home")).with(hub);
  }

  private static String place(FakeRegistry registry, String image) {
    return "http://127.0.0.1:" + registry.server().port() + "/" + image;
  }

  private Path ship(FakeRegistry registry, String name, int code, String... more)
      throws IOException {
    Path page = folder.resolve(name + ".html");
    List<String> words = new ArrayList<>(List.of("ship", "hf://team/model"));
    words.addAll(List.of("--base=none", "--state-dir=none", "--html=" + page));
    words.add("--to=" + place(registry, "team/model:" + name));
    words.addAll(List.of(more));
    try (ChildProcess process = modelcar().start(words.toArray(String[]::new))) {
      assertThat(process.await(PATIENCE).orElse(-1)).as(process.output()).isEqualTo(code);
    }
    return page;
  }

  private String open(String address, String title) throws IOException {
    return page.open(address, title);
  }

  @Test
  void aShipmentIsShownFromItsSourceToItsRegistry() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String text = open(ship(registry, "good", 0).toUri().toString(), "succeeded");
      String digest = registry.manifest("team/model", "good").orElseThrow().digest();
      assertThat(text)
          .contains("succeeded", digest, "Chain of custody", "Layers over time", "Throughput")
          .contains("model-00001-of-00004.safetensors", "Run it again")
          .contains("good commit", "good layers", "good image", "good registry");
      assertThat(browser.findElements(By.cssSelector("svg rect.lane-move")).size())
          .isGreaterThanOrEqualTo(5);
      assertThat(browser.findElements(By.cssSelector(".uplot canvas"))).hasSize(1);
      browser.findElement(By.id("find-files")).sendKeys("00003-of");
      assertThat(browser.findElement(By.cssSelector("[role=status]")).getText())
          .startsWith("1 of ");
      page.assertGood("ship");
    }
  }

  /** Runs a command that makes a page. */
  private Path page(String name, int code, String... words) throws IOException {
    Path page = folder.resolve(name + ".html");
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--html=" + page);
    try (ChildProcess process = modelcar().start(all.toArray(String[]::new))) {
      assertThat(process.await(PATIENCE).orElse(-1)).as(process.output()).isEqualTo(code);
    }
    return page;
  }

  @Test
  void whatWouldMoveIsShownByKindOfFileAndByLayer() throws IOException {
    try (FakeRegistry full = FakeRegistry.start();
        FakeRegistry empty = FakeRegistry.start()) {
      ship(full, "planned", 0);
      Path file =
          page(
              "plan",
              0,
              "plan",
              "hf://team/model",
              "--base=none",
              "--state-dir=none",
              "--to=" + place(full, "team/model:again"),
              "--to=" + place(empty, "team/model:new"));
      assertThat(open(file.toUri().toString(), "plan: succeeded"))
          .contains("What would move, by kind of file", "weights", "tokenizer", "config")
          .contains("What would move, by layer", "to move", "already there")
          .doesNotContain("Chain of custody");
      assertThat(browser.findElements(By.cssSelector(".bars rect.lane-have"))).isNotEmpty();
      assertThat(browser.findElements(By.cssSelector(".bars rect.lane-move"))).isNotEmpty();
      page.assertGood("plan");
    }
  }

  @Test
  void theMemoryOfGpusIsShown() throws IOException {
    Path file = page("size", 0, "size", "hf://team/model", "--gpu=L4");
    assertThat(open(file.toUri().toString(), "size: succeeded"))
        .contains("Memory of each GPU", "It fits.", "weights", "KV cache", "activation")
        .contains("requests at once", "H100");
    assertThat(browser.findElements(By.cssSelector(".bars line.mark")).size()).isGreaterThan(3);
    page.assertGood("size");
  }

  @Test
  void findingsAreCardsThatTheKeyboardChooses() throws IOException {
    Path manifest = folder.resolve("pipelinerun.yaml");
    Files.writeString(
        manifest,
        """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata:
          name: evil
        spec:
          steps:
            - name: one
              image: quay.io/team/tool:latest
              <b>bold</b>: [run]
              resources: {}
        """);
    Path file = page("lint", 9, "lint", manifest.toString());
    assertThat(open(file.toUri().toString(), "lint: failed"))
        .contains("Findings", "What to do", "docs/guides/lint.md", "<b>bold</b>");
    By shown = By.cssSelector("article.card:not([hidden])");
    int all = browser.findElements(shown).size();
    browser.findElement(By.id("severity-all")).sendKeys(Keys.ARROW_RIGHT);
    int errors = browser.findElements(shown).size();
    assertThat(errors).isBetween(1, all - 1);
    assertThat(browser.findElements(By.cssSelector("article.card.bad:not([hidden])")))
        .hasSize(errors);
    assertThat(browser.findElement(By.cssSelector("fieldset [role=status]")).getText())
        .isEqualTo("%d of %d shown".formatted(errors, all));
    page.assertGood("lint");
  }

  @Test
  void aFailureIsShownWithWhatToDo() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Path file = ship(registry, "bad", 8, "--to=127.0.0.1:1/x/y:z", "--retry-for=1s");
      assertThat(open(file.toUri().toString(), "failed"))
          .contains("partly failed (exit code 8)", "refused")
          .contains("good registry", "broken registry 127.0.0.1:1/x/y:z");
      page.assertGood("partly");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void whatNamesSayStaysText(String scheme) throws IOException {
    Path model = Files.createDirectories(folder.resolve("evil-" + scheme));
    MODEL.writeTo(model);
    Files.writeString(model.resolve(EVIL), "{}");
    Path file = folder.resolve("evil.html");
    modelcar()
        .ship(
            model.toString(),
            "--base=none",
            "--state-dir=none",
            "--to=oci:" + folder.resolve("layout") + ":v1",
            "--html=" + file);
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        java.util.Map.of(
            "features",
            List.of(java.util.Map.of("name", "prefers-color-scheme", "value", scheme))));
    assertThat(open(file.toUri().toString(), "succeeded")).contains(EVIL);
    assertThat(browser.getTitle()).doesNotContain("owned");
    page.assertGood("markup-" + scheme);
  }

  @Test
  void aRunIsFollowedFromItsBeginningToItsEnd() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.rateLimit(4L << 20);
      try (ChildProcess ship =
          modelcar()
              .start(
                  "ship",
                  "hf://team/model",
                  "--base=none",
                  "--state-dir=none",
                  "--live",
                  "--to=" + place(registry, "team/model:live"))) {
        String address = Pipelines.awaitWords(ship, "^live: (http://127\\.0\\.0\\.1:\\d+/)$");
        assertThat(open(address, "running")).contains("running");
        registry.rateLimit(Long.MAX_VALUE);
        new WebDriverWait(browser, PATIENCE).until(at -> browser.getTitle().contains("succeeded"));
        assertThat(ship.await(PATIENCE)).hasValue(0);
        assertThat(browser.findElement(By.tagName("main")).getText()).contains("sha256:");
      }
    }
  }

  @Test
  void allWorkersOfAModelAreOnOnePage() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      ship(registry, "parted", 0, "--part=1/2");
      ship(registry, "parted", 0, "--part=2/2");
      Path file =
          page(
              "seal",
              0,
              "seal",
              "hf://team/model",
              "--parts=2",
              "--base=none",
              "--state-dir=none",
              "--to=" + place(registry, "team/model:parted"));
      assertThat(open(file.toUri().toString(), "seal: succeeded"))
          .contains("part 1/2", "part 2/2", "Layers over time", "Runs");
      page.assertGood("seal");
    }
  }

  /** For the model's other files. */
  @Test
  void thousandsOfFilesAreShown() throws IOException {
    Path model = Files.createDirectories(folder.resolve("many"));
    MODEL.writeTo(model);
    for (int i = 0; i < 3000; i++) {
      Files.writeString(model.resolve("label-%04d.json".formatted(i)), "{\"id\":%d}".formatted(i));
    }
    Path file = folder.resolve("many.html");
    modelcar()
        .ship(
            model.toString(),
            "--base=none",
            "--state-dir=none",
            "--to=oci:" + folder.resolve("many-layout") + ":v1",
            "--html=" + file);
    assertThat(open(file.toUri().toString(), "succeeded")).contains("the first 1000 of 3");
    browser.findElement(By.id("find-files")).sendKeys("label-2999");
    assertThat(browser.findElement(By.tagName("main")).getText()).contains("label-2999.json");
    assertThat(Files.size(file)).isLessThan(300 << 10);
  }
}
