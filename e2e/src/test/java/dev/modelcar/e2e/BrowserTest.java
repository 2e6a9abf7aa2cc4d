package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
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
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page of a run in a real browser: whole, quiet, accessible, and live. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final GeneratedModel MODEL = GeneratedModel.llama(71, 4, 8 << 20);
  private static final String EVIL = "<img src=x onerror=document.title='owned'>.json";

  @TempDir private static Path folder;
  private ChromeDriver browser;
  private FakeHub hub;

  @BeforeAll
  void start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Programs.need("chromium"));
    options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    LoggingPreferences all = new LoggingPreferences();
    all.enable(LogType.BROWSER, Level.ALL);
    all.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", all);
    Path driver = Path.of(Programs.need("chromedriver"));
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .build(),
            options);
    hub = FakeHub.start();
    MODEL.hashAll();
    hub.add("team/model", MODEL);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.quit();
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

  /** Opens a page, and returns its text; nothing was complained of, and nobody was asked. */
  private String open(String address, String title) throws IOException {
    browser.manage().logs().get(LogType.BROWSER);
    browser.manage().logs().get(LogType.PERFORMANCE);
    browser.get(address);
    new WebDriverWait(browser, PATIENCE).until(at -> browser.getTitle().contains(title));
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    if (address.startsWith("file:")) {
      assertThat(browser.manage().logs().get(LogType.PERFORMANCE).getAll())
          .extracting(entry -> entry.getMessage())
          .filteredOn(message -> message.contains("\"Network.requestWillBeSent\""))
          .filteredOn(message -> !message.contains("\"url\":\"data:,\""))
          .hasSizeLessThanOrEqualTo(1);
    }
    Path picture =
        Path.of(
            System.getProperty("modelcar.root"),
            "e2e/target/pages",
            title.replace(": ", "-") + ".png");
    Files.createDirectories(picture.getParent());
    Files.write(picture, browser.getScreenshotAs(OutputType.BYTES));
    // Whoever takes a picture has waited for the paint.
    Object paint =
        browser.executeScript(
            "return performance.getEntriesByType('paint').map(at => at.name + ' ' + Math.round(at.startTime) + ' ms').join(', ')");
    System.out.printf("%s: %s (aim: 300 ms)%n", browser.getTitle(), paint);
    return browser.findElement(By.tagName("main")).getText();
  }

  private void assertAccessible() {
    List<Rule> violations = new AxeBuilder().analyze(browser).getViolations();
    assertThat(violations).extracting(rule -> rule.getId() + ": " + rule.getNodes()).isEmpty();
  }

  private void assertFits(int width) {
    browser.manage().window().setSize(new Dimension(width, 900));
    Object over =
        browser.executeScript(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(Long.parseLong(String.valueOf(over)))
        .as("beyond %d pixels", width)
        .isLessThanOrEqualTo(0);
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
      assertAccessible();
      assertFits(1600);
      assertFits(500);
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
      Path page =
          page(
              "plan",
              0,
              "plan",
              "hf://team/model",
              "--base=none",
              "--state-dir=none",
              "--to=" + place(full, "team/model:again"),
              "--to=" + place(empty, "team/model:new"));
      assertThat(open(page.toUri().toString(), "plan: succeeded"))
          .contains("What would move, by kind of file", "weights", "tokenizer", "config")
          .contains("What would move, by layer", "to move", "already there")
          .doesNotContain("Chain of custody");
      assertThat(browser.findElements(By.cssSelector(".bars rect.lane-have"))).isNotEmpty();
      assertThat(browser.findElements(By.cssSelector(".bars rect.lane-move"))).isNotEmpty();
      assertAccessible();
      assertFits(1600);
      assertFits(500);
    }
  }

  @Test
  void theMemoryOfGpusIsShown() throws IOException {
    Path page = page("size", 0, "size", "hf://team/model", "--gpu=L4");
    assertThat(open(page.toUri().toString(), "size: succeeded"))
        .contains("Memory of each GPU", "It fits.", "weights", "KV cache", "activation")
        .contains("requests at once", "H100");
    assertThat(browser.findElements(By.cssSelector(".bars line.mark")).size()).isGreaterThan(3);
    assertAccessible();
    assertFits(1600);
    assertFits(500);
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
    Path page = page("lint", 9, "lint", manifest.toString());
    assertThat(open(page.toUri().toString(), "lint: failed"))
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
    assertAccessible();
    assertFits(1600);
    assertFits(500);
  }

  @Test
  void aFailureIsShownWithWhatToDo() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Path page = ship(registry, "bad", 8, "--to=127.0.0.1:1/x/y:z", "--retry-for=1s");
      assertThat(open(page.toUri().toString(), "failed"))
          .contains("partly failed (exit code 8)", "refused")
          .contains("good registry", "broken registry 127.0.0.1:1/x/y:z");
      assertAccessible();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void whatNamesSayStaysText(String scheme) throws IOException {
    Path model = Files.createDirectories(folder.resolve("evil-" + scheme));
    MODEL.writeTo(model);
    Files.writeString(model.resolve(EVIL), "{}");
    Path page = folder.resolve("evil.html");
    modelcar()
        .ship(
            model.toString(),
            "--base=none",
            "--state-dir=none",
            "--to=oci:" + folder.resolve("layout") + ":v1",
            "--html=" + page);
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        java.util.Map.of(
            "features",
            List.of(java.util.Map.of("name", "prefers-color-scheme", "value", scheme))));
    assertThat(open(page.toUri().toString(), "succeeded")).contains(EVIL);
    assertThat(browser.getTitle()).doesNotContain("owned");
    assertAccessible();
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

  /** For the model's other files. */
  @Test
  void thousandsOfFilesAreShown() throws IOException {
    Path model = Files.createDirectories(folder.resolve("many"));
    MODEL.writeTo(model);
    for (int i = 0; i < 3000; i++) {
      Files.writeString(model.resolve("label-%04d.json".formatted(i)), "{\"id\":%d}".formatted(i));
    }
    Path page = folder.resolve("many.html");
    modelcar()
        .ship(
            model.toString(),
            "--base=none",
            "--state-dir=none",
            "--to=oci:" + folder.resolve("many-layout") + ":v1",
            "--html=" + page);
    assertThat(open(page.toUri().toString(), "succeeded")).contains("the first 1000 of 3");
    browser.findElement(By.id("find-files")).sendKeys("label-2999");
    assertThat(browser.findElement(By.tagName("main")).getText()).contains("label-2999.json");
    assertThat(Files.size(page)).isLessThan(300 << 10);
  }
}
